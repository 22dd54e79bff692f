from . import backflush_control_cycle
from . import backflush_control_cycle_release
from . import backflush_control_cycle_return
from . import mrp_production
from . import stock_move
from . import stock_rule
