from . import backflush_costing_policy
from . import backflush_posting_line
from . import product_product
from . import backflush_poster
from . import account_move_line
from . import account_move
