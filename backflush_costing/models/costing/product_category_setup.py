import json

from odoo import api, fields, models
from odoo.tools import format_amount


class ProductCategory(models.Model):
    """What a policy changes on a category: announced, made, noted, and undone."""

    _inherit = "product.category"

    backflush_before = fields.Text(
        company_dependent=True,
        copy=False,
        readonly=True,
        help="What the policy found on this category, to restore when it leaves.",
    )
    backflush_change_text = fields.Text(
        "What Changes",
        compute="_compute_backflush_change_text",
        help="What choosing the policy changes on this category.",
    )

    def _backflush_wanted(self, policy):
        """``{field: value}`` that the policy needs on this category."""
        self.ensure_one()
        return {
            "property_valuation": "real_time",
            "property_cost_method": "standard",
            "property_stock_valuation_account_id": self._backflush_account(policy),
            "property_price_difference_account_id": policy.price_variance_account_id,
            "property_stock_journal": policy._journal(),
        }

    def _backflush_configure(self, policy):
        """Set the category's own valuation fields; return the changes in words."""
        self.ensure_one()
        wanted = self._backflush_wanted(policy)
        changed = {n: v for n, v in wanted.items() if self[n] != v}
        if changed and not self.backflush_before:
            self.backflush_before = json.dumps(self._backflush_raw(wanted))
        words = self._backflush_words(changed)
        self.write(
            {n: v.id if isinstance(v, models.Model) else v for n, v in changed.items()}
        )
        return words

    def _backflush_raw(self, names):
        """``{field: value}`` of this category, records as ids."""
        values = {name: self[name] for name in names}
        return {
            n: v.id if isinstance(v, models.Model) else v for n, v in values.items()
        }

    def _backflush_words(self, values):
        """Each value as "label: value"."""
        labels = self.fields_get(list(values), ["string", "selection"])
        return [
            f"{labels[n]['string']}: "
            + (
                v.display_name or self.env._("none")
                if isinstance(v, models.Model)
                else dict(labels[n]["selection"]).get(v, self.env._("none"))
            )
            for n, v in values.items()
        ]

    def _backflush_restore(self):
        """The policy has left: what it set is as it was, except what others changed."""
        self.ensure_one()
        before = json.loads(self.backflush_before or "{}")
        policies = self.env["backflush.costing.policy"].sudo()
        policies = policies.search([("company_id", "=", self.env.company.id)])
        ours = policies._inventory_accounts() | policies.price_variance_account_id
        vals = {
            name: value
            for name, value in before.items()
            if not name.endswith("_account_id") or self[name] in ours
        }
        self.write({**vals, "backflush_before": False})

    @api.depends("property_backflush_policy_id", "property_backflush_role")
    @api.depends_context("company")
    def _compute_backflush_change_text(self):
        for category in self:
            policy = category._backflush_policy()
            lines = category._backflush_announcement(policy) if policy else []
            category.backflush_change_text = "\n".join(lines)

    def _backflush_announcement(self, policy):
        """What saving would change, line by line; empty where nothing."""
        wanted = self._backflush_wanted(policy)
        changed = {n: v for n, v in wanted.items() if self[n] != v}
        lines = self._backflush_words(changed)
        value = self._origin._backflush_stock_value()
        if changed and value:
            lines.append(
                self.env._(
                    "In stock now: %s. Better bring this category in by a cutover of "
                    "the policy, which moves the stock from its account in one entry; "
                    "else post the opening entry of the policy then.",
                    format_amount(self.env, value, self.env.company.currency_id),
                )
            )
        return lines

    def _backflush_stock_value(self):
        """Value of the category's stock in the current company, as Odoo sees it."""
        if not self:
            return 0.0
        return sum(self._backflush_storable().sudo().mapped("total_value"))
