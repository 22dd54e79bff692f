from . import backflush_error
from . import backflush_error_failure
from . import backflush_error_write_off
from . import backflush_error_screen
from . import res_company
from . import res_config_settings
from . import ir_http
from . import workbench
