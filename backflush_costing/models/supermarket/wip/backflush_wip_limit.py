from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

RELEASED = ("confirmed", "progress", "to_close")


class BackflushWipLimit(models.Model):
    """How much work may be released to a line, or to a supply area, at once (CONWIP).

    An order counts from its confirmation to its end. What is full takes no order: it is
    refused, or it waits as a draft and is released by priority when there is room.
    """

    _name = "backflush.wip.limit"
    _description = "WIP Limit"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, help="What the line is called on the shop floor.")
    active = fields.Boolean(default=True, help="Archive a limit that is not used.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company of the line.",
    )
    workcenter_ids = fields.Many2many(
        "mrp.workcenter",
        string="Work Centers",
        check_company=True,
        help="The line: orders with an operation at one of these count.",
    )
    supply_area_id = fields.Many2one(
        "stock.location",
        check_company=True,
        ondelete="restrict",
        domain=[("usage", "=", "internal")],
        help="Orders that take a component from here count.",
    )
    measure = fields.Selection(
        [
            ("orders", "Orders"),
            ("quantity", "Products to make"),
            ("hours", "Hours of work"),
        ],
        default="orders",
        required=True,
        help="What is limited. Products: what is still to be made, in the product's "
        "unit. Hours: what the open operations are expected to take, at the work "
        "centers of the line where it has some.",
    )
    limit = fields.Float(
        digits="Product Unit",
        required=True,
        help="The most that may be released at once, in the measure.",
    )
    when_full = fields.Selection(
        [("refuse", "Refuse the order"), ("queue", "Let it wait for room")],
        default="queue",
        required=True,
        help="What becomes of an order that somebody confirms while there is no room. "
        "An order that a rule makes always waits.",
    )
    load = fields.Float(
        "Released",
        digits="Product Unit",
        compute="_compute_load",
        help="What is released and not finished, in the measure.",
    )
    room = fields.Float(
        digits="Product Unit",
        compute="_compute_load",
        help="What may still be released, in the measure.",
    )
    waiting_count = fields.Integer(
        "Waiting", compute="_compute_load", help="Orders that wait for room."
    )
    turn = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts decisions about the room, so that of two at one moment the second "
        "one sees the first.",
    )

    _positive = models.Constraint(
        'CHECK ("limit" > 0)', "A line that takes no order is not a line."
    )

    @api.constrains("workcenter_ids", "supply_area_id")
    def _check_line(self):
        for limit in self.filtered(
            lambda x: not (x.workcenter_ids or x.supply_area_id)
        ):
            raise ValidationError(
                self.env._(
                    "%s: say which work centers, or which supply area, it is about.",
                    limit.name,
                )
            )

    def _compute_load(self):
        orders = self.env["mrp.production"]
        for limit in self:
            released = orders.search(limit._orders() & limit._released())
            limit.load = sum(map(limit._weight, released))
            limit.room = limit.limit - limit.load
            limit.waiting_count = orders.search_count(
                limit._orders()
                & Domain("state", "=", "draft")
                & Domain("backflush_queued_since", "!=", False)
            )

    def _orders(self):
        """Domain of the orders that count here, whatever their state."""
        self.ensure_one()
        line = Domain("workorder_ids.workcenter_id", "in", self.workcenter_ids.ids)
        area = Domain("move_raw_ids.location_id", "child_of", self.supply_area_id.ids)
        return Domain("company_id", "=", self.company_id.id) & (
            line if not self.supply_area_id else area | line
        )

    @api.model
    def _released(self):
        return Domain("state", "in", RELEASED)

    def _concerns(self, order):
        """Whether this order counts here."""
        self.ensure_one()
        return bool(
            order.company_id == self.company_id
            and (
                order.workorder_ids.workcenter_id & self.workcenter_ids
                or self.supply_area_id
                and any(
                    place._child_of(self.supply_area_id)
                    for place in order.move_raw_ids.location_id
                )
            )
        )

    def _weight(self, order):
        """What this order adds to the work in process here, in the measure."""
        self.ensure_one()
        match self.measure:
            case "quantity":
                return max(order.product_uom_qty - order.qty_produced, 0.0)
            case "hours":
                open_ones = order.workorder_ids.filtered(
                    lambda work: (
                        work.state not in ("done", "cancel")
                        and (
                            not self.workcenter_ids
                            or work.workcenter_id in self.workcenter_ids
                        )
                    )
                )
                return sum(open_ones.mapped("duration_expected")) / 60
        return 1.0

    def _in_words(self):
        """Such as “Line 1: 3 of 3 orders”."""
        self.ensure_one()
        words = dict(self._fields["measure"]._description_selection(self.env))
        return self.env._(
            "%(line)s: %(load)g of %(limit)g (%(measure)s)",
            line=self.name,
            load=self.load,
            limit=self.limit,
            measure=words[self.measure].lower(),
        )

    @api.model
    @tools.ormcache("company_ids")
    def _ids_of(self, company_ids):
        """Ids of the limits of these companies; most databases have none."""
        return tuple(self.sudo().search([("company_id", "in", company_ids)]).ids)

    @api.model
    def _of(self, companies):
        """The limits of these companies."""
        return self.sudo().browse(self._ids_of(tuple(sorted(companies.ids))))

    def _take_turn(self):
        """Of two transactions that release orders here, the second one starts anew.

        Each would see the room, and not the order of the other.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "UPDATE backflush_wip_limit SET turn = COALESCE(turn, 0) + 1"
                    " WHERE id IN %s",
                    tuple(self.ids),
                )
            )

    def action_open_orders(self):
        """Show what is released here, and what waits.

        :return: action that lists manufacturing orders
        """
        self.ensure_one()
        waiting = Domain("backflush_queued_since", "!=", False)
        shown = self._orders() & (
            self._released() | (waiting & Domain("state", "=", "draft"))
        )
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "mrp.mrp_production_action"
            ),
            "domain": list(shown),
            "context": {},
        }

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        self.env.registry.clear_cache()
        return limits

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        self.env["mrp.production"]._backflush_wake_queue(self.company_id)
        return res

    def unlink(self):
        companies = self.company_id
        res = super().unlink()
        self.env.registry.clear_cache()
        self.env["mrp.production"]._backflush_wake_queue(companies)
        return res
