from . import test_as_core
from . import test_costing_ledger
from . import test_flush_completion
from . import test_flush_fill
from . import test_flush_resolution
from . import test_lots
from . import test_security
