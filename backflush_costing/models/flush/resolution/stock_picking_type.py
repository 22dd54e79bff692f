from odoo import api, fields, models

SHORTAGE_PROFILES = [
    ("park", "Park: complete, rest as error records"),
    ("ask", "Ask: whoever completes the order decides"),
    ("block", "Block: refuse, naming what is missing"),
]
SHORTAGE_HELP = (
    "What happens when a completed order needs more of a component than is free "
    "at its location. Park: what is there is issued, the rest becomes an error "
    "record, stock never goes negative. Ask: who completes it on the screen sees "
    "what is missing and decides; programs and scheduled actions are refused unless "
    "they say beforehand that it is to be parked. Block: the order cannot be "
    "completed."
)


class StockPickingType(models.Model):
    _inherit = "stock.picking.type"

    shortage_profile = fields.Selection(
        SHORTAGE_PROFILES, help=SHORTAGE_HELP + " Empty: the company decides."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        res = super().write(vals)
        if "shortage_profile" in vals:
            self.env.registry.clear_cache()
        return res
