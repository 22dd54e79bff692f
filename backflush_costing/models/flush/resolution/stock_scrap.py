from odoo import api, models


class StockScrap(models.Model):
    """Scrap on an order takes the component from where the order takes it."""

    _inherit = "stock.scrap"

    @api.depends("product_id")
    def _compute_location_id(self):
        res = super()._compute_location_id()
        for scrap in self:
            component = scrap._backflush_component()
            if component:
                scrap.location_id = component.location_id
        return res

    def _backflush_component(self):
        """The order's line of what is scrapped, where a rule says how it is issued."""
        self.ensure_one()
        order = self.production_id or self.workorder_id.production_id
        lines = order.move_raw_ids.filtered(
            lambda m: (
                m.product_id == self.product_id
                and m.flush_rule
                and m.state != "cancel"
                and m.location_id.usage == "internal"
            )
        )
        here = lines.filtered(lambda m: m.workorder_id == self.workorder_id)
        return (here or lines)[:1]
