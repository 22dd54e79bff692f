from odoo import models
from odoo.exceptions import UserError

from .label import Label, plain


class StockLocation(models.Model):
    """The label of a bin: where one is, and what belongs here."""

    _inherit = "stock.location"

    def _labels(self):
        """A label for each bin, with what circulates in it.

        :raises UserError: naming a place that cannot be scanned
        """
        cycles = self.env["backflush.control.cycle"]
        loops = cycles.search([("bin_id", "in", self.ids)]).grouped("bin_id")
        labels = []
        for place in self:
            if not place.barcode:
                raise UserError(
                    self.env._(
                        "%s has no barcode. Enter one at the location first.",
                        place.display_name,
                    )
                )
            lines = [cycle._bin_line() for cycle in loops.get(place, cycles)]
            labels.append(
                Label(place.name, (place.display_name, *lines), place.barcode)
            )
        return labels


class BackflushControlCycle(models.Model):
    _inherit = "backflush.control.cycle"

    def _bin_line(self):
        """Such as “Screw: 2 × 100 Units”."""
        self.ensure_one()
        if self.staging != "container":
            return self.product_id.display_name
        return self.env._(
            "%(product)s: %(count)s × %(quantity)s %(unit)s",
            product=self.product_id.display_name,
            count=self.container_count,
            quantity=plain(self.container_quantity),
            unit=self.uom_id.name,
        )
