from odoo import fields, models


class StockLocation(models.Model):
    """A supply area: the control cycles in it, and the routes that fill it."""

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
