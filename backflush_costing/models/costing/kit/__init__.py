from . import product_product
from . import purchase_order_line
from . import stock_move
from . import stock_move_value
from . import account_move_line
from . import account_move
