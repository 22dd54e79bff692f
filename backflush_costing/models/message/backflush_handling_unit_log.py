from odoo import fields, models


class BackflushHandlingUnitLog(models.Model):
    """A report of a unit's history that a machine sent."""

    _inherit = "backflush.handling.unit.log"

    message_id = fields.Many2one(
        "backflush.message",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Message that reported it.",
    )

    def _sender(self):
        """The source that has numbered it."""
        return self.message_id.source_id or super()._sender()
