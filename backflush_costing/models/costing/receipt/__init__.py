"""The purchase trigger at the receipt: goods received, not billed."""

from . import backflush_costing_policy
from . import backflush_posting_line
from . import backflush_poster
from . import backflush_poster_opening
from . import backflush_reconciliation
from . import product_product
from . import purchase_order_line
from . import account_move
from . import account_move_line
from . import res_company
from . import stock_move
from . import stock_move_line
