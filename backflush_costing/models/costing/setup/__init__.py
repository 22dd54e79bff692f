from . import account_finder
from . import policy_proposal
from . import policy_setup
