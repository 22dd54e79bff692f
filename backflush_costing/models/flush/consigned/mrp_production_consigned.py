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
        product = product.with_company(self.company_id)
        policy = product._backflush_policy()
        if policy:
            # What is owed follows a standard; an actual cost is nobody's standard.
            return policy.flush_consigned and not product._backflush_at_actual()
        if kind.flush_consigned:
            return kind.flush_consigned == "allowed"
        return self.company_id.flush_consigned
