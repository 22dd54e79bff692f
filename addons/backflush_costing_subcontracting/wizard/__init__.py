from . import backflush_question
