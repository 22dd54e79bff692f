from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        if "standard_price" in vals:
            self._backflush_take_turn()
        return super().write(vals)

    def _backflush_take_turn(self):
        """A price under a policy is a standard; see ``backflush.costing.turn``.

        An actual cost is not: every receipt and bill writes it while it posts.
        """
        costed = self.filtered(
            lambda p: (
                p.is_storable and p._backflush_policy() and not p._backflush_at_actual()
            )
        )
        if costed._backflush_is_in_books():
            self.env["backflush.costing.turn"]._take(self.env.company)

    def _backflush_is_in_books(self):
        """Whether the subledger of the current company knows any of these."""
        lines = self.env["backflush.posting.line"].sudo()
        domain = [
            ("company_id", "=", self.env.company.id),
            ("product_id", "in", self.ids),
        ]
        return bool(self) and bool(lines.search_count(domain, limit=1))
