from odoo import models


class AccountAccount(models.Model):
    _inherit = "account.account"

    def write(self, vals):
        """What a policy stands on does not become an account that is reconciled."""
        before = self.filtered("reconcile")
        res = super().write(vals)
        if {"reconcile", "account_type"} & set(vals):
            changed = (self - before).filtered("reconcile")
            policies = self.env["backflush.costing.policy"]._holding(changed)
            policies._check_not_reconciled()
        return res
