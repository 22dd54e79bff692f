from odoo import models

from ...said import said


class StockPackage(models.Model):
    """What a machine reports about a unit is traced to its message."""

    _inherit = "stock.package"

    def _backflush_note_vals(self, kind, company, event):
        vals = super()._backflush_note_vals(kind, company, event)
        return {**vals, "message_id": said(self.env, "backflush_message_id", False)}
