from odoo import api, fields, models

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
    ("closed", "approved"),
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
        help="Quantity at the component's cost. Where it comes, with what else was "
        "recorded of the component on the order, above the company's limit, a "
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
            other = self.env.user not in deviation._recorders()
            deviation.can_approve = deviation.state == "draft" and (
                (is_supervisor and other) if needs else is_operator
            )
