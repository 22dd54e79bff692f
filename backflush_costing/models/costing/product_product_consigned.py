from odoo import models
from odoo.exceptions import UserError


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _backflush_check_account(self, account):
        """What is owed for consigned stock does not stay behind, either."""
        res = super()._backflush_check_account(account)
        is_zero = self.env.company.currency_id.is_zero
        positions = (
            self.env["backflush.posting.line"]
            .sudo()
            ._consigned_positions(self.env.company, self)
        )
        stranded = self.browse(
            product_id
            for (product_id, account_id, _owner), (number, value) in positions.items()
            if (number or not is_zero(float(value)))
            and account_id
            != self.browse(product_id)._backflush_policy().consignment_account_id.id
        )
        if stranded:
            raise UserError(
                self.env._(
                    "Used stock of %s that belonged to somebody else is not settled: "
                    "post the owners' bills first.",
                    ", ".join(stranded[:5].mapped("display_name")),
                )
            )
        return res
