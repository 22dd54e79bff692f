from . import backflush_message
