"""Business errors of a flush, each with the cause that its error record carries.

They are ordinary ``UserError`` for whoever calls: the difference shows where one order
of many fails and becomes an error record instead of stopping the others.
"""

from odoo.exceptions import AccessError, UserError


class FlushError(UserError):
    """A flush failed for a business reason; somebody has to look at it."""

    #: A value of ``backflush.error.cause``.
    cause = "other"


class ShortageError(FlushError):
    """Components are missing, and the shortage profile does not let them wait."""

    cause = "insufficient_stock"


class LotRequiredError(ShortageError):
    """Nobody said which lots of tracked components were used."""

    cause = "lot_required"


class ToleranceError(FlushError):
    """A report deviates by more than the tolerance, and nobody confirmed it."""


class PeriodClosedError(FlushError):
    """The day on which the event has to be booked is locked."""

    cause = "period_closed"


class UnitError(FlushError):
    """A quantity cannot be converted into the unit that is needed."""

    cause = "missing_uom_conversion"


class UnknownReferenceError(FlushError):
    """A report names something that nothing is known by.

    :param str reference: the code as it was reported
    """

    cause = "unknown_reference"

    def __init__(self, message, reference):
        super().__init__(message)
        self.reference = reference


class InvalidMessageError(FlushError):
    """A report makes no sense, whatever the state of the plant."""

    cause = "invalid_message"


class SequenceGapError(FlushError):
    """A report that has to come before this one has not arrived."""

    cause = "sequence_gap"


def cause_of(error):
    """The value of ``backflush.error.cause`` for any business error."""
    if isinstance(error, AccessError):
        return "no_rights"
    return getattr(error, "cause", "other")
