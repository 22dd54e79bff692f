from . import account_move_line
from . import backflush_error
from . import flush_resolution
from . import mrp_production
from . import product_product
from . import stock_move
from . import stock_picking
from . import stock_quant
