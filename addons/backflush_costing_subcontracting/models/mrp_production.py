from odoo import api, models

# What the plant's own screens add to the order's form.
OURS = (
    "//*[contains(@class, 'o_backflush_')] | //field[starts-with(@name, 'backflush_')]"
)


class MrpProduction(models.Model):
    """Orders of subcontractors, which the receipt of the product completes."""

    _inherit = "mrp.production"

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.user._is_portal())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """What the books lack is no affair of a subcontractor in the portal."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if self.env.user._is_portal():
            for node in arch.xpath(OURS):
                node.getparent().remove(node)
        return arch, view

    def _backflush_rule(self, product, bom_line, operation_id):
        """A subcontractor who enters components in the portal reads no rules."""
        if self.subcontractor_id:
            self, product = self.sudo(), product.sudo()
            bom_line = bom_line.sudo()
        return super()._backflush_rule(product, bom_line, operation_id)

    def _backflush_product_quants(self):
        """Only the subcontractor can take apart what he has."""
        quants = super()._backflush_product_quants()
        if not self.subcontractor_id:
            return quants
        return quants.filtered(lambda q: q._backflush_is_under(self.location_src_id))

    def _backflush_left_stock(self, quantity):
        if not self.subcontractor_id:
            return super()._backflush_left_stock(quantity)
        return self.env._(
            "%(quantity)s %(unit)s of %(product)s are not at %(place)s. Return them to "
            "%(subcontractor)s first, then reverse the rest.",
            quantity=quantity,
            unit=self.product_uom_id.name,
            product=self.product_id.display_name,
            place=self.location_src_id.display_name,
            subcontractor=self.subcontractor_id.display_name,
        )

    def _backflush_ask_again(self, quantity):
        """The purchase order asks again, by the return of the product."""
        if self.subcontractor_id:
            return self.browse()
        return super()._backflush_ask_again(quantity)
