from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.stock.models.stock_rule import ProcurementException

OPEN_MOVES = ("confirmed", "waiting", "partially_available", "assigned")
RELEASED = ("confirmed", "progress", "to_close")
NOT_YET_MOVES = ("draft", "sent", "to approve")


class BackflushControlCycle(models.Model):
    """How a product comes to its bin: by containers, for an order, or for all orders.

    A part that is staged has no cards. What is brought is a document of Odoo that the
    same route makes; how it is consumed is a matter of the flush.
    """

    _inherit = "backflush.control.cycle"

    staging = fields.Selection(
        [
            ("container", "By the container"),
            ("order", "Exactly for each order"),
            ("release", "In packs, for the orders that are released"),
        ],
        "Brought",
        default="container",
        required=True,
        tracking=True,
        help="By the container (crate part): an empty one asks for the next. For each "
        "order (pick part): a transfer brings exactly what the order needs when it is "
        "confirmed. In packs (release-order part): what confirmed orders need, less "
        "line stock and what is on its way, in whole packs, by the button or hourly.",
    )
    staging_days = fields.Float(
        "Days Ahead",
        help="Only orders that start within so many days are staged; all that are "
        "released where 0.",
    )
    staging_problem = fields.Text(
        readonly=True, copy=False, help="Why the last staging ordered nothing."
    )

    def _check_fixed(self, vals):
        """Cards in circulation do not lose their loop."""
        res = super()._check_fixed(vals)
        leaving = self.filtered(
            lambda c: (
                vals.get("staging", "container") != "container"
                and c.staging == "container"
            )
        )
        busy = leaving.kanban_ids.filtered(lambda card: card.state != "wait")
        if busy:
            raise UserError(
                self.env._(
                    "%(cycle)s is in circulation (%(card)s): archive it before its "
                    "product is staged for orders.",
                    cycle=busy[0].cycle_id.display_name,
                    card=busy[0].name,
                )
            )
        return res

    @api.depends("staging")
    def _compute_wip(self):
        return super()._compute_wip()

    def _cards_wanted(self):
        return super()._cards_wanted() if self.staging == "container" else 0

    def _wip_limit(self):
        return super()._wip_limit() if self.staging == "container" else 0.0

    # -- facts ----------------------------------------------------------------------

    def _of_places(self, moves, field):
        """``{control cycle: those of its product with ``field`` in its bin}``."""
        found = {cycle: moves.browse() for cycle in self}
        by_product = moves.grouped("product_id")
        for cycle in self:
            for move in by_product.get(cycle.product_id, ()):
                if move[field]._child_of(cycle.bin_id):
                    found[cycle] |= move
        return found

    def _requirements(self):
        """``{control cycle: open component lines}`` of released orders, by urgency."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "child_of", self.bin_id.ids),
                ("state", "in", OPEN_MOVES),
                ("raw_material_production_id.state", "in", RELEASED),
            ]
        )
        found = self._of_places(moves, "location_id")
        return {cycle: mine._by_urgency() for cycle, mine in found.items()}

    def _coming(self):
        """``{control cycle: quantity on its way into the bin}``, whoever ordered it."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_dest_id", "child_of", self.bin_id.ids),
                ("state", "in", OPEN_MOVES),
            ]
        )
        coming = self._of_places(moves, "location_dest_id")
        bought = self._bought()
        return {
            cycle: bought[cycle] + sum(mine.mapped("product_qty"))
            for cycle, mine in coming.items()
        }

    def _bought(self):
        """``{control cycle: quantity bought, and not in a receipt yet}``."""
        lines = self.env["purchase.order.line"].search(
            Domain("product_id", "in", self.product_id.ids)
            & Domain("state", "in", NOT_YET_MOVES)
            & Domain(
                "order_id.picking_type_id.default_location_dest_id",
                "in",
                (self.bin_id | self.supply_area_id).ids,
            )
        )
        found = defaultdict(float)
        for line in lines:
            place = line.order_id.picking_type_id.default_location_dest_id
            for cycle in self.filtered(lambda c, p=line.product_id: c.product_id == p):
                if place in (cycle.bin_id, cycle.supply_area_id):
                    found[cycle] += line.product_uom_qty
        return found

    # -- ordering -------------------------------------------------------------------

    def _stage(self, quantity, due, priority="0", order=None):
        """Bring ``quantity`` into the bin, by the route's rule.

        :param datetime due: when it should be there
        :param order: the manufacturing order that it is for; none: for all
        :return: why nothing was ordered, in words; empty where it was
        """
        self.ensure_one()
        now = fields.Datetime.now()
        values = {
            "route_ids": self.route_id,
            "warehouse_id": self.supply_area_id.warehouse_id,
            "date_planned": max(due or now, now),
            "date_deadline": max(due or now, now),
            "priority": priority,
            "backflush_cycle_id": self.id,
        }
        if order:
            values["production_group_id"] = order.production_group_id.id
        name = order.name if order else self.display_name
        rules = self.env["stock.rule"]
        procurement = rules.Procurement(
            self.product_id,
            quantity,
            self.uom_id,
            self.bin_id,
            name,
            name,
            self.company_id,
            values,
        )
        try:
            with self.env.cr.savepoint():
                rules.run([procurement], raise_user_error=False)
        except (ProcurementException, UserError) as failure:
            return self._failure_in_words(failure)
        if priority != "0":
            self._hurry(values.get("production_group_id"), priority)
        return ""

    def _hurry(self, group, priority):
        """Transfers for an urgent order are urgent: a movement has its transfer's."""
        moves = self.env["stock.move"].search(
            [
                ("backflush_cycle_id", "=", self.id),
                ("production_group_id", "=", group or False),
                ("location_dest_id", "child_of", self.bin_id.id),
                ("state", "in", OPEN_MOVES),
            ]
        )
        moves.picking_id.priority = priority
