from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

ENDED = ("done", "cancel")
NOT_YET_MOVES = ("draft", "sent", "to approve")


class StockLocation(models.Model):
    """A supply area is taken away with all that was made for it."""

    _inherit = "stock.location"

    def action_remove_supply_area(self):
        """Archive an empty supply area with its loops, routes and rules.

        What took its components from there, or put them there, does as its other
        rules say. The barcodes are free for other places.

        :return: True
        :raises UserError: while there is stock in it, or a document that is not ended
            moves something into it or out of it
        """
        self.check_access("write")
        for area in self:
            area = area.with_company(area.company_id)
            area._check_removable()
            area.backflush_cycle_ids.active = False
            area._archive_routes()
            area.sudo()._forget_places()
            places = self.with_context(active_test=False)
            places.search([("id", "child_of", area.id)]).barcode = False
            area.active = False
        return True

    def _archive_routes(self):
        """The routes of this area, and the kinds of receipts that end in it."""
        routes = self.backflush_route_ids
        kinds = routes.rule_ids.picking_type_id
        kinds.filtered(
            lambda kind: kind.default_location_dest_id._child_of(self)
        ).active = False
        routes.active = False

    def _forget_places(self):
        """Nothing names a place of this area any more."""
        for model, field in (
            ("mrp.workcenter", "backflush_location_id"),
            ("mrp.bom.line", "backflush_location_id"),
            ("product.template", "property_backflush_location_id"),
        ):
            records = self.env[model].with_context(active_test=False)
            records.search([(field, "child_of", self.id)])[field] = False
        limits = self.env["backflush.wip.limit"].search(
            [("supply_area_id", "child_of", self.id)]
        )
        limits.filtered(lambda limit: not limit.workcenter_ids).active = False
        limits.filtered("active").supply_area_id = False

    def _check_removable(self):
        """Nothing may be left behind where nobody looks any more."""
        self.ensure_one()
        busy = (
            self._stock_here()
            or self._documents_here()
            or self._requests_here()
            or self._cards_here()
        )
        if busy:
            raise UserError(
                self.env._(
                    "%(area)s is not empty (%(what)s). Take its stock back, and cancel "
                    "or complete what is on the way, first.",
                    area=self.display_name,
                    what=busy,
                )
            )

    def _stock_here(self):
        """The name of something that stands here."""
        here = [("location_id", "child_of", self.id), ("quantity", "!=", 0)]
        stock = self.env["stock.quant"].sudo().search(here, limit=1)
        return stock.product_id.display_name

    def _documents_here(self):
        """The name of an open document that moves something into here, or out."""
        here = Domain("location_id", "child_of", self.id)
        here |= Domain("location_dest_id", "child_of", self.id)
        moves = self.env["stock.move"].sudo()
        move = moves.search(here & Domain("state", "not in", ENDED), limit=1)
        order = move.raw_material_production_id or move.production_id
        return order.name or move.picking_id.name or move.reference

    def _requests_here(self):
        """The name of a request for quotation that is received here."""
        place = "order_id.picking_type_id.default_location_dest_id"
        lines = self.env["purchase.order.line"].sudo()
        line = lines.search(
            [(place, "child_of", self.id), ("state", "in", NOT_YET_MOVES)], limit=1
        )
        return line.order_id.name

    def _cards_here(self):
        """The name of a card whose supply is under way."""
        cards = self.backflush_cycle_ids.kanban_ids.filtered(
            lambda card: card.state in ("in_process", "in_transit")
        )
        return cards[:1].name
