from . import backflush_control_cycle
from . import backflush_kanban
