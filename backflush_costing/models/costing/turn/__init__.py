"""Whoever changes how stock is valued, and whoever posts at that value, take turns."""

from . import backflush_costing_turn
from . import backflush_costing_policy
from . import account_move
from . import backflush_cutover
from . import backflush_period_close
from . import backflush_poster
from . import backflush_standard_cost
from . import product_category
from . import product_product
from . import product_template
from . import stock_move
