from odoo import api, fields, models


class BackflushIssueFrom(models.TransientModel):
    """Issue what an error record lacks from another place, or a named lot."""

    _name = "backflush.issue.from"
    _description = "Issue From"
    _inherit = ["backflush.error.choice"]

    company_id = fields.Many2one(
        "res.company",
        compute="_compute_component",
        help="Company of the records.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Component",
        compute="_compute_component",
        help="What is issued; empty where the records are about several components.",
    )
    is_tracked = fields.Boolean(
        compute="_compute_component",
        help="Whether the component is tracked by lot or serial number.",
    )
    quantity_open = fields.Float(
        "Open Quantity",
        digits="Product Unit",
        compute="_compute_component",
        help="What still has to be issued, in the component's unit.",
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id", string="Unit", help="Unit of the quantities."
    )
    location_id = fields.Many2one(
        "stock.location",
        "From",
        required=True,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Where it is taken from.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        domain="[('product_id', '=', product_id)]",
        help="Lot or serial number that was used.",
    )
    package_id = fields.Many2one(
        "stock.package",
        "Handling Unit",
        help="Handling unit that it is taken from. Empty: any.",
    )
    free_quantity = fields.Float(
        "Free There",
        digits="Product Unit",
        compute="_compute_free_quantity",
        help="What can be issued from there now.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if errors := self._opened_from():
            values["location_id"] = errors.location_id[:1].id
        return values

    @api.depends("error_ids")
    def _compute_component(self):
        for wizard in self:
            errors = wizard.error_ids
            product = errors.product_id if len(errors.product_id) == 1 else False
            wizard.company_id = errors.company_id[:1]
            wizard.product_id = product
            wizard.is_tracked = bool(product) and product.tracking != "none"
            wizard.quantity_open = (
                sum(errors.mapped("quantity_open")) if product else 0.0
            )

    @api.depends("error_ids", "location_id", "lot_id", "package_id")
    def _compute_free_quantity(self):
        for wizard in self:
            wizard.free_quantity = wizard.error_ids._free_at(
                wizard.location_id, wizard.lot_id.id, wizard.package_id.id
            )

    def _apply(self, errors):
        """Issue what is there; what is not stays open."""
        errors.action_issue_from(
            self.location_id.id, self.lot_id.id or None, self.package_id.id or None
        )

    def _title(self):
        return self.env._("Issue From")

    def _lock_stock(self, errors):
        errors._acquire_places(self.location_id)
