from odoo import models


class BackflushError(models.Model):
    """By which movement, and which entry, something was done."""

    _inherit = "backflush.error"

    def _issue(self, result, where):
        """Many records are issued together, and logged together."""
        with self._logged_together():
            return super()._issue(result, where)

    def _link_issue(self, move, allocation):
        said = self._as_remedy(stock_move_id=move.id)
        return super(BackflushError, said)._link_issue(move, allocation)

    def _write_off(self, reason, kind, quantity=None):
        """The entry is known once it is posted."""
        res = super()._write_off(reason, kind, quantity)
        self._note_entries("write_off")
        return res

    def _note_entries(self, kind):
        """Say of the last remedies of this kind which entry they were posted by."""
        lines = self.env["backflush.posting.line"].sudo()
        rows = lines._read_group(
            [("error_id", "in", self.ids)], ["error_id"], ["move_id:recordset"]
        )
        entries = {error: moves.sorted("id")[-1:] for error, moves in rows}
        for error in self:
            last = error.remedy_ids.filtered(lambda r: r.kind == kind)[-1:]
            if last and entries.get(error):
                last.sudo().posted_move_id = entries[error]
