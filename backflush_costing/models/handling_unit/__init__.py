# In this order: who comes later extends who comes before.
from . import backflush_residue_reason
from . import backflush_handling_unit_log
from . import backflush_confirmation
from . import backflush_posting_line
from . import backflush_error
from . import res_company
from . import res_config_settings
from . import mrp_workcenter
from . import stock_move
from . import mrp_production
from . import stock_package
from . import stock_package_mounting
from . import stock_package_history
from . import stock_package_consumption
from . import stock_package_empty
