from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import Form, new_test_user

from .orders_common import OrdersCommon


class ConsignedCommon(OrdersCommon):
    """A vendor keeps cells of his own in the plant's store."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("stock.group_tracking_owner")
        cls.owner = cls.env["res.partner"].create(
            {"name": "Cells Inc.", "is_company": True}
        )
        cls.clerk = new_test_user(
            cls.env,
            "backflush_clerk",
            "account.group_account_invoice,purchase.group_purchase_user",
            company_id=cls.company.id,
        )
        if cls.costed:
            cls.policy.with_user(cls.accountant).flush_consigned = True
        else:
            cls.company.flush_consigned = True

    def _consign(self, quantity, product=None, days_ago=0, owner=None, price=10.0):
        """Goods of the owner, received on a purchase order; return the order."""
        with freeze_time(datetime(2026, 3, 2, 9) - timedelta(days=days_ago)):
            order = self._purchase(product or self.cell, quantity, price)
            order.partner_id = owner or self.owner
            order.picking_ids.owner_id = owner or self.owner
            self._receive(order)
        return order

    def _bill_used(self, quantity, price, purchase=None, vendor=None):
        """A vendor's bill over what was used, drawn up by an invoicing clerk."""
        if purchase:
            line = purchase.order_line
            purchase.with_user(self.clerk).action_create_invoice()
            bill = purchase.invoice_ids.filtered(lambda m: m.state == "draft")
            bill.invoice_line_ids.quantity = quantity
            bill.invoice_line_ids.price_unit = price
            self.assertEqual(bill.invoice_line_ids.purchase_line_id, line)
        else:
            form = Form(
                self.env["account.move"]
                .with_user(self.clerk)
                .with_context(default_move_type="in_invoice")
            )
            form.partner_id = vendor or self.owner
            with form.invoice_line_ids.new() as line:
                line.product_id = self.cell
                line.quantity = quantity
                line.price_unit = price
                line.tax_ids.clear()
            bill = form.save()
        bill.invoice_date = bill.date
        return bill

    def _of(self, owner, product=None):
        """What of the owner's goods is in the plant."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.cell).id),
                ("owner_id", "=", owner.id),
                ("location_id.usage", "=", "internal"),
            ]
        )
        return sum(quants.mapped("quantity"))

    def _own(self, product=None):
        """What of the product is in the plant and belongs to the company."""
        product = product or self.cell
        return self._on_hand(product, self.warehouse.view_location_id) - sum(
            self.env["stock.quant"]
            .search(
                [
                    ("product_id", "=", product.id),
                    ("owner_id", "!=", False),
                    ("location_id.usage", "=", "internal"),
                ]
            )
            .mapped("quantity")
        )
