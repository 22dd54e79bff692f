from odoo import api, models

from .. import b2mml


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
            return [self._answer("", "rejected", "not_b2mml", str(problem))]
        return self.submit(messages)
