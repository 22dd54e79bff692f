from odoo import models


class ReportMoOverview(models.AbstractModel):
    _inherit = "report.mrp.report_mo_overview"

    def _get_report_data(self, production_id):
        """The overview compares with the lines of the order's day."""
        order = self.env["mrp.production"].browse(production_id)
        context = order._backflush_on_lines_day().env.context
        return super(ReportMoOverview, self.with_context(**context))._get_report_data(
            production_id
        )
