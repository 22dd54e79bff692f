from odoo import fields, models


class BackflushCostingPolicy(models.Model):
    """Where the material overhead of a purchase is absorbed."""

    _inherit = "backflush.costing.policy"

    material_overhead_account_id = fields.Many2one(
        "account.account",
        "Material Overhead Absorbed",
        check_company=True,
        tracking=True,
        help="Credited with the material overhead (freight, duty, receiving) that the "
        "standard of a purchased product holds, at the event that posts the purchase. "
        "Empty: it leaves with the purchase price variance.",
    )

    def _overhead_account(self):
        """The account that absorbs material overhead; empty: the price variance."""
        account = self.material_overhead_account_id
        return account - self.price_variance_account_id
