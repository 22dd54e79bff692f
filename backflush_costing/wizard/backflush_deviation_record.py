from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.flush.deviation.backflush_deviation import COMPONENT_KINDS


class BackflushDeviationRecord(models.TransientModel):
    """Record a deviation of an order with a few taps."""

    _name = "backflush.deviation.record"
    _description = "Record a Deviation"

    production_id = fields.Many2one(
        "mrp.production", required=True, readonly=True, help="Order that is concerned."
    )
    company_id = fields.Many2one(
        related="production_id.company_id", help="Company of the order."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the value."
    )
    kind = fields.Selection(
        COMPONENT_KINDS,
        string="What Happened",
        required=True,
        default="scrap",
        help="Scrap: used up without becoming product. Over-use and under-use: the "
        "product took more or less. Substitution: another component is used instead.",
    )
    component_ids = fields.Many2many(
        "product.product",
        compute="_compute_component_ids",
        help="Open components of the order.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Component",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', component_ids)]",
        help="Component that was, or is going to be, used otherwise.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        help="How much is scrapped or used more or less; how much of the component "
        "is replaced.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        help="Unit of the quantity.",
    )
    planned_quantity = fields.Float(
        "Planned",
        digits="Product Unit",
        compute="_compute_planned_quantity",
        help="What the order plans of the component.",
    )
    planned_uom_id = fields.Many2one(
        "uom.uom",
        "Unit of the Plan",
        compute="_compute_planned_quantity",
        help="Unit of the component line.",
    )
    reason_id = fields.Many2one(
        "backflush.deviation.reason",
        domain="[('kind', 'in', (False, kind)),"
        " ('company_id', 'in', (False, company_id))]",
        help="Why; the list is kept under Configuration.",
    )
    note = fields.Char(help="What else there is to say.")
    usable_ids = fields.Many2many(
        "backflush.deviation",
        compute="_compute_usable_ids",
        help="Approved substitutions that can be applied to this component now.",
    )
    deviation_id = fields.Many2one(
        "backflush.deviation",
        "Approved Substitution",
        compute="_compute_deviation_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', usable_ids)]",
        help="Substitution to apply. Empty: a new one is asked for.",
    )
    substitute_id = fields.Many2one(
        "product.product",
        domain="[('is_storable', '=', True), ('id', '!=', product_id)]",
        help="Component to use instead.",
    )
    ratio = fields.Float(
        digits=(16, 6),
        default=1.0,
        help="How much of the substitute stands for one unit of the component.",
    )
    needs_approval = fields.Boolean(
        compute="_compute_needs_approval",
        help="Whether a supervisor has to approve it before it takes effect.",
    )
    value = fields.Monetary(
        compute="_compute_needs_approval",
        help="Quantity at the component's cost.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "mrp.production":
            values.setdefault("production_id", self.env.context.get("active_id"))
        return values

    def _moves(self):
        """Open component lines of the order, substitutes left out."""
        return self.production_id.move_raw_ids.filtered(
            lambda m: m.state not in ("done", "cancel") and m.product_id.is_storable
        )

    @api.depends("production_id")
    def _compute_component_ids(self):
        for wizard in self:
            wizard.component_ids = wizard._moves().product_id

    @api.depends("production_id")
    def _compute_product_id(self):
        for wizard in self:
            components = wizard._moves().product_id
            only = components if len(components) == 1 else wizard.product_id
            wizard.product_id = only

    def _move(self):
        """Component line that is meant: the first of the component."""
        moves = self._moves().filtered(lambda m: m.product_id == self.product_id)
        return moves.filtered(lambda m: not m.backflush_deviation_id)[:1] or moves[:1]

    @api.depends("product_id")
    def _compute_uom_id(self):
        for wizard in self:
            unit = wizard._move().product_uom or wizard.product_id.uom_id
            wizard.uom_id = unit

    @api.depends("product_id")
    def _compute_planned_quantity(self):
        for wizard in self:
            move = wizard._move()
            wizard.planned_quantity = move.product_uom_qty
            wizard.planned_uom_id = move.product_uom

    @api.depends("product_id", "kind")
    def _compute_usable_ids(self):
        for wizard in self:
            wizard.usable_ids = wizard._usable()

    @api.depends("product_id", "kind")
    def _compute_deviation_id(self):
        for wizard in self:
            wizard.deviation_id = wizard._usable()[:1]

    def _usable(self):
        """Approved substitutions of the component, those that end first first."""
        if self.kind != "substitution" or not self.product_id:
            return self.env["backflush.deviation"]
        move = self._move()
        candidates = self.env["backflush.deviation"].search(
            [
                ("kind", "=", "substitution"),
                ("state", "=", "approved"),
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            order="date_to, id",
        )
        return candidates.filtered(
            lambda d: (
                not d._refusal(move)
                and (not d.quantity or d.uom_id.compare(d.quantity_left, 0.0) > 0)
            )
        )

    @api.depends("kind", "deviation_id", "product_id", "quantity", "uom_id")
    def _compute_needs_approval(self):
        for wizard in self:
            product = wizard.product_id.with_company(wizard.company_id)
            units = wizard.quantity
            if product and wizard.uom_id:
                units = wizard.uom_id._compute_quantity(
                    wizard.quantity, product.uom_id, round=False
                )
            wizard.value = units * product.standard_price
            wizard.needs_approval = (
                not wizard.deviation_id
                if wizard.kind == "substitution"
                else wizard._is_above_limit()
            )

    def _is_above_limit(self):
        """Whether this, with what the order has of the component, is too much."""
        order, product = self.production_id, self.product_id
        known = order._backflush_deviation_value(product, self.kind)
        return self.env["backflush.deviation"]._is_above_limit(
            self.company_id, self.value + known
        )

    def action_record(self):
        """Make the document; say so where it waits for a supervisor."""
        self.ensure_one()
        if not self.product_id or self.quantity <= 0:
            raise UserError(
                self.env._("Choose a component and enter a quantity above zero.")
            )
        if self.deviation_id:
            self._apply()
            return {"type": "ir.actions.act_window_close"}
        deviation = self.env["backflush.deviation"].create(self._deviation_vals())
        if deviation.action_record():
            return {"type": "ir.actions.act_window_close"}
        return deviation._waiting_notification()

    def _apply(self):
        """Apply the chosen substitution to the order."""
        move = self._move()
        self.deviation_id._check_convertible(self.uom_id, self.product_id)
        quantity = self.uom_id._compute_quantity(
            self.quantity, move.product_uom, round=False
        )
        self.deviation_id.action_apply(self.production_id.id, quantity, move_id=move.id)

    def _deviation_vals(self):
        """Values of the new document."""
        if not self.reason_id:
            raise UserError(self.env._("Choose a reason."))
        vals = {
            "company_id": self.company_id.id,
            "kind": self.kind,
            "production_id": self.production_id.id,
            "product_id": self.product_id.id,
            "quantity": self.quantity,
            "uom_id": self.uom_id.id,
            "reason_id": self.reason_id.id,
            "note": self.note,
        }
        if self.kind == "substitution":
            if not self.substitute_id:
                raise UserError(
                    self.env._("Choose the component that is to be used instead.")
                )
            vals.update(substitute_id=self.substitute_id.id, ratio=self.ratio)
        return vals
