from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..cutover_guard import cutting_over

DECIDED = {"property_backflush_cost_basis", "property_cost_method"}


class ProductCategory(models.Model):
    """Components at what they cost, instead of at a standard."""

    _inherit = "product.category"

    property_backflush_cost_basis = fields.Selection(
        [("standard", "Standard cost"), ("actual", "Actual cost")],
        "Cost Basis",
        company_dependent=True,
        copy=True,
        help="What the ledger carries these products at. Standard cost: the released "
        "standard; bills leave the difference to the price variance. Actual cost: the "
        "category keeps its costing method, average or first in first out; bills enter "
        "inventory at their price, and orders take the cost of what they issue. Empty "
        "counts as standard cost.",
    )

    def _backflush_at_actual(self):
        """Whether a policy costs these products at their actual cost."""
        basis = self.sudo().property_backflush_cost_basis
        return basis == "actual" and bool(self._backflush_policy())

    def _backflush_wanted(self, policy):
        """At actual cost the category keeps its own costing method."""
        wanted = super()._backflush_wanted(policy)
        if self.property_backflush_cost_basis == "actual":
            del wanted["property_cost_method"]
        return wanted

    @api.depends("property_backflush_cost_basis")
    def _compute_backflush_change_text(self):
        return super()._compute_backflush_change_text()

    def write(self, vals):
        """Stock that is valued one way does not silently become worth another."""
        if not DECIDED & set(vals):
            return super().write(vals)
        costed = self.filtered(lambda category: category._backflush_policy())
        before = {c: c._backflush_cost_basis() for c in costed}
        if "property_backflush_cost_basis" in vals:
            self._backflush_check_cost_accountant()
        res = super().write(vals)
        for category, old in before.items():
            category._backflush_check_basis_change(*old)
        changed = self.filtered(
            lambda c: c in before and before[c] != c._backflush_cost_basis()
        )
        changed._backflush_apply_policy()
        return res

    def _backflush_cost_basis(self):
        """What decides how the ledger carries these products."""
        return (self._backflush_at_actual(), self.property_cost_method)

    def _backflush_check_basis_change(self, was_actual, method):
        """Refuse another basis, or method, while the ledger holds anything."""
        if cutting_over(self.env):
            return
        is_actual, new_method = self._backflush_cost_basis()
        if not (was_actual or is_actual) or (was_actual, method) == (
            is_actual,
            new_method,
        ):
            return
        products = self._backflush_storable()
        held = products._backflush_held()
        if held:
            raise UserError(
                self.env._(
                    "%(category)s: the ledger holds %(products)s at their present "
                    "cost. Bring stock, unbilled receipts and uninvoiced deliveries "
                    "to zero before you change the cost basis or the costing method.",
                    category=self.display_name,
                    products=", ".join(held[:5].mapped("display_name")),
                )
            )

    def _backflush_check_policy(self, policy):
        """Actual cost needs an average or a first-in-first-out cost, and a bill."""
        if self.property_backflush_cost_basis != "actual":
            return super()._backflush_check_policy(policy)
        if self.property_cost_method not in ("average", "fifo"):
            raise ValidationError(
                self.env._(
                    "%s is to be costed at actual cost: choose Average Cost or First "
                    "In First Out as its costing method.",
                    self.display_name,
                )
            )
        policy._check_carries_actual(self)
        self._backflush_storable()._backflush_check_at_actual()
        return super()._backflush_check_policy(policy)

    def _backflush_check_stock(self, policy, products):
        """At actual cost stock stays what it is worth."""
        if self.property_backflush_cost_basis == "actual":
            return None
        return super()._backflush_check_stock(policy, products)
