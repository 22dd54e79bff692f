from . import backflush_error
from . import res_company
from . import res_config_settings
