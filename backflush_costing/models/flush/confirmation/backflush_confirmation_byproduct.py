from odoo import models


class BackflushConfirmation(models.Model):
    """By-products: planned yield is in the standard, the rest is usage."""

    _inherit = "backflush.confirmation"

    def _required(self):
        """Net of by-products beyond plan, at their standard.

        The product's standard deducts the planned yield; more or less of it says
        nothing about that standard, it is a deviation in use.
        """
        required = super()._required()
        for product, quantity in self._byproduct_surplus().items():
            required[product] = required.get(product, 0.0) + quantity
        return required

    def _byproduct_surplus(self):
        """``{by-product: quantity received beyond what is planned}``, its own unit."""
        order = self.production_id
        surplus = {}
        for move in order.move_byproduct_ids.filtered(lambda m: m.state == "done"):
            product = move.product_id.with_company(self.company_id)
            quantity = move._backflush_signed_quantity()
            surplus[product] = surplus.get(product, 0.0) + quantity
        for line in self.bom_id.byproduct_ids:
            if line._skip_byproduct_line(order.product_id):
                continue
            product = line.product_id.with_company(self.company_id)
            planned = self._planned_byproduct(line)
            surplus[product] = surplus.get(product, 0.0) - planned
        return surplus

    def _planned_byproduct(self, line):
        """What the reported quantity yields by the bill, in the by-product's unit."""
        batches = self.uom_id._compute_quantity(
            self.quantity, self.bom_id.product_uom_id, round=False
        )
        return line.product_uom_id._compute_quantity(
            line.product_qty * batches / self.bom_id.product_qty,
            line.product_id.uom_id,
            round=False,
        )
