from odoo import api, fields, models

from ....engine.numbers import ZERO, exact
from ..completion.stock_move import EARLY_METHODS

# What the quantity that was issued early depends on.
SHARES = tuple(
    f"raw_material_production_id.backflush_share_ids.{name}"
    for name in ("quantity", "date_completed", "date_returned")
)


class StockMove(models.Model):
    """Components that are issued before the product is received.

    The planned component keeps what is still to be issued as its demand. What an
    operation reports is issued by a component line of its own, so that the order
    shows both, and a backorder takes over nothing that has left stock already.
    """

    _inherit = "stock.move"

    @api.depends(*SHARES)
    def _compute_unit_factor(self):
        """Demand per unit of product that nothing was issued for yet."""
        res = super()._compute_unit_factor()
        for move in self:
            order = move.raw_material_production_id
            covered = move._backflush_covered()
            left = order.product_qty - order.qty_produced - covered
            if covered:
                is_left = order.product_uom_id.compare(left, 0) > 0
                move.unit_factor = move.product_uom_qty / left if is_left else 0.0
        return res

    @api.depends(*SHARES)
    def _compute_should_consume_qty(self):
        res = super()._compute_should_consume_qty()
        for move in self:
            covered = move._backflush_covered()
            if covered:
                order = move.raw_material_production_id
                left = order.qty_producing - order.qty_produced - covered
                move.should_consume_qty = move.product_uom.round(
                    max(left, 0.0) * move.unit_factor
                )
        return res

    def _backflush_early_lines(self):
        """Confirmation lines that issued this component, product not received yet."""
        self.ensure_one()
        shares = self.raw_material_production_id.sudo().backflush_share_ids
        reports = shares._open().confirmation_id
        return reports.line_ids.filtered(lambda line: line._is_of(self))

    def _backflush_covered(self):
        """Quantity of product, in the order's unit, that this was issued for early."""
        self.ensure_one()
        order = self.raw_material_production_id
        if not order or self.state in ("done", "cancel"):
            return 0.0
        shares = order.sudo().backflush_share_ids
        if not shares:
            return 0.0
        reports = self._backflush_early_lines().confirmation_id
        parts = shares._open().filtered(lambda part: part.confirmation_id in reports)
        return float(sum(map(exact, parts.mapped("quantity")), ZERO))

    def _backflush_component_key(self):
        """What the same component of an order and its backorders have in common."""
        self.ensure_one()
        return (self.bom_line_id.id, self.product_id.id, self.operation_id.id)

    def _backflush_unit_quantity(self):
        """What one unit of product takes of this component, in the line's unit."""
        self.ensure_one()
        if self.unit_factor:
            return self.unit_factor
        lines = self._backflush_early_lines()
        reported = sum(line.confirmation_id.quantity for line in lines)
        planned = self.product_id.uom_id._compute_quantity(
            sum(lines.mapped("planned_quantity")),
            self.product_uom,
            round=False,
        )
        return planned / reported if reported else 0.0

    def _backflush_is_due(self, trigger, workorder):
        """Whether ``trigger`` of this work order issues this component.

        Without an operation of its own a component is issued when the last
        operation finishes, or when the first one, or the order, starts.
        """
        self.ensure_one()
        if self.flush_method != trigger or self.state in ("draft", "done", "cancel"):
            return False
        own = self.workorder_id
        if not own and trigger == "operation":
            own = self.raw_material_production_id._backflush_last_workorder()
        return own == workorder if own else True

    def _backflush_due_for(self, quantity):
        """Hook: for how much of a reported ``quantity`` this has to be issued in all.

        In the order's unit, with what was issued for it already.
        """
        return quantity

    def _backflush_due_quantity(self):
        """The ledger follows when the product is received; until then: in process."""
        quantity = super()._backflush_due_quantity()
        if self.unbuild_id:
            return quantity
        line = self.sudo().backflush_confirmation_line_id
        return line.confirmation_id._due(quantity)

    def _backflush_close_early(self, methods=EARLY_METHODS):
        """Keep core from filling and picking what its operation issues by itself."""
        waiting = self.filtered(
            lambda m: (
                m.flush_method in methods
                and not m.picked
                and m.state not in ("done", "cancel")
            )
        )
        waiting.picked = True
        return waiting

    def _backflush_catch_up(self):
        """At completion, fill in what no operation has reported.

        :return: the components that were filled in
        """
        waiting = self.filtered(
            lambda m: (
                not m.picked
                and m.state not in ("draft", "done", "cancel")
                and (m.flush_method in EARLY_METHODS or m._backflush_covered())
            )
        )
        for move in waiting:
            quantity = move._backflush_left_to_issue()
            if move.product_uom.compare(quantity, 0.0) > 0:
                move._set_quantity_done(quantity)
                move.picked = True
        return waiting.filtered("picked")

    def _backflush_left_to_issue(self):
        """What completing the order still has to issue of this component."""
        order = self.raw_material_production_id
        made = order.qty_producing or order.product_qty - order.qty_produced
        left = made - order.qty_produced - self._backflush_covered()
        return self.product_uom.round(max(left, 0.0) * self._backflush_unit_quantity())

    def _backflush_undo_catch_up(self):
        """Core asked a question first: the operation may still report."""
        waiting = self.filtered(lambda m: m.state not in ("done", "cancel"))
        waiting.move_line_ids.unlink()
        waiting.picked = False

    def _backflush_planned_for(self, quantity):
        """What ``quantity`` of the product is planned to take, in the line's unit."""
        self.ensure_one()
        return self.product_uom.round(quantity * self._backflush_unit_quantity())

    def _backflush_asked_quantity(self, quantity):
        """Hook: what the bill of materials asks for, in the component's unit.

        :param quantity: of the product, in the order's unit
        """
        return self.product_uom._compute_quantity(
            self._backflush_planned_for(quantity),
            self.product_id.uom_id,
            rounding_method="HALF-UP",
        )

    def _backflush_enter_recorded(self):
        """Hook: enter what was recorded beforehand beyond or below what is planned."""

    def _backflush_take_out(self, quantities):
        """Make the component lines that issue what is planned on these.

        What people entered on a planned component is what they report: it goes over
        to the line that issues it.

        :param dict quantities: ``{planned component: quantity of the product}``
        :return: ``{planned component: component line that issues it}``
        """
        required = {m: m._backflush_planned_for(quantities[m]) for m in self}
        issues = self.create([m._backflush_early_vals(required[m]) for m in self])
        issues._action_confirm(merge=False, create_proc=False)
        for planned, issue in zip(self, issues, strict=True):
            if planned.picked:
                planned.move_line_ids.move_id = issue
                planned.picked = False
            planned.with_context(no_procurement=True).product_uom_qty = max(
                planned.product_uom.round(planned.product_uom_qty - required[planned]),
                0.0,
            )
        return dict(zip(self, issues, strict=True))

    def _backflush_fill_rest(self):
        """Give lines to what the common fill leaves out: lots, unstocked goods."""
        for move in self.filtered(lambda m: not m.move_line_ids):
            move._set_quantity_done(move.product_uom_qty)

    def _backflush_demand_quantity(self):
        """The demand of this line in the component's unit."""
        self.ensure_one()
        return self.product_uom._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id, rounding_method="HALF-UP"
        )

    def _backflush_early_vals(self, quantity):
        """Values of the component line that issues ``quantity`` (the line's unit)."""
        self.ensure_one()
        return {
            "raw_material_production_id": self.raw_material_production_id.id,
            "product_id": self.product_id.id,
            "product_uom": self.product_uom.id,
            "product_uom_qty": quantity,
            "location_id": self.location_id.id,
            "location_dest_id": self.location_dest_id.id,
            "company_id": self.company_id.id,
            "picking_type_id": self.picking_type_id.id,
            "bom_line_id": self.bom_line_id.id,
            "operation_id": self.operation_id.id,
            "workorder_id": self.workorder_id.id,
            "flush_method": self.flush_method,
            "flush_rule": self.flush_rule,
            "procure_method": "make_to_stock",
            "date": fields.Datetime.now(),
            "sequence": self.sequence,
            "additional": True,
        }
