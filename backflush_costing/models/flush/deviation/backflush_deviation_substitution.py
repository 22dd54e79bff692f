from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ....engine.numbers import exact, is_number


class BackflushDeviation(models.Model):
    """Another component instead: approved in general, applied order by order."""

    _inherit = "backflush.deviation"

    substitute_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('is_storable', '=', True), ('id', '!=', product_id)]",
        tracking=True,
        help="Component that may be used instead.",
    )
    allowed_substitute_uom_ids = fields.Many2many(
        "uom.uom",
        compute="_compute_allowed_substitute_uom_ids",
        help="Units that the substitute's own converts to.",
    )
    substitute_uom_id = fields.Many2one(
        "uom.uom",
        "Unit of the Substitute",
        compute="_compute_substitute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', allowed_substitute_uom_ids)]",
        help="Unit of the ratio's right side.",
    )
    ratio = fields.Float(
        digits=(16, 6),
        default=1.0,
        tracking=True,
        help="How much of the substitute stands for one unit of the component: 1.2 "
        "means 1.2 kg of the substitute for each kg of the component.",
    )
    date_from = fields.Date(
        "Valid From",
        tracking=True,
        copy=False,
        help="First day on which it may be applied, in the plant's time zone; empty: "
        "at once.",
    )
    date_to = fields.Date(
        "Valid To",
        tracking=True,
        copy=False,
        help="Last day on which it may be applied; empty: without end.",
    )
    bom_id = fields.Many2one(
        "mrp.bom",
        "Only Bill of Materials",
        ondelete="restrict",
        check_company=True,
        help="Only orders by this bill of materials; empty: all.",
    )
    workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Only Work Center",
        ondelete="restrict",
        check_company=True,
        help="Only components consumed at this work center; empty: all.",
    )
    move_ids = fields.One2many(
        "stock.move",
        "backflush_deviation_id",
        "Applied On",
        readonly=True,
        help="Component lines of orders on which the substitute is used.",
    )
    planned_move_ids = fields.One2many(
        "stock.move",
        "backflush_deviation_id",
        "Planned On",
        domain=[("state", "not in", ("done", "cancel"))],
        readonly=True,
        help="Component lines of open orders on which the substitute is planned.",
    )
    quantity_planned = fields.Float(
        "Planned",
        digits="Product Unit",
        compute="_compute_quantity_planned",
        help="What open orders have replaced and not confirmed yet, in the unit of "
        "the quantity.",
    )
    quantity_left = fields.Float(
        "Left",
        digits="Product Unit",
        compute="_compute_quantity_planned",
        help="What may still be replaced, in the unit of the quantity; without "
        "meaning where there is no limit.",
    )

    date_applied = fields.Datetime(
        "Last Applied", readonly=True, copy=False, help="When it was applied last."
    )

    _ratio_positive = models.Constraint(
        "CHECK (ratio > 0)", "The ratio of a substitution must be above zero."
    )
    _substitute_named = models.Constraint(
        "CHECK (kind <> 'substitution' OR substitute_id IS NOT NULL)",
        "A substitution names the component that is used instead.",
    )
    _validity = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "The validity of a deviation cannot end before it begins.",
    )

    @api.depends("substitute_id")
    def _compute_allowed_substitute_uom_ids(self):
        for deviation in self:
            deviation.allowed_substitute_uom_ids = deviation._comparable_units(
                deviation.substitute_id
            )

    @api.depends("substitute_id")
    def _compute_substitute_uom_id(self):
        for deviation in self:
            deviation.substitute_uom_id = deviation.substitute_id.uom_id

    @api.depends("move_ids.product_uom_qty", "move_ids.state", "quantity_used")
    def _compute_quantity_planned(self):
        for deviation in self:
            planned = sum(
                move._backflush_stands_for(move.product_uom_qty, move.product_uom)
                for move in deviation.sudo().planned_move_ids
                if move.state not in ("done", "cancel")
            )
            planned = deviation.product_id.uom_id._compute_quantity(
                planned, deviation.uom_id, round=False
            )
            deviation.quantity_planned = planned
            deviation.quantity_left = max(
                deviation.quantity - planned - deviation.quantity_used, 0.0
            )

    @api.constrains("product_id", "substitute_id", "substitute_uom_id")
    def _check_substitute(self):
        for deviation in self.filtered("substitute_id"):
            if deviation.substitute_id == deviation.product_id:
                raise ValidationError(
                    self.env._(
                        "%s cannot be its own substitute.",
                        deviation.product_id.display_name,
                    )
                )
            deviation._check_convertible(
                deviation.substitute_uom_id, deviation.substitute_id
            )

    # -- conversion -------------------------------------------------------------

    def _replaced_by(self, quantity, unit):
        """What ``quantity`` of the substitute stands for, in the component's unit."""
        quantity = unit._compute_quantity(quantity, self.substitute_uom_id, round=False)
        return self.uom_id._compute_quantity(
            quantity / self.ratio, self.product_id.uom_id, round=False
        )

    def _substitute_quantity(self, quantity, unit):
        """How much of the substitute stands for ``quantity`` of the component.

        :param unit: unit of ``quantity``
        :return: in :attr:`substitute_uom_id`; rounded up, as core does for
            components, since a part of a unit cannot be issued
        """
        quantity = unit._compute_quantity(quantity, self.uom_id, round=False)
        return self.substitute_uom_id.round(quantity * self.ratio, rounding_method="UP")

    def _left_of_component(self):
        """What of the component may still be replaced, exact, in its own unit."""
        left = self.uom_id._compute_quantity(
            self.quantity_left, self.product_id.uom_id, round=False
        )
        return exact(left)

    def _close_exhausted(self):
        """An approval of which nothing is left, and nothing planned, is closed."""
        for deviation in self.filtered(lambda d: d.quantity and d.state == "approved"):
            unit = deviation.uom_id
            if unit.is_zero(deviation.quantity_left + deviation.quantity_planned):
                deviation._set_state("closed", is_used_up=True)

    # -- applying ---------------------------------------------------------------

    def action_apply(self, production_id, quantity=None, move_id=None):
        """Use the substitute on an order, for all or part of the component.

        The demand of the component goes down by what is replaced; the substitute
        becomes a component line of its own, issued by the usual rules.

        :param int production_id: order that is confirmed and not completed
        :param float quantity: how much of the component is replaced, in the unit
            of its line; all that the approval allows when empty
        :param int move_id: component line, where the order has several of the
            component
        :return: True
        :raises UserError: if the deviation is not valid for this order, naming why
        """
        self.ensure_one()
        self._check_role("backflush_costing.group_backflush_operator")
        order = self.env["mrp.production"].browse(production_id)
        order.check_access("write")
        deviation = self.sudo()
        move = deviation._component_line(order.sudo(), move_id)
        deviation._check_usable(move)
        quantity = deviation._check_quantity(move, quantity)
        # Two stations that apply at once must see each other: the second one of
        # two writers is retried.
        deviation.write({"date_applied": fields.Datetime.now()})
        move._backflush_substitute(deviation, quantity)
        return True

    def _component_line(self, order, move_id=None):
        """The open component line of ``order`` that is to be replaced."""
        moves = order.move_raw_ids.filtered(
            lambda m: (
                m.state not in ("done", "cancel")
                and m.product_id == self.product_id
                and not m.backflush_deviation_id
                and (not move_id or m.id == move_id)
            )
        )
        if not moves or order.state == "draft":
            raise UserError(
                self.env._(
                    "%(order)s has no open component %(product)s that %(name)s could "
                    "replace. Confirm the order first, or choose another deviation.",
                    order=order.name,
                    product=self.product_id.display_name,
                    name=self.name,
                )
            )
        return moves[0]

    def _check_usable(self, move):
        """Refuse what the approval does not cover, naming the bound."""
        refusal = self._refusal(move)
        if refusal:
            raise UserError(
                self.env._(
                    "%(name)s cannot be applied to %(order)s: %(refusal)s. Have "
                    "another deviation approved.",
                    name=self.name,
                    order=move.raw_material_production_id.name,
                    refusal=refusal,
                )
            )

    def _refusal(self, move):
        """Why this may not be applied to a component line, in words; or False."""
        order = move.raw_material_production_id
        if self.kind != "substitution" or self.state != "approved":
            return self.env._("it is not an approved substitution")
        if self.company_id != order.company_id:
            return self.env._("it belongs to another company")
        outside = self._outside_validity(order._backflush_event_day())
        return outside or self._restriction(order, move)

    def _outside_validity(self, day):
        """Why this is not valid on a day of the plant, in words; False: it is."""
        if self.date_from and day < self.date_from:
            return self.env._("it is valid from %s", self.date_from)
        if self.date_to and day > self.date_to:
            return self.env._("it was valid until %s", self.date_to)
        return False

    def _restriction(self, order, move):
        """What keeps this approval from this order, in words; False: nothing."""
        if self.production_id and self.production_id != order:
            return self.env._("it is for %s alone", self.production_id.name)
        if self.bom_id and self.bom_id != order.bom_id:
            return self.env._("it is for %s alone", self.bom_id.display_name)
        workcenter = move._backflush_workcenter()
        if self.workcenter_id and self.workcenter_id != workcenter:
            return self.env._("it is for %s alone", self.workcenter_id.name)
        return False

    def _check_quantity(self, move, quantity):
        """The quantity to replace, in the unit of the component line."""
        unit, demand = move.product_uom, move.product_uom_qty
        if quantity and not is_number(quantity):
            raise UserError(self.env._("%s is not a quantity.", quantity))
        left = demand
        if self.quantity:
            left = self.uom_id._compute_quantity(self.quantity_left, unit, round=False)
            left = unit.round(left, rounding_method="DOWN")
        wanted = quantity if quantity is not None else min(demand, left)
        if unit.compare(wanted, 0.0) <= 0 and quantity is not None:
            raise UserError(self.env._("Enter a quantity above zero to replace."))
        if unit.compare(wanted, demand) > 0 or unit.compare(demand, 0.0) <= 0:
            raise UserError(
                self.env._(
                    "%(order)s needs %(demand)s %(unit)s of %(product)s; no more can "
                    "be replaced.",
                    order=move.raw_material_production_id.name,
                    demand=demand,
                    unit=unit.name,
                    product=self.product_id.display_name,
                )
            )
        if unit.compare(wanted, left) > 0 or unit.compare(wanted, 0.0) <= 0:
            raise UserError(
                self.env._(
                    "%(name)s is exhausted: %(left)s %(unit)s of %(product)s may still "
                    "be replaced. Have another deviation approved.",
                    name=self.name,
                    left=left,
                    unit=unit.name,
                    product=self.product_id.display_name,
                )
            )
        return wanted

    def _cancel(self):
        """What an open order is going to use is taken off it first.

        What confirmations bear out has had its effect, and is closed at most.
        """
        for deviation in self.filtered("quantity_used"):
            raise UserError(
                self.env._(
                    "%(name)s was used already (%(quantity)s %(unit)s). Close it: then "
                    "it is not applied any more.",
                    name=deviation.name,
                    quantity=deviation.quantity_used,
                    unit=deviation.uom_id.name,
                )
            )
        for deviation in self.filtered("planned_move_ids"):
            orders = deviation.planned_move_ids.raw_material_production_id
            raise UserError(
                self.env._(
                    "%(name)s is planned on %(orders)s. Take it back there first, or "
                    "close it: then it is not applied any more.",
                    name=deviation.name,
                    orders=", ".join(orders.mapped("name")),
                )
            )
        return super()._cancel()
