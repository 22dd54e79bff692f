from odoo import models


class BackflushError(models.Model):
    """Components of scrapped pieces that were missing."""

    _inherit = "backflush.error"

    def _link_issue(self, move, allocation):
        """What scrapped pieces consumed is no part of the product's genealogy."""
        if not self.confirmation_id._is_scrap():
            return super()._link_issue(move, allocation)
        move.backflush_confirmation_line_id = self.confirmation_line_id
        move.backflush_scrap_id = self.confirmation_id.deviation_id
        self.quantity_issued += float(allocation.issued)
        return None

    def _backflush_post_suspense(self, rest):
        """What scrapped pieces did not consume after all was posted as scrap."""
        scrap = self.browse()
        if rest == "usage":
            scrap = self.filtered(lambda error: error.confirmation_id._is_scrap())
        if scrap:
            super(BackflushError, scrap)._backflush_post_suspense("scrap")
        return super(BackflushError, self - scrap)._backflush_post_suspense(rest)
