from odoo import api, fields, models
from odoo.tools import format_amount


class BackflushStandardCostDifference(models.Model):
    """One reason why a version differs from the one before it.

    The rows of a version sum to the difference of both totals. They are derived
    from what both were rolled up from, or from their elements where one of them was
    entered by hand, and are frozen with the version.
    """

    _name = "backflush.standard.cost.difference"
    _description = "Difference of a Standard"
    _order = "version_id, sequence, id"
    _rec_name = "name"

    version_id = fields.Many2one(
        "backflush.standard.cost",
        required=True,
        index=True,
        ondelete="cascade",
        help="The later version.",
    )
    product_id = fields.Many2one(
        related="version_id.product_id",
        store=True,
        index=True,
        help="Product whose standard differs.",
    )
    company_id = fields.Many2one(
        related="version_id.company_id",
        store=True,
        index=True,
        help="Company of the standard.",
    )
    sequence = fields.Integer(help="Largest effect first.")
    kind = fields.Selection(
        selection=lambda self: (
            self.env["backflush.standard.cost.line"]._fields["kind"].selection
        ),
        help="What the line stands for.",
    )
    name = fields.Char(help="Component, operation or element that changed.")
    element = fields.Selection(
        selection=lambda self: (
            self.env["backflush.standard.cost.element"]._fields["element"].selection
        ),
        help="Cost element that changed; empty where a sub-assembly brings several.",
    )
    change = fields.Selection(
        [
            ("quantity", "Quantity or time"),
            ("price", "Price or rate"),
            ("place", "Other work center or vendor"),
            ("added", "Added"),
            ("removed", "Removed"),
            ("entered", "Entered by hand"),
            ("rounding", "Rounding"),
        ],
        required=True,
        help="What changed.",
    )
    before = fields.Float(
        digits=False, help="Quantity, time, price or rate of the version before."
    )
    after = fields.Float(
        digits=False, help="Quantity, time, price or rate of this version."
    )
    unit = fields.Char(help="Unit of both values.")
    place = fields.Char(help="Work center or vendor of this version.")
    amount = fields.Float(
        "Effect",
        digits=False,
        help="What the change adds to the standard, per unit of the product. A "
        "quantity counts at the old price, a price at the new quantity.",
    )
    reason = fields.Char(compute="_compute_reason", help="Why the standard changed.")

    @api.depends("kind", "change", "before", "after", "unit", "place")
    @api.depends_context("lang")
    def _compute_reason(self):
        for row in self:
            row.reason = row._reason()

    def _reason(self):
        """The change in words."""
        if self.change in ("entered", "rounding"):
            return {
                "entered": self.env._("Entered by hand, beside what was rolled up"),
                "rounding": self.env._("Last digit of a division"),
            }[self.change]
        before, after = self._in_words(self.before), self._in_words(self.after)
        values = {"before": before, "after": after, "place": self.place or ""}
        if self.change == "added":
            return self._reason_added(values)
        if self.change == "removed":
            return self.env._("Not in the standard any more, was %(before)s", **values)
        if self.change == "place":
            return self.env._(
                "Now at %(place)s: %(after)s instead of %(before)s", **values
            )
        return self._reason_changed(values)

    def _reason_added(self, values):
        if self.kind == "byproduct":
            return self.env._("New by-product, %(after)s", **values)
        return self.env._("New in the standard, %(after)s", **values)

    def _reason_changed(self, values):
        """A quantity, a time, a price or a rate in words."""
        if self.kind == "element":
            return self.env._("%(after)s instead of %(before)s", **values)
        if self.change == "quantity":
            return {
                "operation": self.env._(
                    "Time %(after)s instead of %(before)s", **values
                ),
                "overhead": self.env._("On %(after)s instead of %(before)s", **values),
            }.get(
                self.kind,
                self.env._("Quantity %(after)s instead of %(before)s", **values),
            )
        return {
            "operation": self.env._("Rate %(after)s instead of %(before)s", **values),
            "overhead": self.env._(
                "Percentage %(after)s instead of %(before)s", **values
            ),
            "purchase": self.env._("Price %(after)s instead of %(before)s", **values),
            "external": self.env._("Fee %(after)s instead of %(before)s", **values),
        }.get(
            self.kind, self.env._("Standard %(after)s instead of %(before)s", **values)
        )

    def _in_words(self, value):
        """A quantity or price with its unit; no more digits than it has."""
        is_money = self.change in ("price", "place") and self.kind != "overhead"
        if is_money or self.kind == "element":
            text = self._money_in_words(value)
            return f"{text} / {self.unit}" if self.unit else text
        return f"{value:.10g} {self.unit or ''}".strip()

    def _money_in_words(self, value):
        """An amount as the currency is written, with every digit that it has."""
        currency = self.company_id.currency_id
        if currency.round(value) == value:
            return format_amount(self.env, value, currency)
        if currency.position == "before":
            return f"{currency.symbol} {value:.10g}"
        return f"{value:.10g} {currency.symbol}"
