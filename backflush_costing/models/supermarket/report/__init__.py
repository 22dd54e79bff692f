from . import backflush_kanban
from . import backflush_loop_report
from . import stock_location
