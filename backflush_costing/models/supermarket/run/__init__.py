from . import backflush_control_cycle
from . import stock_move
from . import stock_rule
