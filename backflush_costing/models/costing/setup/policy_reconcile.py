from odoo import api, models
from odoo.exceptions import ValidationError

from ..backflush_costing_policy import HOLDING_ACCOUNTS


class BackflushCostingPolicy(models.Model):
    """What a policy holds stands on accounts that Odoo does not reconcile.

    Reconciling a bill with its credit note in a foreign currency, Odoo posts exchange
    differences on the account by itself: amounts that belong to no stock, and that the
    proof can never explain.
    """

    _inherit = "backflush.costing.policy"

    @api.constrains(*HOLDING_ACCOUNTS)
    def _check_not_reconciled(self):
        for policy in self:
            for name in HOLDING_ACCOUNTS:
                if policy[name].reconcile:
                    raise ValidationError(
                        self.env._(
                            "%(policy)s: %(account)s cannot be «%(field)s», it allows "
                            "reconciliation: Odoo would post exchange differences on "
                            "it that belong to no stock. Untick «Allow "
                            "Reconciliation» on the account, or choose another one.",
                            policy=policy.name,
                            account=policy[name].display_name,
                            field=policy._fields[name]._description_string(self.env),
                        )
                    )

    @api.model
    def _holding(self, accounts):
        """Policies of any company that hold something on one of ``accounts``."""
        if not accounts:
            return self.browse()
        domain = [(name, "in", accounts.ids) for name in HOLDING_ACCOUNTS]
        return self.sudo().search([*["|"] * (len(domain) - 1), *domain])
