from odoo import api, models, tools

from ..backflush_costing_policy import HOLDING_ACCOUNTS
from ..cutover_guard import cutting_over

DECIDED = {"trigger_set", "purchase_event", *HOLDING_ACCOUNTS}


class BackflushCostingPolicy(models.Model):
    """What a policy decides is changed in turn with what is posted by it."""

    _inherit = "backflush.costing.policy"

    @api.model
    @tools.ormcache()
    def _companies_with_policies(self):
        """Ids of the companies that have a policy at all, used or not."""
        policies = self.sudo().with_context(active_test=False)
        rows = policies._read_group([], ["company_id"])
        return frozenset(company.id for (company,) in rows)

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        if DECIDED & set(vals) and not cutting_over(self.env):
            for company in self.company_id:
                self.env["backflush.costing.turn"]._take(company)
        res = super().write(vals)
        if "company_id" in vals:
            self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    def post_opening(self, counterpart_account_id, date=None):
        self.env["backflush.costing.turn"]._take(self.company_id)
        return super().post_opening(counterpart_account_id, date)
