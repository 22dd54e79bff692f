from . import backflush_deviation_record
from . import backflush_opening
from . import backflush_reversal
from . import backflush_setup_assistant
from . import backflush_setup_costing
from . import backflush_setup_flow
from . import backflush_setup_change
from . import backflush_write_off
