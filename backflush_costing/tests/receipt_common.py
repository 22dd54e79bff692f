from odoo import Command

from .triggers_common import TriggersCommon


class ReceiptCommon(TriggersCommon):
    """A plant whose purchases are posted at the receipt; cells cost 10 at standard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cell.purchase_method = "purchase"

    @classmethod
    def _policy(cls, **vals):
        return super()._policy(purchase_event="receipt", **vals)

    # -- builders --------------------------------------------------------------------

    def _order_cells(self, quantity, price, currency=None, **vals):
        """A confirmed order of cells; ``vals`` are those of its line."""
        return self._purchase(self.cell, quantity, price, currency, **vals)

    def _bill_some(self, order, quantity, price):
        order.action_create_invoice()
        bill = order.invoice_ids.filtered(lambda m: m.state == "draft")
        bill.invoice_date = bill.date
        bill.invoice_line_ids.write({"quantity": quantity, "price_unit": price})
        bill.action_post()
        return bill

    def _bill_without_order(self, quantity, price, kind="in_invoice", user=None):
        """A vendor's document that somebody enters by hand."""
        bill = (
            self.env["account.move"]
            .with_user(user or self.env.user)
            .create(
                {
                    "move_type": kind,
                    "partner_id": self.vendor.id,
                    "invoice_date": "2026-03-02",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.cell.id,
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        bill.action_post()
        return bill.with_user(self.env.user)

    def _credit(self, bill, quantity=None):
        """A credit note for all of a bill, or for ``quantity`` of it."""
        refund = bill._reverse_moves()
        refund.invoice_date = refund.date
        if quantity:
            refund.invoice_line_ids.quantity = quantity
        refund.action_post()
        return refund

    def _give_back(self, picking, quantity):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = quantity
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.picked = True
        back.button_validate()
        return back

    def _move_goods(self, quantity, source, target, **vals):
        """A transfer of cells that belongs to no order."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.cell.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": target.id,
                "reference": "By hand",
            }
        )
        move._action_confirm()
        move.write({"quantity": quantity, "picked": True})
        move.move_line_ids.write(vals)
        move._action_done()
        return move

    def _receive_without_order(self, quantity, **vals):
        supplier = self.env.ref("stock.stock_location_suppliers")
        return self._move_goods(quantity, supplier, self.store, **vals)

    # -- facts -----------------------------------------------------------------------

    def assertStands(self, rip, received, price, exchange=0.0):
        """Balances of inventory, goods received and variances; and all is proven."""
        self.assertBalances(rip=rip, received_not_billed=received, price_variance=price)
        company = self.company
        rates = (
            company.expense_currency_exchange_account_id
            | company.income_currency_exchange_account_id
        )
        found = sum(self._balance(account) for account in rates)
        self.assertEqual(company.currency_id.round(found), exchange)
        return self.assertProven()
