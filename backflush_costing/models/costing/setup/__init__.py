from . import account_account
from . import account_finder
from . import policy_proposal
from . import policy_reconcile
from . import policy_setup
