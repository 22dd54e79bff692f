from odoo import api, fields, models
from odoo.exceptions import UserError

from ....engine.numbers import amount, exact
from ..completion.stock_move import EARLY_METHODS

OPERATOR = "backflush_costing.group_backflush_operator"
# What makes a component line a substitute.
SUBSTITUTE = (
    "backflush_deviation_id",
    "backflush_substituted_move_id",
    "backflush_replaced_factor",
)


class StockMove(models.Model):
    """Component lines that are used instead of another one."""

    _inherit = "stock.move"

    backflush_deviation_id = fields.Many2one(
        "backflush.deviation",
        "Deviation",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Approved substitution by which this component is used.",
    )
    backflush_substituted_move_id = fields.Many2one(
        "stock.move",
        "Used Instead Of",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Component line whose demand this one takes over.",
    )
    backflush_replaced_factor = fields.Float(
        "Stands For",
        copy=False,
        readonly=True,
        help="How much of the component, in its own unit, one unit of this line "
        "replaces. The ratio of the approval, less what rounding added.",
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [
            *super()._prepare_merge_moves_distinct_fields(),
            "backflush_deviation_id",
            "backflush_substituted_move_id",
        ]

    def _get_backorder_move_vals(self):
        """A backorder goes on with the substitute; a copy of the order does not."""
        return {**super()._get_backorder_move_vals(), **self._backflush_as_substitute()}

    def _backflush_as_substitute(self):
        """Values of another line that goes on as the same substitute."""
        return {
            "backflush_deviation_id": self.backflush_deviation_id.id,
            "backflush_substituted_move_id": self.backflush_substituted_move_id.id,
            "backflush_replaced_factor": self.backflush_replaced_factor,
        }

    @api.model
    def _backflush_facts(self):
        """An approval is applied by its action, which checks what it covers."""
        return {*super()._backflush_facts(), *SUBSTITUTE}

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_substituted(self):
        """What a substitute stands for is the requirement; it stays on the order."""
        substitutes = self.sudo().search(
            [
                ("backflush_substituted_move_id", "in", self.ids),
                ("state", "not in", ("done", "cancel")),
                ("id", "not in", self.ids),
            ]
        )
        for move in substitutes:
            raise UserError(
                self.env._(
                    "%(order)s: %(substitute)s is used instead of %(product)s. Take "
                    "the substitute back before you remove the component.",
                    order=move.raw_material_production_id.name,
                    substitute=move.product_id.display_name,
                    product=move.backflush_substituted_move_id.product_id.display_name,
                )
            )

    def _backflush_substitute(self, deviation, quantity):
        """Let a substitute take over ``quantity`` of this component's demand.

        :param quantity: in the unit of this line
        :return: the substitute's component line
        """
        self.ensure_one()
        order = self.raw_material_production_id
        entered = self._backflush_is_entered_as_planned()
        reserved = self.state in ("assigned", "partially_available")
        substitute = self.create(self._backflush_substitute_vals(deviation, quantity))
        self._backflush_set_demand(self.product_uom_qty - quantity, reserved)
        substitute._adjust_procure_method()
        substitute._action_confirm(merge=False)
        substitute._trigger_scheduler()
        if reserved:
            substitute._action_assign()
        if entered:
            self._backflush_enter_planned()
            substitute._backflush_enter_planned()
        order.message_post(
            body=self.env._(
                "%(name)s: %(quantity)s %(unit)s of %(product)s replaced by "
                "%(substitute)s.",
                name=deviation.name,
                quantity=quantity,
                unit=self.product_uom.name,
                product=self.product_id.display_name,
                substitute=deviation.substitute_id.display_name,
            )
        )
        return substitute

    def _backflush_substitute_vals(self, deviation, quantity):
        """Values of the substitute's component line, by the usual rules.

        Where one of the two is issued at its operation both are: what was used
        instead can only be told from one report.
        """
        vals = self.raw_material_production_id._get_move_raw_values(
            deviation.substitute_id,
            deviation._substitute_quantity(quantity, self.product_uom),
            deviation.substitute_uom_id,
            self.operation_id.id,
        )
        methods = {self.flush_method, vals["flush_method"]}
        if len(methods) > 1 and methods & set(EARLY_METHODS):
            where = (vals["flush_rule"] or ":order").partition(":")[2]
            vals["flush_method"] = self.flush_method
            vals["flush_rule"] = f"move:{where}"
        replaced = self.product_uom._compute_quantity(
            quantity, self.product_id.uom_id, round=False
        )
        return {
            **vals,
            "sequence": self.sequence,
            "workorder_id": self.workorder_id.id,
            "backflush_deviation_id": deviation.id,
            "backflush_substituted_move_id": self.id,
            "backflush_replaced_factor": replaced / vals["product_uom_qty"],
        }

    def _backflush_stands_for(self, quantity, unit):
        """What ``quantity`` of this substitute replaces, in the component's unit.

        Rounded to the precision of the subledger. What rounding added to the
        substitute when it was applied stands for nothing.

        :param unit: unit of ``quantity``
        """
        deviation = self.backflush_deviation_id
        if not self.backflush_replaced_factor:
            return deviation._replaced_by(float(quantity), unit)
        units = unit._compute_quantity(float(quantity), self.product_uom, round=False)
        return float(amount(exact(units) * exact(self.backflush_replaced_factor)))

    def _backflush_is_entered_as_planned(self):
        """Whether the quantity to produce was entered, and this line followed it."""
        return (
            self.raw_material_production_id.qty_producing
            and self.picked
            and not self._should_bypass_set_qty_producing()
            and self._backflush_is_as_planned()
        )

    def _backflush_set_demand(self, quantity, reserved):
        """Change the demand of an open component line, and reserve it anew."""
        self.product_uom_qty = max(self.product_uom.round(quantity), 0.0)
        if reserved and self.product_uom_qty:
            self._action_assign()

    def _backflush_enter_planned(self):
        """Enter what is planned for the quantity that is being produced."""
        self._set_quantity_done(self.should_consume_qty)
        self.picked = bool(self.quantity)

    def action_backflush_take_back(self):
        """Use the component after all instead of its substitute.

        :return: True
        :raises UserError: if this is no open substitute of an order
        """
        self.env["backflush.error"]._check_role(OPERATOR)
        for move in self:
            move.raw_material_production_id.check_access("write")
            original = move.sudo()._backflush_original()
            is_open = move.state not in ("done", "cancel")
            if not move.backflush_deviation_id or not is_open or not original:
                raise UserError(
                    self.env._(
                        "%s is not a substitute of an open order that could be taken "
                        "back.",
                        move.display_name,
                    )
                )
            move.sudo()._backflush_take_back(original)
        return True

    def _backflush_take_back(self, original):
        """Give the demand back to ``original`` and drop this line."""
        deviation = self.backflush_deviation_id
        quantity = original.product_id.uom_id._compute_quantity(
            self._backflush_stands_for(self.product_uom_qty, self.product_uom),
            original.product_uom,
            round=False,
        )
        order = self.raw_material_production_id
        entered = original._backflush_is_entered_as_planned()
        reserved = self.state in ("assigned", "partially_available")
        original._backflush_set_demand(original.product_uom_qty + quantity, reserved)
        if entered:
            original._backflush_enter_planned()
        order.message_post(
            body=self.env._(
                "%(name)s taken back: %(product)s is used again.",
                name=deviation.name,
                product=original.product_id.display_name,
            )
        )
        self._action_cancel()
        self.unlink()

    def _backflush_check_validity(self):
        """Refuse a substitute on a day on which its approval does not hold.

        The day of the event counts: what was used while it was valid and is reported
        late is covered, what was used afterwards is not, however early it was planned.

        :raises UserError: naming order, approval and remedy
        """
        deviation, order = self.backflush_deviation_id, self.raw_material_production_id
        if not deviation:
            return
        day = order._backflush_event_day()
        refusal = deviation._outside_validity(day)
        if refusal:
            raise UserError(
                self.env._(
                    "%(order)s: %(substitute)s was used instead of %(product)s on "
                    "%(day)s by %(name)s, but %(refusal)s. Take the substitute back "
                    "on the order, or have another deviation approved and applied.",
                    order=order.name,
                    substitute=self.product_id.display_name,
                    product=deviation.product_id.display_name,
                    day=day,
                    name=deviation.name,
                    refusal=refusal,
                )
            )

    def _backflush_original(self):
        """The component line of the same order that this substitute stands for.

        A backorder's line still points at that of the order it came from.
        """
        linked = self.backflush_substituted_move_id
        order = self.raw_material_production_id
        if not linked or linked.raw_material_production_id == order:
            return linked
        return order.move_raw_ids.filtered(
            lambda m: (
                m.product_id == linked.product_id
                and m.bom_line_id == linked.bom_line_id
                and not m.backflush_deviation_id
            )
        )[:1]

    def _backflush_planned_quantity(self):
        """What was planned for the quantity produced, in the component's unit."""
        order = self.raw_material_production_id
        share = 1.0
        if order.product_qty and not self._backflush_is_early_issue():
            share = order.qty_producing / order.product_qty
        return self.product_uom._compute_quantity(
            self.product_uom_qty * share, self.product_id.uom_id, round=False
        )

    # -- what is asked for, and what is issued at an operation ---------------------

    def _backflush_take_out(self, quantities):
        """A substitute is one also where its operation issues it."""
        issues = super()._backflush_take_out(quantities)
        for planned, issue in issues.items():
            if planned.backflush_deviation_id:
                issue.sudo().write(planned._backflush_as_substitute())
        return issues

    def _backflush_asked_quantity(self, quantity):
        """The bill of materials asks for the component, not for its substitute."""
        if self.backflush_deviation_id:
            return 0.0
        asked = super()._backflush_asked_quantity(quantity)
        for move in self.raw_material_production_id.move_raw_ids:
            deviation = move.backflush_deviation_id
            is_open = deviation and move.state not in ("done", "cancel")
            if is_open and not move.additional and move._backflush_original() == self:
                asked += move._backflush_stands_for(
                    move._backflush_planned_for(quantity), move.product_uom
                )
        return asked

    def _backflush_required_quantity(self):
        """The bill of materials asks for the component, not for its substitute."""
        if self.backflush_deviation_id:
            return 0.0
        required = super()._backflush_required_quantity()
        order = self.raw_material_production_id
        if self.bom_line_id and self.bom_line_id.bom_id == order.bom_id:
            return required
        # The plan of kits and of orders without a bill of materials was reduced.
        return required + self._backflush_replaced_quantity()

    def _backflush_is_component(self, key):
        """Whether this is, on whatever line, the component of an order named by key."""
        return bool(self) and self._backflush_component_key() == key

    def _backflush_replaced_quantity(self):
        """What substitutes stand for, for the quantity being reported."""
        replaced = 0.0
        for move in self.raw_material_production_id.move_raw_ids:
            deviation = move.backflush_deviation_id
            is_open = deviation and move.state not in ("done", "cancel")
            if is_open and not move.additional and move._backflush_original() == self:
                replaced += move._backflush_stands_for(
                    move.should_consume_qty, move.product_uom
                )
        return replaced
