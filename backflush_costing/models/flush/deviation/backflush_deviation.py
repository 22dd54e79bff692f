from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

COMPONENT_KINDS = [
    ("scrap", "Scrap"),
    ("overuse", "Over-use"),
    ("underuse", "Under-use"),
    ("substitution", "Substitution"),
]
PRODUCT_SCRAP = "product_scrap"
KINDS = [*COMPONENT_KINDS, (PRODUCT_SCRAP, "Scrap of the Product")]

# The life cycle as data: a pair that is not listed cannot happen.
TRANSITIONS = {
    ("draft", "approved"),
    ("draft", "cancelled"),
    ("approved", "closed"),
    ("approved", "cancelled"),
}

# What the document says; once it is approved, nobody edits it.
CONTENT = {
    "company_id",
    "kind",
    "production_id",
    "product_id",
    "quantity",
    "uom_id",
    "reason_id",
    "note",
    "substitute_id",
    "substitute_uom_id",
    "ratio",
    "date_from",
    "date_to",
    "bom_id",
    "workcenter_id",
    "workorder_id",
}
OPERATOR = "backflush_costing.group_backflush_operator"
SUPERVISOR = "backflush_costing.group_backflush_supervisor"


class BackflushDeviation(models.Model):
    """A planned departure from the bill of materials: scrap, more, less, another.

    Each is a document of its own, made before or at the confirmation that bears
    it out. Scrap, over- and under-use belong to one order: they change what is
    issued when the order is confirmed, and are closed by that. A substitution is
    an approval: within its validity and quantity it can be applied to any order
    that it is not restricted from.
    """

    _name = "backflush.deviation"
    _description = "Deviation"
    _inherit = ["mail.thread"]
    _order = "date_requested desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        "Number",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        help="Number of the deviation, from its own sequence.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company whose orders the deviation concerns.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the value."
    )
    kind = fields.Selection(
        KINDS,
        required=True,
        default="scrap",
        index=True,
        tracking=True,
        help="Scrap: used up without becoming product. Over-use and under-use: the "
        "product took more or less. Substitution: another component is used "
        "instead. Scrap of the product: pieces of the product itself were lost, with "
        "all that they had consumed so far.",
    )
    state = fields.Selection(
        [
            ("draft", "To Approve"),
            ("approved", "Approved"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="To approve: recorded, without effect. Approved: takes effect when the "
        "order is confirmed, or can be applied. Closed: used up, or no longer to be "
        "applied.",
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain=[("state", "in", ("confirmed", "progress", "to_close"))],
        help="Order that is concerned. A substitution without one can be applied to "
        "any order.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Component",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_storable", "=", True)],
        tracking=True,
        help="Component that is used otherwise than the bill of materials says; of "
        "scrap of the product: the product.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        tracking=True,
        copy=False,
        help="How much is scrapped, or used more or less. Of a substitution: how much "
        "of the component may be replaced in all; zero: no limit.",
    )
    allowed_uom_ids = fields.Many2many(
        "uom.uom",
        compute="_compute_allowed_uom_ids",
        help="Units that the component's own converts to.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        required=True,
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', allowed_uom_ids)]",
        help="Unit of the quantity.",
    )
    reason_id = fields.Many2one(
        "backflush.deviation.reason",
        required=True,
        ondelete="restrict",
        tracking=True,
        domain="[('kind', 'in', (False, kind)),"
        " ('company_id', 'in', (False, company_id))]",
        help="Why; the list is kept under Configuration.",
    )
    note = fields.Char(help="What else there is to say.")
    value = fields.Monetary(
        compute="_compute_value",
        help="Quantity at the component's cost. Above the company's limit a "
        "supervisor has to approve.",
    )
    requested_by_id = fields.Many2one(
        "res.users",
        "Recorded By",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Who recorded the deviation, or changed it last.",
    )
    date_requested = fields.Datetime(
        "Recorded On",
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When it was recorded.",
    )
    approved_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        tracking=True,
        help="Who approved it.",
    )
    date_approved = fields.Datetime(
        "Approved On", readonly=True, copy=False, help="When it was approved."
    )
    use_ids = fields.One2many(
        "backflush.deviation.use",
        "deviation_id",
        "Used By",
        readonly=True,
        help="Confirmations that bear the deviation out.",
    )
    quantity_used = fields.Float(
        "Used",
        digits="Product Unit",
        compute="_compute_quantity_used",
        help="How much confirmations bear out so far, in the unit of the quantity; "
        "what was taken back with them does not count.",
    )
    can_approve = fields.Boolean(
        compute="_compute_can_approve",
        help="Whether you may approve this deviation.",
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0 OR (quantity = 0 AND kind = 'substitution'))",
        "The quantity of a deviation must be above zero.",
    )
    _order_named = models.Constraint(
        "CHECK (production_id IS NOT NULL OR kind = 'substitution')",
        "Scrap, over-use and under-use belong to a manufacturing order.",
    )

    # -- computes ------------------------------------------------------------

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for deviation in self:
            deviation.allowed_uom_ids = deviation._comparable_units(
                deviation.product_id
            )

    def _comparable_units(self, product):
        """Units between which quantities of ``product`` can be converted."""
        root = (product.uom_id.parent_path or "").split("/")[0]
        if not root:
            return self.env["uom.uom"]
        return self.env["uom.uom"].search([("parent_path", "=like", f"{root}/%")])

    @api.depends("product_id")
    def _compute_uom_id(self):
        for deviation in self:
            deviation.uom_id = deviation.product_id.uom_id

    @api.depends("product_id.standard_price", "quantity", "uom_id")
    @api.depends_context("company")
    def _compute_value(self):
        for deviation in self:
            product = deviation.product_id.with_company(deviation.company_id)
            deviation.value = deviation._in_product_unit() * product.standard_price

    @api.depends("use_ids.quantity", "use_ids.confirmation_id.reversed_quantity")
    def _compute_quantity_used(self):
        for deviation in self:
            used = deviation.use_ids.filtered(
                lambda use, d=deviation: use.product_id == d.product_id
            )
            deviation.quantity_used = deviation.product_id.uom_id._compute_quantity(
                sum(abs(use._standing_quantity()) for use in used), deviation.uom_id
            )

    @api.depends("state", "value", "kind", "requested_by_id")
    @api.depends_context("uid")
    def _compute_can_approve(self):
        is_operator = self.env.user.has_group(OPERATOR)
        is_supervisor = self.env.user.has_group(SUPERVISOR)
        for deviation in self:
            needs = deviation._needs_approval()
            other = deviation.requested_by_id != self.env.user
            deviation.can_approve = deviation.state == "draft" and (
                (is_supervisor and other) if needs else is_operator
            )

    # -- checks --------------------------------------------------------------

    @api.constrains("product_id", "uom_id")
    def _check_units(self):
        for deviation in self:
            deviation._check_convertible(deviation.uom_id, deviation.product_id)

    def _check_convertible(self, unit, product):
        """Refuse what is not kept in stock, and a unit that says nothing about it."""
        if not product.is_storable:
            raise ValidationError(
                self.env._(
                    "%s is not kept in stock: nothing of it is issued that could "
                    "deviate.",
                    product.display_name,
                )
            )
        if not unit._has_common_reference(product.uom_id):
            raise ValidationError(
                self.env._(
                    "%(unit)s cannot be converted to %(own)s, the unit of "
                    "%(product)s. Enter the quantity in a unit of the same kind.",
                    unit=unit.name,
                    own=product.uom_id.name,
                    product=product.display_name,
                )
            )

    @api.constrains("production_id", "product_id")
    def _check_component(self):
        for deviation in self.filtered("production_id"):
            order = deviation.production_id
            if deviation.product_id not in order.move_raw_ids.product_id:
                raise ValidationError(
                    self.env._(
                        "%(product)s is not a component of %(order)s. Add it to the "
                        "order's components first.",
                        product=deviation.product_id.display_name,
                        order=order.name,
                    )
                )
            deviation._check_open_order()

    def _check_open_order(self):
        """Refuse what is recorded too early or too late."""
        order = self.production_id
        if order.state in ("draft", "done", "cancel"):
            raise ValidationError(
                self.env._(
                    "A deviation is recorded on a confirmed order before it is "
                    "completed; %(order)s is %(state)s.",
                    order=order.name,
                    state=order._backflush_state_name(),
                )
            )

    # -- records ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Every deviation begins without effect, recorded by who records it."""
        sequence = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            company_id = vals.get("company_id") or self.env.company.id
            vals.update(
                name=sequence.with_company(company_id).next_by_code(
                    "backflush.deviation"
                ),
                state="draft",
                requested_by_id=self.env.uid,
                approved_by_id=False,
            )
        return super().create(vals_list)

    def write(self, vals):
        """Approved content is fixed; whoever changes a draft answers for it."""
        fixed = [
            name
            for name in vals
            if self._fields[name].readonly
            and not name.startswith(("message_", "activity_"))
        ]
        if fixed and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(fields)s of a deviation change by its actions alone.",
                    fields=", ".join(self._fields[name].string for name in fixed),
                )
            )
        if CONTENT & set(vals):
            self._check_state("draft")
            vals = {**vals, "requested_by_id": self.env.uid}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        kept = self.filtered(lambda deviation: deviation.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "Deviations that were approved or cancelled are kept: %s. Cancel "
                    "what is not to take effect.",
                    ", ".join(kept.mapped("name")),
                )
            )
