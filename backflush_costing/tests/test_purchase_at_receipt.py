from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.backflush_costing.exceptions import PeriodClosedError

from .receipt_common import ReceiptCommon
from .trigger_set_cases import TriggerSetCases


class PurchaseAtReceiptCases:
    """Goods enter inventory when they come in; the bill settles what stands there."""

    def test_receipt_and_bill_at_the_price_of_the_order(self):
        order = self._order_cells(10, 12)
        picking = self._receive(order)
        self.assertStands(rip=100.0, received=-120.0, price=20.0)
        self.assertEntry(
            picking.move_ids.account_move_id,
            [("rip", 100.0), ("received_not_billed", -120.0), ("price_variance", 20.0)],
        )
        bill = self._bill(order)
        self.assertStands(rip=100.0, received=0.0, price=20.0)
        self.assertFalse(bill.line_ids.filtered(lambda i: i.display_type == "cogs"))

    def test_a_bill_at_another_price(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        bill = self._bill(order, price=13)
        self.assertStands(rip=100.0, received=0.0, price=30.0)
        self.assertEqual(
            sorted(
                (item.account_id.name, item.balance)
                for item in bill.line_ids
                if item.display_type == "cogs"
            ),
            [("Goods Received, Not Billed", -10.0), ("Purchase Price Variance", 10.0)],
        )

    def test_a_bill_before_the_receipt_waits_at_its_own_value(self):
        order = self._order_cells(10, 12)
        self._bill(order, price=13)
        self.assertStands(rip=0.0, received=130.0, price=0.0)
        self._receive(order)
        self.assertStands(rip=100.0, received=0.0, price=30.0)

    def test_partial_receipts_and_bills(self):
        order = self._order_cells(10, 12)
        self._receive_some(order, 4)
        self.assertStands(rip=40.0, received=-48.0, price=8.0)
        self._bill_some(order, 6, 13)
        self.assertStands(rip=40.0, received=26.0, price=12.0)
        self._receive(order)
        self.assertStands(rip=100.0, received=-48.0, price=26.0)
        self._bill_some(order, 4, 12)
        self.assertStands(rip=100.0, received=0.0, price=26.0)

    def test_more_received_than_ordered_and_billed(self):
        order = self._order_cells(10, 12)
        order.picking_ids.move_ids.quantity = 11
        self._receive(order)
        self.assertStands(rip=110.0, received=-132.0, price=22.0)
        self._bill_some(order, 10, 12)
        self.assertStands(rip=110.0, received=-12.0, price=22.0)
        self._give_back(order.picking_ids, 1)
        self.assertStands(rip=100.0, received=0.0, price=20.0)

    def test_a_receipt_that_is_corrected_afterwards(self):
        order = self._order_cells(10, 12)
        picking = self._receive(order)
        picking.move_ids.move_line_ids.quantity = 8
        self.assertStands(rip=80.0, received=-96.0, price=16.0)
        self._bill_some(order, 8, 12)
        self.assertStands(rip=80.0, received=0.0, price=16.0)
        picking.move_ids.move_line_ids.quantity = 9
        self.assertStands(rip=90.0, received=-12.0, price=18.0)

    def test_a_return_before_the_bill(self):
        order = self._order_cells(10, 12)
        self._give_back(self._receive(order), 4)
        self.assertStands(rip=60.0, received=-72.0, price=12.0)
        self._bill_some(order, 6, 12)
        self.assertStands(rip=60.0, received=0.0, price=12.0)

    def test_a_return_and_its_credit_note(self):
        order = self._order_cells(10, 12)
        picking = self._receive(order)
        bill = self._bill(order, price=13)
        self._give_back(picking, 4)
        self.assertStands(rip=60.0, received=48.0, price=22.0)
        self._credit(bill, 4)
        self.assertStands(rip=60.0, received=0.0, price=18.0)

    def test_a_credit_note_before_the_return(self):
        order = self._order_cells(10, 12)
        picking = self._receive(order)
        bill = self._bill(order, price=13)
        self._credit(bill, 4)
        self.assertStands(rip=100.0, received=-48.0, price=26.0)
        self._give_back(picking, 4)
        self.assertStands(rip=60.0, received=0.0, price=18.0)

    def test_units_and_discounts_of_the_order(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order_cells(1, 120, product_uom_id=dozen.id, discount=10)
        self._receive(order)
        self.assertStands(rip=120.0, received=-108.0, price=-12.0)
        self._bill(order)
        self.assertStands(rip=120.0, received=0.0, price=-12.0)

    def _tax(self, **vals):
        """A purchase tax of 20 percent; without an account it is not recovered."""
        return self.env["account.tax"].create(
            {"name": "20 %", "amount": 20, "type_tax_use": "purchase", **vals}
        )

    def test_taxes_in_the_price_are_not_the_price(self):
        tax = self._tax(price_include_override="tax_included")
        parts = tax.invoice_repartition_line_ids
        account = self.policy.conversion_control_account_id
        parts.filtered(lambda p: p.repartition_type == "tax").account_id = account
        order = self._order_cells(10, 12, tax_ids=tax.ids)
        self._receive(order)
        self.assertStands(rip=100.0, received=-100.0, price=0.0)
        self._bill(order)
        self.assertStands(rip=100.0, received=0.0, price=0.0)
        self.assertEqual(self._balance(account), 20.0)

    def test_a_tax_that_is_not_recovered_is_price(self):
        order = self._order_cells(10, 10, tax_ids=self._tax().ids)
        self._receive(order)
        self.assertStands(rip=100.0, received=-100.0, price=0.0)
        bill = self._bill(order)
        self.assertStands(rip=100.0, received=0.0, price=20.0)
        bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        self.assertStands(rip=100.0, received=-100.0, price=0.0)

    def test_fractions_of_a_cent_leave_nothing_behind(self):
        """Three receipts of one at 0.333 stand at 0.33 each; the bill is 1.00."""
        rivet = self._product("Rivet", 0.333, self.material)
        order = self._purchase(rivet, 3, 0.333)
        for _round in range(3):
            self._receive_some(order, 1)
            self.assertProven()
        self.assertBalances(received_not_billed=-0.99)
        self._bill(order)
        self.assertStands(rip=0.99, received=0.0, price=0.01)

    def test_a_new_standard_between_receipt_and_bill(self):
        """What is received is in the ledger and revalued; the debt is what it was."""
        order = self._order_cells(10, 12)
        self._receive(order)
        self.cell.standard_price = 11
        self.assertStands(rip=110.0, received=-120.0, price=20.0)
        self.assertBalances(revaluation=-10.0)
        self._bill(order)
        self.assertStands(rip=110.0, received=0.0, price=20.0)

    def test_consumed_before_the_bill(self):
        """Inventory is never negative for want of a bill."""
        order = self._order_cells(12, 12)
        self._receive(order)
        self._produce(self.battery, 2)
        conversion = 20.0 if self.policy._capitalises() else 0.0
        self.assertStands(rip=120.0 + conversion, received=-144.0, price=24.0)
        self._bill(order)
        self.assertStands(rip=120.0 + conversion, received=0.0, price=24.0)

    def test_several_orders_in_one_receipt_and_one_bill(self):
        orders = self._order_cells(10, 12) | self._order_cells(5, 9)
        for order in orders:
            self._receive(order)
        self.assertStands(rip=150.0, received=-165.0, price=15.0)
        orders.action_create_invoice()
        bill = orders.invoice_ids
        self.assertEqual(len(bill), 1)
        bill.invoice_date = bill.date
        bill.invoice_line_ids.price_unit = 10
        bill.action_post()
        self.assertStands(rip=150.0, received=0.0, price=0.0)

    # -- without an order ----------------------------

    def test_a_receipt_and_a_bill_without_an_order(self):
        self._receive_without_order(10)
        self.assertStands(rip=100.0, received=-100.0, price=0.0)
        bill = self._bill_without_order(10, 12)
        self.assertStands(rip=100.0, received=0.0, price=20.0)
        self._credit(bill, 4)
        self.assertStands(rip=100.0, received=-40.0, price=12.0)

    def test_a_bill_by_hand_settles_the_order_that_waits(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        self._bill_without_order(10, 13)
        self.assertStands(rip=100.0, received=0.0, price=30.0)

    def test_a_receipt_settles_the_bill_that_was_entered_by_hand(self):
        order = self._order_cells(10, 12)
        self._bill_without_order(10, 13)
        self.assertStands(rip=0.0, received=130.0, price=0.0)
        self._receive(order)
        self.assertStands(rip=100.0, received=0.0, price=30.0)

    # -- what is not a purchase of stock ----------------------------

    def test_goods_of_the_vendor_are_not_posted(self):
        self._receive_without_order(10, owner_id=self.vendor.id)
        self.assertStands(rip=0.0, received=0.0, price=0.0)

    def test_goods_that_go_straight_to_the_customer_are_not_posted(self):
        vendors = self.env.ref("stock.stock_location_suppliers")
        customers = self.env.ref("stock.stock_location_customers")
        self._move_goods(10, vendors, customers)
        self.assertStands(rip=0.0, received=0.0, price=0.0)

    def test_an_account_on_the_vendors_location_posts_nothing_twice(self):
        vendors = self.env.ref("stock.stock_location_suppliers")
        vendors.valuation_account_id = self.policy.revaluation_account_id
        self._receive(self._order_cells(10, 12))
        self.assertStands(rip=100.0, received=-120.0, price=20.0)

    # -- dates -------------------------------------------------------------------------

    def test_past_days_stay_as_they_were(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        with freeze_time("2026-03-04 10:00:00"):
            self._bill_some(order, 6, 13)
        with freeze_time("2026-03-06 10:00:00"):
            self._give_back(order.picking_ids, 1)
            self.cell.standard_price = 11
            for day in ("02", "03", "04", "05", "06"):
                report = self.assertProven(f"2026-03-{day}")
        account = self.policy.received_not_billed_account_id
        stood = {}
        for day in ("03", "05", "06"):
            report = self.env["backflush.reconciliation"].create(
                {"date": f"2026-03-{day}"}
            )
            line = report.line_ids.filtered(lambda item: item.account_id == account)
            stood[day] = line.received_not_billed
        self.assertEqual(stood, {"03": -120.0, "05": -48.0, "06": -36.0})

    def test_the_day_is_the_plants(self):
        """Ten in the evening in New York is the next day in Greenwich."""
        self.company.resource_calendar_id.tz = "America/New_York"
        with freeze_time("2026-03-04 03:00:00"):
            picking = self._receive(self._order_cells(10, 12))
        self.assertEqual(str(picking.move_ids.account_move_id.date), "2026-03-03")

    def test_a_date_that_the_caller_names(self):
        order = self._order_cells(10, 12)
        order.picking_ids.move_ids.picked = True
        order.picking_ids.with_context(force_period_date="2026-02-27").button_validate()
        entry = order.picking_ids.move_ids.account_move_id
        self.assertEqual(str(entry.date), "2026-02-27")
        self.assertStands(rip=100.0, received=-120.0, price=20.0)

    def test_a_closed_period_refuses_the_receipt(self):
        order = self._order_cells(10, 12)
        self.company.fiscalyear_lock_date = "2026-03-31"
        with self.assertRaisesRegex(PeriodClosedError, "locked"), self.cr.savepoint():
            self._receive(order)
        self.assertEqual(self._on_hand(self.cell, self.store), 0)

    # -- people ------------------------------------------------------------------------

    def test_a_storekeeper_receives_and_an_invoicing_clerk_bills(self):
        """Neither can read the other's documents, nor the subledger."""
        storekeeper = new_test_user(self.env, "storekeeper", "stock.group_stock_user")
        clerk = new_test_user(self.env, "clerk", "account.group_account_invoice")
        order = self._order_cells(10, 12)
        picking = order.picking_ids.with_user(storekeeper)
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertStands(rip=100.0, received=-120.0, price=20.0)
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = bill.date
        bill.with_user(clerk).invoice_line_ids.price_unit = 13
        bill.with_user(clerk).action_post()
        self.assertStands(rip=100.0, received=0.0, price=30.0)
        bill.with_user(clerk).button_draft()
        self.assertStands(rip=100.0, received=-120.0, price=20.0)
        bill.with_user(clerk).action_post()
        self._bill_without_order(2, 12, user=clerk)
        self.assertStands(rip=100.0, received=24.0, price=30.0)

    # -- the policy --------------------------------------------------------------------

    def test_the_event_is_not_changed_while_purchases_wait(self):
        order = self._order_cells(10, 12)
        self._receive(order)
        with self.assertRaisesRegex(ValidationError, "Cell"):
            self.policy.purchase_event = "bill"
        self._bill(order, price=13)
        self.policy.purchase_event = "bill"
        self.assertProven()
        order = self._order_cells(10, 12)
        self._receive(order)
        self.assertProven()
        with self.assertRaisesRegex(ValidationError, "Cell"):
            self.policy.purchase_event = "receipt"

    def test_a_policy_in_use_has_the_account(self):
        with self.assertRaisesRegex(ValidationError, "Goods Received"):
            self.policy.received_not_billed_account_id = False
        with self.assertRaisesRegex(ValidationError, "account of their own"):
            self.policy.received_not_billed_account_id = self.policy.rip_account_id
        self._receive(self._order_cells(10, 12))
        account = self.policy.received_not_billed_account_id.copy({"code": "299998"})
        with self.assertRaisesRegex(ValidationError, "still holds"):
            self.policy.received_not_billed_account_id = account

    def test_a_product_does_not_leave_its_unbilled_receipts_behind(self):
        self._receive(self._order_cells(10, 12))
        other = self._category("Billed parts")
        at_bill = self.env["backflush.costing.policy"].create({"name": "At bill"})
        at_bill.action_propose_accounts()
        self._cost(other, "material", at_bill)
        with self.assertRaisesRegex(UserError, "received and not billed"):
            self.cell.categ_id = other

    def test_stock_that_waits_for_its_bill_when_the_policy_comes(self):
        old = self._category("Old parts")
        self.plate = self._product("Plate", 5.0, old, purchase_method="purchase")
        order = self._purchase(self.plate, 10, 6)
        self._receive(order)
        old.property_backflush_policy_id = self.policy
        equity = self.env["account.account"].create(
            {"name": "Opening", "code": "399999", "account_type": "equity"}
        )
        self.policy.post_opening(equity.id)
        self.assertStands(rip=50.0, received=-50.0, price=0.0)
        self.assertFalse(self.policy.post_opening(equity.id))
        self._bill(order)
        self.assertStands(rip=50.0, received=0.0, price=10.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPurchaseAtReceipt(PurchaseAtReceiptCases, ReceiptCommon):
    """The set purchase, completion, sale."""


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPurchaseAtReceiptWithoutCompletion(PurchaseAtReceiptCases, ReceiptCommon):
    """The set purchase, sale."""

    trigger_set = "purchase_sale"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestTriggersAtReceipt(TriggerSetCases, ReceiptCommon):
    """Whatever the event of the purchase, the plant's figures end the same."""


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestTriggersAtReceiptWithoutCompletion(TriggerSetCases, ReceiptCommon):
    trigger_set = "purchase_sale"
