from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.backflush_costing.engine.message import MOST_MESSAGES
from odoo.addons.backflush_costing.models.message.backflush_message_submit import (
    INTEGRATION,
)

from .. import b2mml

_lt = LazyTranslate(__name__)

#: Why a text is no document, by the code of ``b2mml.NoDocument``.
REASONS = {
    "no_id": _lt("The document has no ID: what is sent twice could not be told."),
    "no_text": _lt("A text of at most %(value)s characters is expected."),
    "entities": _lt("Document types and entities are not read."),
    "no_xml": _lt("This is no XML: %(value)s"),
    "other_root": _lt("The root of the document is none of these: %(value)s."),
    "nothing": _lt(
        "The document reports no material: a MaterialActual in a SegmentResponse is "
        "expected, used as Consumed or Produced."
    ),
    "several": _lt(
        "The material has several %(value)s, which one message cannot say: send one "
        "material for each, with its own quantity."
    ),
    "other_use": _lt(
        "The use '%(value)s' is not taken from a document, Consumed and Produced are. "
        "What it reports has to be entered on the order."
    ),
}


class BackflushMessage(models.Model):
    """Documents of ISA-95 are one more way to send messages."""

    _inherit = "backflush.message"

    @api.model
    def submit_b2mml(self, source, document):
        """Store what a B2MML document reports.

        :param str source: code of the source
        :param str document: an ``OperationsPerformance``, or the older
            ``ProductionPerformance``
        :return: as ``submit``, one result per material that was consumed, produced, or
            refused; one rejection where the document cannot be read
        :raises AccessError: without the role Integration
        """
        # Who may not send has nothing parsed.
        self.env["backflush.error"]._check_role(INTEGRATION)
        if not isinstance(source, str):
            source = ""
        try:
            found = b2mml.read(document, source)
        except b2mml.NoDocument as problem:
            return [self._refuse_b2mml("", "not_b2mml", problem.code, problem.value)]
        messages = [row for row in found if "refused" not in row]
        answers = [
            answer
            for at in range(0, len(messages), MOST_MESSAGES)
            for answer in self.submit(messages[at : at + MOST_MESSAGES])
        ]
        stored = iter(answers)
        return [
            self._refuse_b2mml(row["external_id"], row["refused"][0], *row["refused"])
            if "refused" in row
            else next(stored)
            for row in found
        ]

    def _refuse_b2mml(self, number, code, why, value):
        """A rejection of the document, or of one of its materials, in words."""
        reason = self.env._(REASONS[why])  # pylint: disable=W8120
        return self._answer(number, "rejected", code, reason % {"value": value})
