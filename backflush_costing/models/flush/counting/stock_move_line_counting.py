from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _backflush_counted_key(self):
        """Key of the stock that this line of a count is about."""
        self.ensure_one()
        lost = self.location_dest_id.usage == "inventory"
        place = self.location_id if lost else self.location_dest_id
        package = self.package_id if lost else self.result_package_id
        return (
            self.product_id.id,
            place.id,
            self.lot_id.id,
            package.id,
            self.owner_id.id,
        )
