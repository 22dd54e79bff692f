from odoo import models


class MrpProduction(models.Model):
    """Whether an order may use stock of somebody else."""

    _inherit = "mrp.production"

    def _backflush_flushes_consigned(self, product):
        """Whether ``product`` may be issued from stock of somebody else.

        The component's policy decides, since it says who is owed what; where there is
        none, the operation type, then the company.
        """
        kind = self.picking_type_id
        if not self or kind.backflush_excluded:
            return False
        policy = product.with_company(self.company_id)._backflush_policy()
        if policy:
            return policy.flush_consigned
        if kind.flush_consigned:
            return kind.flush_consigned == "allowed"
        return self.company_id.flush_consigned
