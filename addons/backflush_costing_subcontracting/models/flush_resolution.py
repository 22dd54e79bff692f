from odoo import api, models


class BackflushFlushResolution(models.AbstractModel):
    _inherit = "backflush.flush.resolution"

    @api.model
    def _sources(self):
        return [
            ("receipt", self.env._("received from a subcontractor")),
            ("subcontractor", self.env._("location of the subcontractor")),
            *super()._sources(),
        ]

    @api.model
    def _resolve(self, production, product, bom_line, workcenter):
        """What a subcontractor uses lies at the subcontractor, whatever else is set.

        Methods of the shop floor (work centre, product, company) are no affair of his:
        his work is reported by the receipt of the product. A line of the bill of
        materials can say that its component is consumed as entered.
        """
        rule = super()._resolve(production, product, bom_line, workcenter)
        if not production.subcontractor_id:
            return rule
        if not rule["flush_rule"] and not production._backflush_profile():
            return rule
        source = (rule["flush_rule"] or ":").partition(":")[0]
        method = rule["flush_method"]
        if method and (source, method) != ("bom_line", "manual"):
            source, method = "receipt", "completion"
        return {
            "flush_method": method,
            "flush_rule": f"{source}:subcontractor",
            "location_id": production.location_src_id.id,
        }
