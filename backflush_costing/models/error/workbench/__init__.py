from . import backflush_error_figures
from . import backflush_error_rule
from . import backflush_error_rules
from . import backflush_error_cumulation
from . import backflush_error_dashboard
