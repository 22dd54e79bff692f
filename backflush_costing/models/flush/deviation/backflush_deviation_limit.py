from odoo import api, models
from odoo.tools import SQL


class BackflushDeviation(models.Model):
    """The company's limit: for an order and a component, not for a document.

    Whoever splits what happened over several documents needs the same supervisor.
    """

    _inherit = "backflush.deviation"

    @api.depends("production_id.backflush_deviation_ids.state")
    def _compute_can_approve(self):
        return super()._compute_can_approve()

    def action_approve(self):
        """One after the other: each counts for those that come after it."""
        self._guard_limit()
        if len(self) <= 1:
            return super().action_approve()
        for deviation in self:
            super(BackflushDeviation, deviation).action_approve()
        return True

    def _needs_approval(self):
        """Whether somebody else than who recorded it has to approve."""
        self.ensure_one()
        return self.kind == "substitution" or self._is_above_limit(
            self.company_id, self.value + self._value_beside()
        )

    @api.model
    def _is_above_limit(self, company, value):
        """Whether ``value`` is more than people may record by themselves."""
        return value > company.backflush_deviation_limit > 0

    def _value_beside(self):
        """What has effect beside this document, of its order and component."""
        self.ensure_one()
        order = self.production_id
        return order._backflush_deviation_value(self.product_id, self.kind, self)

    def _effective_value(self):
        """Value of what takes effect, or has had it and was not taken back."""
        self.ensure_one()
        if self.state == "closed":
            return self.value * self.quantity_used / self.quantity
        return self.value if self.state == "approved" else 0.0

    def _guard_limit(self):
        """Of two who approve documents of one order at once, one starts anew.

        Under Odoo's isolation level each would find the limit kept.
        """
        limited = self.filtered("company_id.backflush_deviation_limit").production_id
        if limited:
            self.env.cr.execute(
                SQL(
                    "UPDATE mrp_production SET write_uid = write_uid WHERE id IN %s",
                    tuple(sorted(limited.ids)),
                )
            )
