from . import backflush_wip_limit
from . import mrp_production
from . import mrp_production_queue
from . import mrp_workorder
from . import stock_rule
