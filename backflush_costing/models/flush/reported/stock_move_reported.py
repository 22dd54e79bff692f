from odoo import models

REPORTED = "reported"


class StockMove(models.Model):
    """Components that are consumed as reported, and never by the bill of materials.

    The planned component keeps its whole demand. Each report is issued by a component
    line of its own; completing the order compares both, and what nobody reported waits
    as an error record.
    """

    _inherit = "stock.move"

    def _backflush_is_reported(self):
        """Whether this planned component is consumed as reported."""
        self.ensure_one()
        return self.flush_method == REPORTED and not self.additional

    def _backflush_left_to_issue(self):
        """Completing the order issues nothing that nobody reported."""
        if self.flush_method == REPORTED:
            return 0.0
        return super()._backflush_left_to_issue()

    def _backflush_is_fillable(self, quantity):
        """Nobody fills in what was used but who used it."""
        if self._backflush_is_reported():
            return False
        return super()._backflush_is_fillable(quantity)

    def _backflush_early_lines(self):
        """Reports of what was used cover no quantity of the product."""
        lines = super()._backflush_early_lines()
        return lines.filtered(lambda line: not line._is_consumption())

    def _backflush_is_planned_by_bom(self):
        """What a scrapped piece took of it has been reported, or is going to be."""
        return self.flush_method != REPORTED and super()._backflush_is_planned_by_bom()

    def _backflush_reported_shares(self):
        """What was reported of this component for its order, and is in process."""
        self.ensure_one()
        shares = self.raw_material_production_id.sudo().backflush_share_ids._open()
        return shares.filtered(
            lambda share: (
                share._is_consumption()
                and any(line._is_of(self) for line in share.confirmation_id.line_ids)
            )
        )

    def _backflush_reported_before(self):
        """What was reported of this component so far, in the component's unit."""
        return sum(self._backflush_reported_shares().mapped("quantity"))

    def _backflush_confirmation_line_vals(self, report):
        """What was reported apart stands beside what was required."""
        vals = super()._backflush_confirmation_line_vals(report)
        return {**vals, "reported_quantity": report.before}
