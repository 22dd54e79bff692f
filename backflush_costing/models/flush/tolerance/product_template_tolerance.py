from odoo import api, models

from .flush_tolerance import (
    COMPONENT,
    check_tolerances,
    percent_field,
    tolerance_rule_field,
)


class ProductTemplate(models.Model):
    """How far reports of this component may deviate."""

    _inherit = "product.template"

    component_tolerance_rule = tolerance_rule_field(
        "Component Tolerance",
        company_dependent=True,
        help="Whether what is reported of this component is compared with what is "
        "required. Wins over operation type and company; empty: they decide.",
    )
    component_tolerance = percent_field(
        "Component Tolerance (%)",
        company_dependent=True,
        help="Allowed deviation above and below, in per cent of the required "
        "quantity. 0: any deviation needs a Supervisor's confirmation.",
    )

    @api.constrains(*COMPONENT)
    def _check_tolerances(self):
        check_tolerances(self, COMPONENT)
