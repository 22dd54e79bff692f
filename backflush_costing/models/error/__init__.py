from . import backflush_error
from . import res_company
