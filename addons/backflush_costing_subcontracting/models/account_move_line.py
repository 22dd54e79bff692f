from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _backflush_bills_work(self):
        """What a subcontractor bills is the fee: the goods are ours already.

        With a purchase order its receipts tell; without one, whether the vendor makes
        the product for us by a bill of materials.
        """
        document = self.move_id
        if not document.is_purchase_document(include_receipts=True):
            return super()._backflush_bills_work()
        if self.purchase_line_id:
            moves = self.purchase_line_id.sudo().move_ids
            made = moves.filtered(lambda m: m.product_id == self.product_id)
            return any(made.mapped("is_subcontract"))
        return bool(self._backflush_subcontract_bom())

    def _backflush_subcontract_bom(self):
        """The bill of materials by which the vendor makes this product for us."""
        boms = self.env["mrp.bom"].sudo()
        vendor = self.move_id.partner_id
        if not vendor or not self.product_id.is_storable:
            return boms
        return boms._bom_subcontract_find(
            self.product_id, company_id=self.company_id.id, subcontractor=vendor
        )
