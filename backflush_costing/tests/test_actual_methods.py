from freezegun import freeze_time

from odoo.tests import tagged

from .actual_common import ActualCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOneSecond(ActualCommon):
    """Everything happens within one second: what was planned first comes first."""

    def test_an_issue_that_was_planned_before_the_receipt(self):
        self._buy(self.cell, 6, 10.0, self.line_side)
        order = self._order(self.battery, 1)
        self._buy(self.cell, 6, 20.0, self.line_side)
        self._complete(order)
        self.assertEqual(self.cell.total_value, 120.0)
        self.assertBalances(rip=120.0, price_variance=0.0)
        self.assertProven()
        self._unbuild(order, 1)
        self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestFirstInFirstOut(ActualCommon):
    """Components first in, first out."""

    METHOD = "fifo"

    def test_an_issue_takes_two_layers(self):
        self._buy(self.cell, 4, 10.0, self.line_side)
        self._buy(self.cell, 10, 13.0, self.line_side)
        order = self._produce(self.battery, 1)
        self.assertEntry(
            order.backflush_confirmation_ids.move_id,
            [
                ("fg", 70.0),
                ("rip", -66.0),
                ("conversion_allocated", -10.0),
                ("price_variance", 6.0),
            ],
        )
        self.assertProven()
        self._produce(self.battery, 1)
        self.assertBalances(rip=26.0, price_variance=24.0)
        self.assertProven()

    def test_layers_that_do_not_divide(self):
        for quantity, price in ((3, 1.0), (7, 0.33), (11, 0.17), (6, 3.333)):
            self._buy(self.cell, quantity, price, self.line_side)
            self.assertProven()
        for _time in range(4):
            self._produce(self.battery, 1)
            self.assertProven()

    def test_a_batch_of_orders_shares_the_layers(self):
        self._buy(self.cell, 4, 10.0, self.line_side)
        self._buy(self.cell, 20, 13.0, self.line_side)
        orders = self._order(self.battery, 1) | self._order(self.battery, 2)
        self._complete(orders)
        self.assertBalances(rip=78.0)
        self.assertProven()

    def test_a_dearer_bill_of_the_layer_that_was_used(self):
        first = self._purchase(self.cell, 8, 10.0)
        self._receive(first, self.line_side)
        self._buy(self.cell, 10, 13.0, self.line_side)
        self._produce(self.battery, 1)
        self.assertProven()
        self._bill(first, 12.0)
        self.assertBalances(rip=154.0, price_variance=12.0)
        self.assertProven()

    def test_parked_at_one_cost_and_worked_off_at_another(self):
        self._buy(self.cell, 2, 12.0, self.line_side)
        error = self._produce(self.battery, 1).backflush_error_ids
        self.assertEqual(error.amount, 48.0)
        self.assertProven()
        self._buy(self.cell, 4, 15.0, self.line_side)
        error.with_user(self.supervisor).action_retry()
        self.assertBalances(
            rip=0.0, suspense=0.0, price_variance=24.0, usage_variance=0.0
        )
        self.assertProven()

    def test_an_unbuild_brings_back_what_was_issued(self):
        self._buy(self.cell, 4, 10.0, self.line_side)
        self._buy(self.cell, 10, 13.0, self.line_side)
        order = self._produce(self.battery, 2)
        self._unbuild(order, 1)
        self.assertProven()
        self._unbuild(order, 1)
        self.assertBalances(
            price_variance=0.0, usage_variance=0.0, conversion_allocated=0.0
        )
        self.assertProven()

    def test_deliveries_invoices_and_returns(self):
        self.cell.invoice_policy = "delivery"
        self._buy(self.cell, 3, 10.0, self.store)
        self._buy(self.cell, 10, 12.0, self.store)
        order = self._sell(self.cell, 5, 30.0)
        picking = self._deliver(order)
        self.assertProven()
        self._invoice(order)
        self.assertProven()
        cost = self.cell._get_product_accounts()["expense"]
        self.assertEqual(self._balance(cost), 54.0)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()
        self.assertProven()
        refund = order._create_invoices(final=True)
        refund.action_post()
        self.assertEqual(refund.move_type, "out_refund")
        self.assertProven()
