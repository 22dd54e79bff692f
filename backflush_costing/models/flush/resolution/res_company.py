from odoo import api, fields, models, tools

from .flush_resolution import flush_method_field
from .stock_picking_type import SHORTAGE_HELP, SHORTAGE_PROFILES


class ResCompany(models.Model):
    _inherit = "res.company"

    flush_method = flush_method_field(
        help="How components are issued where nothing more specific says. Empty: "
        "as Odoo does.",
    )
    shortage_profile = fields.Selection(
        SHORTAGE_PROFILES, help=SHORTAGE_HELP + " Empty: as Odoo does."
    )
    backflush_deviation_limit = fields.Monetary(
        "Deviation Limit",
        help="Scrap, over- and under-use worth more than this at the component's cost "
        "need a supervisor's approval; all documents of an order and component count "
        "together. Zero: no limit.",
    )

    def _backflush_in_process(self, products, moment):
        """Issued at operations of orders that have not received their product."""
        quantities = super()._backflush_in_process(products, moment)
        reports = self.env["backflush.confirmation"].sudo()
        for product, quantity in reports._in_process(self, products, moment):
            quantities[product.id] += quantity
        return quantities

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        res = super().write(vals)
        if "shortage_profile" in vals:
            self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache()
    def _backflush_guarded_ids(self):
        """Ids of the companies in which any flush must never overdraw."""
        companies = self.sudo().search([("shortage_profile", "!=", False)])
        types = self.env["stock.picking.type"].sudo().with_context(active_test=False)
        types = types.search([("shortage_profile", "!=", False)])
        return frozenset((companies | types.company_id).ids)
