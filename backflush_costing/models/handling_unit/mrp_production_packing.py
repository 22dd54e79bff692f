from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.sql import column_exists, create_column

from ...engine.numbers import ZERO, exact
from ...engine.packing import units_needed

#: More new units in one report are a slip of the pen.
MOST_UNITS = 1000


class MrpProduction(models.Model):
    """What is made is received into handling units, each with a label."""

    _inherit = "mrp.production"

    backflush_unit_id = fields.Many2one(
        "stock.package",
        "Into Handling Unit",
        copy=False,
        help="Handling unit that the next quantity is received into; where a quantity "
        "per unit is set, new ones take what it has no room for.",
    )
    backflush_pack_quantity = fields.Float(
        "Quantity per Handling Unit",
        digits="Product Unit",
        compute="_compute_backflush_pack_quantity",
        store=True,
        precompute=True,
        readonly=False,
        copy=True,
        help="What is made is received into handling units of this quantity each, in "
        "the product's unit. Zero: only into a unit that is named.",
    )
    backflush_filled_unit_ids = fields.Many2many(
        "stock.package",
        string="Filled Handling Units",
        compute="_compute_backflush_filled_unit_ids",
        help="Handling units that this order's product was received into.",
    )
    backflush_filled_unit_count = fields.Integer(
        compute="_compute_backflush_filled_unit_ids",
        help="Number of handling units that were filled.",
    )

    _backflush_pack_quantity_positive = models.Constraint(
        "CHECK(backflush_pack_quantity >= 0)",
        "The quantity per handling unit cannot be below zero.",
    )

    def _auto_init(self):
        """Orders that are there already go into no units: nothing to compute."""
        cr = self.env.cr
        if not column_exists(cr, self._table, "backflush_pack_quantity"):
            create_column(cr, self._table, "backflush_pack_quantity", "numeric")
        return super()._auto_init()

    @api.depends("product_id")
    def _compute_backflush_pack_quantity(self):
        for order in self:
            order.backflush_pack_quantity = order.product_id.backflush_pack_quantity

    @api.depends("move_finished_ids.move_line_ids.result_package_id")
    def _compute_backflush_filled_unit_ids(self):
        for order in self:
            units = order._backflush_product_lines().result_package_id.sorted("id")
            order.backflush_filled_unit_ids = units.ids
            order.backflush_filled_unit_count = len(units)

    def _backflush_product_lines(self):
        """Done lines by which the product itself was received."""
        own = self.move_finished_ids.filtered(
            lambda m: m.product_id == m.production_id.product_id and m.state == "done"
        )
        return own.move_line_ids

    def _backflush_is_packed(self):
        """Whether this order's product goes into handling units.

        What comes to no warehouse, as at a subcontractor, is packed by nobody.
        """
        self.ensure_one()
        return bool(
            (self.backflush_unit_id or self.backflush_pack_quantity)
            and self.location_dest_id.warehouse_id
        )

    # -- which unit ----------------------------------------------------------------

    def _backflush_open_unit(self):
        """The unit that is filled first: the one that is named, else the last one.

        :return: the unit, or none; and the exact quantity that it still takes
        """
        self.ensure_one()
        named = self.sudo().backflush_unit_id
        unit = named or self._backflush_last_unit()
        if not unit:
            return unit, ZERO
        self._backflush_check_unit(unit)
        held = sum(unit._backflush_stock(self.product_id).mapped("quantity"))
        room = max(exact(self.backflush_pack_quantity) - exact(held), ZERO)
        return (unit, room) if named or room else (unit.browse(), ZERO)

    def _backflush_last_unit(self):
        """The unit that this order, or one that it is the rest of, filled last.

        It is not filled on once it was moved, used from, or holds something else.
        """
        group = self.production_group_id.production_ids or self
        logs = self.env["backflush.handling.unit.log"].sudo()
        log = logs.search(
            [("kind", "=", "fill"), ("production_id", "in", (self | group).ids)],
            order="id desc",
            limit=1,
        )
        unit = log.package_id
        stock = unit._backflush_stock() if unit else unit.contained_quant_ids
        is_as_left = (
            stock.product_id == self.product_id
            and stock.location_id == log.location_to_id
            and self._backflush_takes_from(stock)
            and not unit.backflush_workcenter_id
        )
        return unit if is_as_left else unit.browse()

    def _backflush_takes_from(self, stock):
        """Whether what holds ``stock`` is where this order's product goes to."""
        places = stock.location_id
        return (
            stock.company_id == self.company_id
            and len(places) == 1
            and places._child_of(self.location_dest_id)
        )

    def _backflush_check_unit(self, unit):
        """Refuse a unit that the product cannot be put into, and say why."""
        stock = unit._backflush_stock()
        if stock and not self._backflush_takes_from(stock):
            raise UserError(
                self.env._(
                    "%(order)s: %(unit)s is at %(place)s, the product goes to "
                    "%(target)s. Move the unit there, or name another one.",
                    order=self.name,
                    unit=unit.name,
                    place=stock.location_id[:1].display_name,
                    target=self.location_dest_id.display_name,
                )
            )

    def _backflush_check_units_needed(self, quantity):
        """Refuse thousands of units: a quantity per unit that is a slip of the pen."""
        needed = units_needed(quantity, exact(self.backflush_pack_quantity))
        if needed > MOST_UNITS:
            raise UserError(
                self.env._(
                    "%(order)s: %(size)s per handling unit would make %(needed)s "
                    "units; at most %(most)s are made at once. Correct the quantity "
                    "per handling unit, or report a part.",
                    order=self.name,
                    size=self.backflush_pack_quantity,
                    needed=needed,
                    most=MOST_UNITS,
                )
            )

    # -- documents -----------------------------------------------------------------

    def _backflush_confirm(self, reports):
        """The confirmation names the units that it filled."""
        res = super()._backflush_confirm(reports)
        packed = self.filtered(lambda o: o._backflush_product_lines().result_package_id)
        if packed:
            packed._backflush_link_fillings()
        return res

    def _backflush_link_fillings(self):
        """Let the confirmation of a completion and what it filled know each other."""
        logs = self.env["backflush.handling.unit.log"].sudo()
        logs = logs.search(
            [
                ("production_id", "in", self.ids),
                ("kind", "=", "fill"),
                ("confirmation_id", "=", False),
            ]
        )
        for order, own in logs.grouped("production_id").items():
            completions = order.backflush_confirmation_ids.filtered(
                lambda c: c.trigger == "completion"
            )
            own.confirmation_id = completions[:1]

    def action_backflush_open_units(self):
        """Show the handling units that were filled."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Handling Units"),
            "res_model": "stock.package",
            "view_mode": "list,form",
            "domain": [("id", "in", self.backflush_filled_unit_ids.ids)],
        }

    def action_backflush_print_units(self):
        """Labels of the handling units that were filled."""
        self.check_access("read")
        report = self.env.ref("backflush_costing.action_report_handling_unit_label")
        return report.report_action(self.backflush_filled_unit_ids.ids)
