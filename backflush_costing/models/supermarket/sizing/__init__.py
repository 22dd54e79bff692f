from . import backflush_control_cycle_demand
from . import backflush_control_cycle_dynamic
from . import backflush_sizing_proposal
from . import backflush_control_cycle_propose
