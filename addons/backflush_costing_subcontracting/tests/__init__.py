from . import test_subcontract_costing
from . import test_subcontract_kanban
from . import test_subcontract_people
from . import test_subcontract_question
from . import test_subcontract_receipt
from . import test_subcontract_retryable
