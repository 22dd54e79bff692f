from odoo import api, fields, models

from .mrp_production_reported import NOT_REPORTED
from .stock_move_reported import REPORTED


class BackflushConfirmation(models.Model):
    """A report of what was used of a component.

    Its quantity is that of the component, in the component's own unit. Until the
    product is received it is in process.
    """

    _inherit = "backflush.confirmation"

    trigger = fields.Selection(
        selection_add=[(REPORTED, "Reported consumption")],
        ondelete={REPORTED: "cascade"},
        help="Completion: the product was received. Reporting point: an operation was "
        "finished. Start: an operation, or the order, was started. Scrap of the "
        "product: pieces were lost on the way. Reported consumption: what was used of "
        "a component.",
    )

    has_reported = fields.Boolean(
        compute="_compute_has_reported",
        help="Whether a component is consumed as reported, and not by the bill of "
        "materials.",
    )

    @api.depends("line_ids.flush_method")
    def _compute_has_reported(self):
        for confirmation in self:
            lines = confirmation.line_ids
            confirmation.has_reported = any(line._is_as_reported() for line in lines)

    def _is_consumption(self):
        """Whether what was used of a component was reported."""
        return self.trigger == REPORTED


class BackflushConfirmationLine(models.Model):
    _inherit = "backflush.confirmation.line"

    reported_quantity = fields.Float(
        "Reported Apart",
        digits="Product Unit",
        readonly=True,
        help="What reports of consumption said was used for this quantity of the "
        "product. What is required beyond it has not been reported.",
    )

    def _is_consumption(self):
        """Whether this is what was used of a component, as reported."""
        return self.confirmation_id._is_consumption()

    def _is_as_reported(self):
        """Whether the component is consumed as reported."""
        return self.flush_method == REPORTED

    def _error_cause(self, lot_id):
        """What nobody has reported is not missing in stock; what was, can be."""
        if lot_id is NOT_REPORTED and self._is_as_reported():
            return "not_reported"
        return super()._error_cause(lot_id)

    def _ask_again(self, share, sign=1):
        """The planned component has kept its demand."""
        rest = self.filtered(lambda line: not line._is_consumption())
        return super(BackflushConfirmationLine, rest)._ask_again(share, sign)

    @api.depends("reported_quantity", "required_quantity", "flush_method")
    def _compute_documented_quantity(self):
        """Beyond what is required, a report is without document as a whole."""
        res = super()._compute_documented_quantity()
        for line in self.filtered(lambda line: line._is_as_reported()):
            beyond = line.reported_quantity - line.required_quantity
            is_compared = not line._is_consumption()
            line.undocumented_quantity = max(beyond, 0.0) if is_compared else 0.0
            line.documented_quantity = (
                line.deviation_quantity - line.undocumented_quantity
            )
        return res
