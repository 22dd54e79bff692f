from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.numbers import exact

# What a released version never changes, beside its sums.
FROZEN = (
    *("product_id", "company_id", "bom_id", "date_effective", "element_ids"),
    *("conversion_credited", "inventory_cost", "line_ids", "difference_ids"),
)
# What the life cycle writes and nobody else.
KEPT = ("move_id", "prepared_by_id", "released_by_id", "previous_id")
# What the elements of a version sum to.
SUMS = ("material_level", "conversion_level", "material", "conversion")


class BackflushStandardCost(models.Model):
    """A version of a product's standard cost in one company, element by element.

    *This level* is what the product adds itself, *cumulated* includes what was
    made on lower levels: a completion credits this level's conversion only, the
    lower levels were credited when they were made. Amounts are per unit of
    measure of the product and are not rounded. A released version is frozen.

    Material and conversion are sums of the version's elements. A program that knows
    no elements may write the sums: what is not split counts as material, or as
    machine time.
    """

    _name = "backflush.standard.cost"
    _description = "Standard Cost"
    _order = "product_id, date_effective desc, id desc"
    _rec_name = "product_id"
    _check_company_auto = True

    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="What this is the standard cost of.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Standards are kept per company.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id", string="Per", help="The amounts are per this unit."
    )
    bom_id = fields.Many2one(
        "mrp.bom",
        "Bill of Materials",
        ondelete="set null",
        check_company=True,
        help="What the standard was rolled up from; empty for purchased products.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("scheduled", "Scheduled"),
            ("released", "Released"),
            ("superseded", "Superseded"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        help="Draft: can be edited. Scheduled: is released on its date. Released: "
        "values stock, frozen. Superseded: a later version took over.",
    )
    date_effective = fields.Date(
        "Effective From",
        copy=False,
        help="Date from which the version values stock; the revaluation entry "
        "carries it.",
    )
    material_level = fields.Float(
        "Material, This Level",
        digits=False,
        compute="_compute_sums",
        store=True,
        help="Purchased material, with its overhead, that this product adds itself.",
    )
    conversion_level = fields.Float(
        "Conversion, This Level",
        digits=False,
        compute="_compute_sums",
        store=True,
        help="Labour, machine, overhead and external work of this product's own "
        "operations. Credited to conversion allocated at completion.",
    )
    material = fields.Float(
        "Material, Cumulated",
        digits=False,
        compute="_compute_sums",
        store=True,
        help="Material and material overhead of all levels.",
    )
    conversion = fields.Float(
        "Conversion, Cumulated",
        digits=False,
        compute="_compute_sums",
        store=True,
        help="Labour, machine, overhead and external work of all levels.",
    )
    conversion_credited = fields.Float(
        digits=False,
        help="Of the cumulated conversion, what completions have credited when the "
        "product is in stock: all of it where its own completion is a trigger point, "
        "else that of components whose completion is one.",
    )
    inventory_cost = fields.Float(
        "Carried in Inventory At",
        digits=False,
        compute="_compute_inventory_cost",
        store=True,
        help="Material and credited conversion: what inventory holds per unit. The "
        "rest of the standard cost is allocated at the sale.",
    )
    total = fields.Float(
        "Standard Cost",
        digits=False,
        compute="_compute_total",
        store=True,
        help="Cumulated material and conversion: the cost that values stock.",
    )
    previous_total = fields.Float(
        "Present Cost",
        digits=False,
        compute="_compute_previous_total",
        help="The product's cost today, to compare the version with.",
    )
    difference = fields.Float(
        digits=False,
        compute="_compute_difference",
        help="Standard cost of this version less the present cost.",
    )
    move_id = fields.Many2one(
        "account.move",
        "Revaluation Entry",
        readonly=True,
        copy=False,
        help="Entry that brought stock and suspense to this standard.",
    )

    _current_uniq = models.UniqueIndex(
        "(product_id, company_id) WHERE state = 'released'",
        "A product has one released standard cost per company.",
    )
    _released_idx = models.Index(
        "(company_id, date_effective) WHERE state IN ('released', 'superseded')"
    )
    _positive = models.Constraint(
        "CHECK (material >= 0 AND conversion >= 0)",
        "A standard cost cannot be negative.",
    )

    @api.depends("material", "conversion")
    def _compute_total(self):
        for cost in self:
            cost.total = float(exact(cost.material) + exact(cost.conversion))

    @api.depends(
        *("material", "conversion", "conversion_credited"),
        *("bom_id", "product_id", "company_id"),
    )
    def _compute_inventory_cost(self):
        for cost in self:
            cost.inventory_cost = float(exact(cost.material) + cost._credited())

    def _credited(self):
        """Of the conversion, what completions have credited; settled at the release.

        What is bought is paid for in full, and so is what is bought of conversion.
        """
        self.ensure_one()
        conversion = exact(self.conversion)
        credited = min(exact(self.conversion_credited), conversion)
        if self.state in ("released", "superseded") or not self.product_id:
            return credited
        product = self.product_id.with_company(self.company_id)
        in_full = not self.bom_id or product._backflush_policy()._capitalises()
        return conversion if in_full else credited

    @api.depends("product_id.standard_price")
    @api.depends_context("company")
    def _compute_previous_total(self):
        for cost in self:
            product = cost.product_id.with_company(cost.company_id)
            cost.previous_total = product.standard_price

    @api.depends("total", "previous_total")
    def _compute_difference(self):
        for cost in self:
            cost.difference = float(exact(cost.total) - exact(cost.previous_total))

    @api.model_create_multi
    def create(self, vals_list):
        """Every version begins as a draft."""
        return super().create(
            [
                {**vals, "state": "draft", **dict.fromkeys(KEPT, False)}
                for vals in vals_list
            ]
        )

    def write(self, vals):
        if not self.env.su and {*KEPT, "state", "total"} & set(vals):
            raise UserError(
                self.env._("A standard cost changes its state by being released.")
            )
        if {*SUMS, *FROZEN} & set(vals):
            self._check_frozen()
        return super().write(vals)

    def _is_frozen(self):
        """Whether the version values stock, once did, or is about to as it stands."""
        self.ensure_one()
        kept = ("released", "superseded")
        return self.state in (kept if self.env.su else (*kept, "scheduled"))

    def _check_frozen(self):
        """Refuse to change what a release has decided, and say what to do instead."""
        frozen = self.filtered(lambda version: version._is_frozen())
        if frozen:
            frozen._refuse_frozen()

    def _refuse_frozen(self):
        if self[0].state == "scheduled":
            raise UserError(
                self.env._(
                    "The standard of %(product)s is released on %(date)s as it stands. "
                    "Take it back to draft to change it.",
                    product=self[0].product_id.display_name,
                    date=self[0].date_effective,
                )
            )
        raise UserError(
            self.env._(
                "The released standard of %s is frozen. Make a new version and "
                "release that.",
                self[0].product_id.display_name,
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        kept = self.filtered(lambda cost: cost.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "Standards that valued stock are kept: %s.",
                    ", ".join(kept.product_id.mapped("display_name")),
                )
            )

    @api.model
    def _current(self, products):
        """Return ``{product: released standard}`` in the current company."""
        costs = self.sudo().search(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "released"),
            ]
        )
        return {cost.product_id: cost for cost in costs}
