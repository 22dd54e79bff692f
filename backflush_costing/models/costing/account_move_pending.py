from odoo import models


class AccountMove(models.Model):
    """Documents of a day to come wait as drafts until Odoo posts them.

    It writes their cost lines when somebody confirms them, and once more on their day.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        if not self.env.context.get("move_reverse_cancel"):
            self._backflush_drop_pending_costs()
        return super()._post(soft)

    def _backflush_drop_pending_costs(self):
        """Cost lines of drafts under a policy are made anew, as of now."""
        companies = self.env["backflush.costing.policy"]._companies()
        drafts = self.filtered(
            lambda move: (
                move.company_id in companies
                and move.state == "draft"
                and move.is_invoice(True)
            )
        )
        stale = drafts.line_ids.filtered(
            lambda line: (
                line.display_type == "cogs" and line._backflush_is_made_by_policy()
            )
        )
        stale.sudo().unlink()


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _backflush_is_made_by_policy(self):
        """Whether this cost line is about what a policy costs, or about a kit of it."""
        product = self.product_id.with_company(self.company_id)
        return bool(product) and bool(
            product._backflush_policy() or product.is_kits or self.backflush_kit_line_id
        )
