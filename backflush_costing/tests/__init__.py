from . import test_costing_ledger
from . import test_flush_completion
