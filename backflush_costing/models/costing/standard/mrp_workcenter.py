from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ....engine.element import without_zeros
from ....engine.numbers import exact

BASES = [("hour", "per hour"), ("labour", "% of labour")]
RATES = (
    "standard_labour_rate",
    "standard_machine_rate",
    "standard_variable_overhead",
    "standard_fixed_overhead",
)


class MrpWorkcenter(models.Model):
    """What an hour of the work centre costs at standard, element by element.

    Without any rate of its own the work centre costs Odoo's cost per hour, all of it
    machine time.
    """

    _inherit = "mrp.workcenter"

    standard_labour_rate = fields.Float(
        "Labour",
        digits=False,
        tracking=True,
        help="Wages per hour of the work centre, all people of its crew together.",
    )
    standard_machine_rate = fields.Float(
        "Machine",
        digits=False,
        tracking=True,
        help="Energy, maintenance and depreciation per hour of the work centre.",
    )
    standard_variable_overhead = fields.Float(
        "Variable Overhead",
        digits=False,
        tracking=True,
        help="Overhead that rises with production: per hour, or in per cent of the "
        "labour rate.",
    )
    standard_variable_overhead_basis = fields.Selection(
        BASES,
        "Basis of Variable Overhead",
        required=True,
        default="hour",
        tracking=True,
        help="What variable overhead is calculated on.",
    )
    standard_fixed_overhead = fields.Float(
        "Fixed Overhead",
        digits=False,
        tracking=True,
        help="Overhead that does not change with production, at normal capacity: per "
        "hour, or in per cent of the labour rate.",
    )
    standard_fixed_overhead_basis = fields.Selection(
        BASES,
        "Basis of Fixed Overhead",
        required=True,
        default="hour",
        tracking=True,
        help="What fixed overhead is calculated on.",
    )
    standard_hour = fields.Float(
        "Standard Cost per Hour",
        digits=False,
        compute="_compute_standard_hour",
        help="All elements together: what an hour adds to a standard. Odoo's cost per "
        "hour where no rate is given.",
    )

    @api.depends(
        "costs_hour",
        "standard_variable_overhead_basis",
        "standard_fixed_overhead_basis",
        *RATES,
    )
    def _compute_standard_hour(self):
        for workcenter in self:
            rates = workcenter._backflush_rates()
            workcenter.standard_hour = float(sum(rates.values()))

    @api.constrains(*RATES)
    def _check_rates(self):
        for workcenter in self:
            if any(workcenter[name] < 0 for name in RATES):
                raise ValidationError(
                    self.env._(
                        "%s: a rate of a work center cannot be negative.",
                        workcenter.display_name,
                    )
                )

    @api.onchange(
        "standard_variable_overhead_basis", "standard_fixed_overhead_basis", *RATES
    )
    def _onchange_rates(self):
        """Odoo's own screens show the same cost per hour as the standards."""
        if self._backflush_has_rates():
            self.costs_hour = self.standard_hour

    def _backflush_has_rates(self):
        """Whether the hour is split into elements."""
        return any(self[name] for name in RATES)

    def _backflush_rates(self):
        """``{element: rate per hour}`` that operations here cost at standard."""
        if not self._backflush_has_rates():
            return without_zeros({"machine": exact(self.costs_hour or 0.0)})
        return without_zeros(
            {
                "labour": exact(self.standard_labour_rate or 0.0),
                "machine": exact(self.standard_machine_rate or 0.0),
                "variable_overhead": self._backflush_overhead("variable"),
                "fixed_overhead": self._backflush_overhead("fixed"),
            }
        )

    def _backflush_overhead(self, name):
        """An overhead per hour, whatever it is calculated on."""
        rate = exact(self[f"standard_{name}_overhead"] or 0.0)
        if self[f"standard_{name}_overhead_basis"] == "labour":
            return exact(self.standard_labour_rate or 0.0) * rate / 100
        return rate
