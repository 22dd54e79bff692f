from odoo import models


class StockMove(models.Model):
    """How far the report of this component may be from what is required."""

    _inherit = "stock.move"

    def _backflush_documented_deviation(self):
        """Hook: what documents explain of this component's deviation.

        Whoever knows recorded and approved deviations adds what they explain.

        :return: signed quantity (+ above, - below what is required) in the
            component's own unit; it does not count against the tolerance
        """
        self.ensure_one()
        return 0.0

    def _backflush_tolerance(self):
        """Allowed deviation in per cent, or None where it is not checked.

        The most specific place that says something wins: bill of materials line,
        product, operation type, company.
        """
        self.ensure_one()
        order = self.raw_material_production_id
        company = order.company_id
        places = (
            self.bom_line_id.with_company(company),
            self.product_id.with_company(company).product_tmpl_id,
            order.picking_type_id,
            company,
        )
        for place in places:
            if place.component_tolerance_rule:
                is_checked = place.component_tolerance_rule == "percent"
                return place.component_tolerance if is_checked else None
        return None
