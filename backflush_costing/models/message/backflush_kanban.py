from odoo import models


class BackflushKanban(models.Model):
    """Machines that fetch hear of empty containers."""

    _inherit = "backflush.kanban"

    def _set_state(self, state, trigger, document=""):
        res = super()._set_state(state, trigger, document)
        if state == "empty":
            outbound = self.env["backflush.message.outbound"].sudo()
            for company, cards in self.grouped("company_id").items():
                if outbound._is_fetched(company.id):
                    payloads = [card.sudo()._told() for card in cards]
                    outbound._tell("kanban_emptied", company, payloads)
        return res

    def _told(self):
        """What a machine has to know of a container."""
        cycle = self.cycle_id
        product = cycle.product_id
        return {
            "kanban": self.name,
            "product": product.default_code or product.barcode or "",
            "quantity": self.quantity,
            "uom": product.uom_id.with_context(lang="en_US").name,
            "supply_area": cycle.supply_area_id.barcode or cycle.supply_area_id.name,
        }
