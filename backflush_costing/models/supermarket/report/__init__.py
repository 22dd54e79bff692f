from . import backflush_loop_report
