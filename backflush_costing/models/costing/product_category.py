from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .cutover_guard import cutting_over


class ProductCategory(models.Model):
    _inherit = "product.category"

    property_backflush_policy_id = fields.Many2one(
        "backflush.costing.policy",
        "Backflush Costing Policy",
        company_dependent=True,
        ondelete="restrict",
        copy=True,
        help="Says when production of these products is journalised and on which "
        "accounts. Empty: Odoo's own valuation. Choosing a policy sets what Odoo "
        "needs on this category and notes it on the policy.",
    )
    property_backflush_role = fields.Selection(
        [
            ("material", "Component or sub-assembly"),
            ("finished", "Finished good"),
        ],
        company_dependent=True,
        copy=True,
        help="Which of the policy's inventory accounts holds these products: raw "
        "and in-process, or finished goods. Empty counts as component.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        categories.filtered("property_backflush_policy_id")._backflush_apply_policy()
        return categories

    def write(self, vals):
        decided = {"property_backflush_policy_id", "property_backflush_role"}
        if not decided & set(vals):
            return super().write(vals)
        costed = self.filtered(lambda category: category._backflush_policy())
        res = super().write(vals)
        if costed or any(category._backflush_policy() for category in self):
            self._backflush_check_cost_accountant()
        for category in costed.filtered(lambda c: not c._backflush_policy()):
            # Nothing may stay behind where no proof looks any more.
            none = self.env["account.account"]
            category._backflush_storable()._backflush_check_account(none)
            category._backflush_restore()
        self._backflush_apply_policy()
        if costed:
            self.env["backflush.costing.policy"]._release_locations()
        return res

    def _backflush_check_cost_accountant(self):
        """Who decides how a category is costed."""
        group = "backflush_costing.group_cost_accountant"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Setting a costing policy needs the role Cost Accountant.")
            )

    def _backflush_policy(self):
        """The costed policy of this category in the current company, or none."""
        policy = self.sudo().property_backflush_policy_id
        return policy if policy._is_costed() else policy.browse()

    def _backflush_apply_policy(self):
        """Configure what the policy needs of Odoo, and say what was changed."""
        self.env["backflush.costing.policy"].invalidate_model(["category_count"])
        for category in self:
            policy = category._backflush_policy()
            if not policy:
                continue
            category._backflush_check_policy(policy)
            changes = category._backflush_configure(policy)
            changes += policy._configure_locations()
            if changes:
                policy.message_post(
                    body=self.env._(
                        "%(category)s: %(changes)s",
                        category=category.display_name,
                        changes="; ".join(changes),
                    )
                )
            category._backflush_storable()._backflush_ensure_standard()

    def _backflush_storable(self):
        """Storable products of the category that the current company can hold."""
        return self.env["product.product"].search(
            [
                ("categ_id", "in", self.ids),
                ("is_storable", "=", True),
                ("company_id", "in", (False, self.env.company.id)),
            ]
        )

    def _backflush_check_policy(self, policy):
        """Refuse what this policy cannot cost, naming it."""
        self.ensure_one()
        if policy.company_id != self.env.company:
            raise ValidationError(
                self.env._(
                    "%(policy)s belongs to %(company)s; switch to that company to "
                    "set it on %(category)s.",
                    policy=policy.name,
                    company=policy.company_id.display_name,
                    category=self.display_name,
                )
            )
        policy._check_ready()
        products = self._backflush_storable()
        products._backflush_check_account(self._backflush_account(policy))
        self._backflush_check_stock(policy, products)

    def _backflush_check_stock(self, policy, products):
        """Hook: refuse stock that is valued otherwise than ``policy`` is going to."""
        valued = products.filtered(
            lambda p: (
                p.cost_method != "standard"
                and not p.uom_id.is_zero(p._with_valuation_context().qty_available)
            )
        )
        if valued and not cutting_over(self.env):
            raise ValidationError(
                self.env._(
                    "%(policy)s costs at standard, but these products have stock "
                    "at another cost method: %(products)s. Bring their stock to "
                    "zero first, take them in by a cutover, or choose the cost basis "
                    "Actual Cost.",
                    policy=policy.name,
                    products=", ".join(valued[:5].mapped("display_name")),
                )
            )

    def _backflush_account(self, policy):
        """The policy's inventory account for the role of this category."""
        return policy._inventory_account(self.property_backflush_role)
