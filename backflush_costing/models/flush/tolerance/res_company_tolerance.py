from odoo import api, models

from .flush_tolerance import COMPONENT, QUANTITY, check_tolerances, settings_fields

FIELDS = settings_fields("Empty: not checked, as Odoo does.")


class ResCompany(models.Model):
    """How far reports may deviate where nothing more specific says."""

    _inherit = "res.company"

    component_tolerance_rule = FIELDS["component_tolerance_rule"]
    component_tolerance = FIELDS["component_tolerance"]
    quantity_tolerance_rule = FIELDS["quantity_tolerance_rule"]
    quantity_tolerance_over = FIELDS["quantity_tolerance_over"]
    quantity_tolerance_under = FIELDS["quantity_tolerance_under"]

    @api.constrains(*COMPONENT, *QUANTITY)
    def _check_tolerances(self):
        check_tolerances(self, (*COMPONENT, *QUANTITY))
