from . import backflush_costing_policy
from . import backflush_period_close
from . import backflush_period_close_figures
from . import backflush_period_close_line
from . import backflush_period_close_warning
