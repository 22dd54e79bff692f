from odoo import fields, models

from .flush_consigned import CONSIGNED_HELP


class ResCompany(models.Model):
    """Whether stock of somebody else is flushed where no policy says."""

    _inherit = "res.company"

    flush_consigned = fields.Boolean(
        "Flush Consigned Stock",
        help=CONSIGNED_HELP + "Off: such stock is never flushed.",
    )

    def _backflush_consigned_in_process(self, products, moment):
        """Used at operations of orders that have not received their product."""
        quantities = super()._backflush_consigned_in_process(products, moment)
        reports = self.env["backflush.confirmation"].sudo()
        for product, quantity in reports._consigned_in_process(self, products, moment):
            quantities[product.id] += quantity
        return quantities
