from odoo import models

from .completion import Completion


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    def action_unbuild(self):
        """An unbuild takes the completion's entry back, at today's standards."""
        res = super().action_unbuild()
        order = self.with_company(self.company_id).sudo()
        policy = order.product_id._backflush_policy()
        if policy:
            poster = self.env["backflush.poster"].sudo()
            poster.with_company(self.company_id)._post_completions(
                [order._backflush_completion(policy)]
            )
        return res

    def _backflush_errors(self):
        """Hook: error records whose suspense this unbuild changed."""
        return self.env["backflush.error"]

    def _backflush_completion(self, policy):
        """The unbuild as the poster reads it: a completion with its signs turned."""
        return Completion(
            policy=policy,
            product=self.product_id,
            moves=self.produce_line_ids,
            errors=self._backflush_errors(),
            required=None,
            links={"production_id": self.mo_id.id},
            reference=self.name,
        )
