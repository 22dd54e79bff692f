from odoo import fields, models
from odoo.exceptions import UserError


class StockLocation(models.Model):
    """A supply area: the control cycles in it, and how it is taken away again."""

    _inherit = "stock.location"

    backflush_cycle_ids = fields.One2many(
        "backflush.control.cycle",
        "supply_area_id",
        "Control Cycles",
        help="Kanban loops of this supply area.",
    )
    backflush_route_ids = fields.One2many(
        "stock.route",
        "backflush_supply_area_id",
        "Supply Routes",
        help="Routes that the assistant made for this supply area.",
    )

    def action_remove_supply_area(self):
        """Archive an empty supply area with its loops, routes and rules.

        :return: True
        :raises UserError: while there is stock in it, or something on the way
        """
        self.check_access("write")
        for area in self:
            area._check_removable()
            cycles = area.backflush_cycle_ids
            cycles.active = False
            routes = area.backflush_route_ids
            routes.rule_ids.picking_type_id.filtered(
                lambda kind, area=area: kind.default_location_dest_id == area
            ).active = False
            routes.active = False
            workcenters = self.env["mrp.workcenter"].search(
                [("backflush_location_id", "=", area.id)]
            )
            workcenters.backflush_location_id = False
            area.active = False
        return True

    def _check_removable(self):
        """Nothing may be left behind where nobody looks any more."""
        self.ensure_one()
        coming = self.backflush_cycle_ids.kanban_ids.filtered(
            lambda card: card.state in ("in_process", "in_transit")
        )
        stock = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [("location_id", "child_of", self.id), ("quantity", "!=", 0)], limit=1
            )
        )
        if coming or stock:
            raise UserError(
                self.env._(
                    "%(area)s is not empty (%(what)s). Take its stock back, and cancel "
                    "or complete what is on the way, first.",
                    area=self.display_name,
                    what=coming[:1].name or stock.product_id.display_name,
                )
            )


class StockRoute(models.Model):
    _inherit = "stock.route"

    backflush_supply_area_id = fields.Many2one(
        "stock.location",
        "Supply Area",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The supply area that this route was made for.",
    )
