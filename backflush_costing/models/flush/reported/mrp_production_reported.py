from odoo import models

#: Stands where the lot stands of what is missing: nobody has said what was used.
NOT_REPORTED = None


class MrpProduction(models.Model):
    """What is required is compared with what was reported."""

    _inherit = "mrp.production"

    def _backflush_report(self):
        """What is required and was not reported is part of the completion: it waits.

        What somebody entered on the planned component counts as reported now.
        """
        reports = super()._backflush_report()
        for move, report in reports.items():
            if move._backflush_is_reported():
                report.before = move._backflush_reported_before()
                left = report.required - report.before - report.reported
                report.unreported = max(move.product_id.uom_id.round(left), 0.0)
                report.reported += report.unreported
        return reports

    def _backflush_deviations(self, reports):
        """A tolerance is for what the completion reports itself."""
        return super()._backflush_deviations(
            {
                move: report
                for move, report in reports.items()
                if not move._backflush_is_reported()
            }
        )

    def _backflush_confirm(self, reports):
        """What nobody reported is no shortage: it is parked after all that is."""
        for report in reports.values():
            if report.unreported:
                report.missing[NOT_REPORTED] = report.unreported
        return super()._backflush_confirm(reports)

    def _get_consumption_issues(self):
        """What was not reported yet waits; nobody has to answer for it now."""
        return [
            issue
            for issue in super()._get_consumption_issues()
            if not issue[0]._backflush_waits_for_report(*issue[1:])
        ]

    def _backflush_waits_for_report(self, product, consumed, expected):
        """Whether less than expected was consumed of what is reported apart."""
        planned = self.move_raw_ids.filtered(
            lambda m: m.product_id == product and m._backflush_is_reported()
        )
        return bool(planned) and product.uom_id.compare(consumed, expected) <= 0

    def _backflush_early_confirmation_vals(
        self, trigger, workorder, quantity, moves, reports
    ):
        """Of a consumption the unit is the component's."""
        vals = super()._backflush_early_confirmation_vals(
            trigger, workorder, quantity, moves, reports
        )
        if trigger == "reported":
            vals["uom_id"] = moves.product_id.uom_id.id
        return vals
