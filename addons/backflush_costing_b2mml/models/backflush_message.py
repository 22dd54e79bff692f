from odoo import api, models
from odoo.tools import LazyTranslate

from .. import b2mml

_lt = LazyTranslate(__name__)

#: Why a text is no document, by the code of ``b2mml.NoDocument``.
REASONS = {
    "no_id": _lt("The document has no ID: what is sent twice could not be told."),
    "no_text": _lt("A text of at most %(value)s characters is expected."),
    "entities": _lt("Document types and entities are not read."),
    "no_xml": _lt("This is no XML: %(value)s"),
    "other_root": _lt("The root of the document is none of these: %(value)s."),
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
        :return: as ``submit``, one result per material that was consumed or produced;
            one rejection where the document cannot be read
        :raises AccessError: without the role Integration
        """
        if not isinstance(source, str):
            source = ""
        try:
            messages = b2mml.read(document, source)
        except b2mml.NoDocument as problem:
            # Who may not send learns nothing about what he sends.
            self.submit([])
            reason = self.env._(REASONS[problem.code])  # pylint: disable=W8120
            reason %= {"value": problem.value}
            return [self._answer("", "rejected", "not_b2mml", reason)]
        return self.submit(messages)
