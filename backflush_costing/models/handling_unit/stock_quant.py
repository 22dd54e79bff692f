from odoo import models
from odoo.fields import Domain

from ...said import said

# Set on the context where core chooses stock: mounted units are not its to choose.
NOT_MOUNTED = "backflush_not_mounted"


class StockQuant(models.Model):
    """What lies in a mounted unit is used by who names the unit."""

    _inherit = "stock.quant"

    def _get_gather_domain(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        domain = super()._get_gather_domain(
            product_id, location_id, lot_id, package_id, owner_id, strict
        )
        if package_id or not said(self.env, NOT_MOUNTED, False):
            return domain
        packages = self.env["stock.package"].sudo()
        mounted = packages.search([("backflush_workcenter_id", "!=", False)])
        inside = packages.search([("id", "child_of", mounted.ids)])
        return Domain(domain) & Domain("package_id", "not in", inside.ids)

    def _backflush_mounted(self):
        """Those of these quants that lie in a mounted unit, or inside of one."""
        return self.filtered(
            lambda quant: quant.sudo().package_id._backflush_mounted_around()
        )
