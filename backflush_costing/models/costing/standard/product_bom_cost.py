from odoo import models
from odoo.exceptions import AccessError


class ProductProduct(models.Model):
    """*Compute Price from BoM* under a policy is a roll-up and a release.

    Core's formula knows neither cost elements nor planned scrap nor by-products at
    their standard, and writes the cost of one product past all others.
    """

    _inherit = "product.product"

    def action_bom_cost(self):
        costed = self._backflush_costed()
        super(ProductProduct, self - costed).action_bom_cost()
        return costed._backflush_price_from_bom() if costed else True

    def button_bom_cost(self):
        if self._backflush_costed():
            return self._backflush_price_from_bom()
        super().button_bom_cost()
        return True

    def _set_price_from_bom(self, boms_to_recompute=False):
        """Whoever else calls for core's formula gets the standard, too."""
        if self._backflush_costed():
            return self._backflush_price_from_bom()
        return super()._set_price_from_bom(boms_to_recompute)

    def _backflush_costed(self):
        """Those of these products whose cost is a standard of a policy."""
        return self.filtered(lambda product: product._backflush_policy())

    def _backflush_price_from_bom(self):
        """Roll these products up, with everything below, and release the versions.

        Where the company checks that another person releases what somebody prepared
        the drafts are left to be released.

        :return: an action that says, or shows, what became of it
        :raises AccessError: without the role Cost Accountant
        """
        if not self.env.su:
            self._backflush_check_role_accountant()
        costs = self.env["backflush.standard.cost"]
        today = self.env.company._backflush_today()
        drafts = costs.browse(costs.action_roll_up(self.ids, today))
        if drafts and not self._backflush_others_release():
            drafts.action_release()
            return self._backflush_bom_cost_note(drafts)
        if drafts:
            return drafts._open_versions()
        return self._backflush_bom_cost_note(drafts)

    def _backflush_others_release(self):
        """Whether another person is to release what this user prepares."""
        check = self.env.company.sudo().backflush_standard_release_check
        return bool(check) and not self.env.su

    def _backflush_check_role_accountant(self):
        """Refuse whoever does not own the standards, and say who does."""
        if not self.env.user.has_group("backflush_costing.group_cost_accountant"):
            raise AccessError(
                self.env._(
                    "The cost of %(product)s is a standard of %(policy)s. It is rolled "
                    "up from the bill of materials and released by the role Cost "
                    "Accountant, under Costing, Standard Costs.",
                    product=self[0].display_name,
                    policy=self[0]._backflush_policy().name or "",
                )
            )

    def _backflush_bom_cost_note(self, versions):
        """Say on the screen which standards were released."""
        if versions:
            message = self.env._(
                "Standards released: %s.",
                ", ".join(versions.product_id.mapped("display_name")),
            )
        else:
            message = self.env._(
                "These products have no bill of materials, or cost what is released "
                "already."
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if versions else "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
