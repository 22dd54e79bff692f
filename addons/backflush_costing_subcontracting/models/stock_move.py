from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_is_subcontracted(self):
        """Whether this is a component that a subcontractor uses."""
        return bool(self.raw_material_production_id.sudo().subcontractor_id)

    def _backflush_is_floor_stock(self):
        """What is sent to a subcontractor for an order is sent by Odoo's own route."""
        return super()._backflush_is_floor_stock() and not (
            self._backflush_is_subcontracted()
        )

    def _action_done(self, cancel_backorder=False):
        self._backflush_check_delivery()
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _backflush_check_delivery(self):
        """Goods that go from a subcontractor straight to the customer have no cost.

        Odoo posts no cost of goods sold for them, so that what the completed order
        brought into finished goods would stay there.
        """
        for move in self.filtered("is_subcontract"):
            product = move.product_id.with_company(move.company_id)
            if product._backflush_policy() and move._is_dropshipped():
                raise UserError(
                    self.env._(
                        "%(transfer)s: %(product)s goes from the subcontractor "
                        "straight to the customer, and %(policy)s costs it at "
                        "completion. "
                        "Receive it into a location of your own and deliver it from "
                        "there.",
                        transfer=move.reference or move.display_name,
                        product=product.display_name,
                        policy=product._backflush_policy().name,
                    )
                )

    # -- the stock lock ------------------------------------------------------------

    def _backflush_subcontract_keys(self):
        """``(product id, location id)`` of the stock that receiving these will use."""
        orders = self._get_subcontract_production().sudo()
        keys = orders.move_raw_ids._backflush_stock_keys()
        for move in self.sudo().filtered(lambda m: m.state == "draft"):
            keys |= move._backflush_planned_keys()
        return keys

    def _backflush_planned_keys(self):
        """The same for a receipt whose order is made when it is confirmed."""
        company, partner = self.company_id, self.picking_id.partner_id
        if self.location_id.usage != "supplier" or not partner:
            return set()
        bom = self._get_subcontract_bom()
        place = (
            partner.with_company(company).property_stock_subcontractor
            or company.subcontracting_location_id
        )
        if not bom or not place._backflush_is_guarded():
            return set()
        _boms, lines = bom.explode(self.product_id, 1.0)
        components = self.product_id.union(*(line.product_id for line, _data in lines))
        return {(p.id, place.id) for p in components if p.is_storable}
