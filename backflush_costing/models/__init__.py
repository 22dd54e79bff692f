# Rooms, lowest first: each knows only those above it in this list.
from . import error
from . import costing
from . import flush
from . import supermarket
from . import handling_unit
from . import message
