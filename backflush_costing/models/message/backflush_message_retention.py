from datetime import timedelta

from odoo import api, fields, models

from .backflush_message import FINAL

#: Messages that are archived together.
PAGE = 1000


class BackflushMessage(models.Model):
    """Old messages leave the lists, and stay."""

    _inherit = "backflush.message"

    @api.model
    def _cron_archive(self):
        """Archive what ended longer ago than its source keeps it in the lists."""
        for source in (
            self.env["backflush.message.source"]
            .with_context(active_test=False)
            .search([("retention_days", ">", 0)])
        ):
            limit = fields.Datetime.now() - timedelta(days=source.retention_days)
            while old := self.search(
                [
                    ("source_id", "=", source.id),
                    ("state", "in", (*FINAL, "refused")),
                    ("write_date", "<", limit),
                ],
                limit=PAGE,
            ):
                old.active = False
                if not self.env["ir.cron"]._commit_progress(len(old)):
                    return
