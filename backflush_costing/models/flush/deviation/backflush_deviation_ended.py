from odoo import fields, models


class BackflushDeviation(models.Model):
    """A substitution for one order ends with that order."""

    _inherit = "backflush.deviation"

    end_reason = fields.Char(
        "Ended Because",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the document ended without anybody closing it: its order was "
        "completed or cancelled.",
    )

    def _end(self, reason):
        """End what no order can use any more: a request lapses, an approval closes.

        :param str reason: in words, kept on the document
        """
        drafts = self.filtered(lambda deviation: deviation.state == "draft")
        approved = self.filtered(lambda deviation: deviation.state == "approved")
        drafts._set_state("cancelled", end_reason=reason)
        approved._set_state("closed", end_reason=reason)
