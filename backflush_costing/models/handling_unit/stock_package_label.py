from markupsafe import Markup

from odoo import models

from ..supermarket.report.label import Label, plain


class StockPackage(models.Model):
    """The label of a unit: what is in it, and its number."""

    _inherit = "stock.package"

    def _backflush_label(self):
        """What the label says, whatever printer it comes from."""
        self.ensure_one()
        unit = self.backflush_uom_id
        held = f"{plain(self.backflush_quantity)} {unit.name}" if unit else ""
        lots = ", ".join(self.contained_quant_ids.lot_id.mapped("name"))
        title = self.backflush_product_id.display_name or ""
        return Label(title, (held, lots), self._backflush_barcode())

    def _backflush_zpl_code(self, label):
        """The commands of a label printer for the unit's barcode.

        A valid number is a GS1-128 (mode D): the printer puts the sign in front of
        it that says so, and prints the identifier in brackets.
        """
        if not self.valid_sscc:
            return label.zpl_code("Code128")
        return Markup("^BY2^BCN,90,Y,N,N,D") + label.zpl(f"(00){self.name}")
