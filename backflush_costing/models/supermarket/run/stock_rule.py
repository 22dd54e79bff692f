from odoo import models


class StockRule(models.Model):
    """Requests for quotation for containers: one per card, or one per run."""

    _inherit = "stock.rule"

    def _make_po_get_domain(self, company_id, values, partner):
        domain = super()._make_po_get_domain(company_id, values, partner)
        card = self.env["backflush.kanban"].sudo()
        card = card.browse(values.get("backflush_kanban_id") or ())
        match card.cycle_id.documents:
            case "card":
                return (*domain, ("order_line.backflush_kanban_id", "=", card.id))
            case "run":
                run = ("reference_ids", "in", tuple(values["reference_ids"].ids))
                return domain if run in domain else (*domain, run)
        return domain
