from freezegun import freeze_time

from odoo.tests import tagged

from .actual_common import ActualCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualCost(ActualCommon):
    """Components at average cost under a product at standard."""

    def test_a_bill_enters_inventory_at_its_price(self):
        order = self._purchase(self.cell, 10, 12.0)
        self._receive(order, self.line_side)
        self.assertProven()
        self.assertBalances(rip=0.0)
        self._bill(order)
        self.assertBalances(rip=120.0, price_variance=0.0)
        self.assertProven()

    def test_an_issue_is_credited_at_its_cost_and_the_rest_is_input_price(self):
        self._buy(self.cell, 12, 12.0, self.line_side)
        order = self._produce(self.battery, 2)
        self.assertEntry(
            order.backflush_confirmation_ids.move_id,
            [
                ("fg", 140.0),
                ("rip", -144.0),
                ("conversion_allocated", -20.0),
                ("price_variance", 24.0),
            ],
        )
        self.assertProven()

    def test_usage_is_measured_at_the_price_of_the_standard(self):
        self._buy(self.cell, 20, 12.0, self.line_side)
        order = self._order(self.battery, 2)
        order.qty_producing = 2
        order.set_qty_producing()
        order.move_raw_ids.quantity = 13
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertBalances(
            price_variance=26.0, usage_variance=10.0, standard_variance=0.0
        )
        self.assertProven()

    def test_what_was_used_before_a_dearer_bill_is_input_price(self):
        order = self._purchase(self.cell, 10, 10.0)
        self._receive(order, self.line_side)
        self._produce(self.battery, 1)
        self.assertProven()
        self.assertBalances(rip=-60.0, price_variance=0.0)
        self._bill(order, 12.0)
        self.assertBalances(rip=48.0, price_variance=12.0)
        self.assertEqual(self.cell.standard_price, 12.0)
        self.assertProven()

    def test_parked_at_one_cost_and_worked_off_at_another(self):
        self._buy(self.cell, 2, 12.0, self.line_side)
        order = self._produce(self.battery, 1)
        error = order.backflush_error_ids
        self.assertEqual(error.amount, 48.0)
        self.assertBalances(rip=0.0, suspense=-48.0, price_variance=12.0)
        self.assertProven()
        self._buy(self.cell, 4, 15.0, self.line_side)
        self.assertProven()
        error.with_user(self.supervisor).action_retry()
        self.assertEqual(error.state, "resolved")
        self.assertBalances(
            rip=0.0, suspense=0.0, price_variance=24.0, usage_variance=0.0
        )
        self.assertProven()

    def test_nothing_consumed_is_released_at_what_it_was_parked_at(self):
        self._buy(self.cell, 2, 12.0, self.line_side)
        error = self._produce(self.battery, 1).backflush_error_ids
        self._buy(self.cell, 4, 15.0, self.line_side)
        error.with_user(self.accountant).action_write_off("not used", "not_consumed")
        self.assertBalances(suspense=0.0, price_variance=4.0, usage_variance=-40.0)
        self.assertProven()

    def test_stock_never_recorded_is_inventory_difference(self):
        self._buy(self.cell, 2, 12.0, self.line_side)
        error = self._produce(self.battery, 1).backflush_error_ids
        error.with_user(self.accountant).action_write_off("found", "never_recorded")
        self.assertBalances(
            suspense=0.0, price_variance=12.0, inventory_difference=-48.0
        )
        self.assertProven()

    def test_counts_and_scrap_at_the_cost_of_the_movement(self):
        self._buy(self.cell, 3, 10.0, self.line_side)
        self._buy(self.cell, 4, 11.0, self.line_side)
        self._put(self.cell, 12.0)
        self.assertProven()
        self._put(self.cell, 5.0)
        self.assertProven()
        self.env["stock.scrap"].create(
            {
                "product_id": self.cell.id,
                "scrap_qty": 1,
                "location_id": self.line_side.id,
            }
        ).action_validate()
        self.assertProven()

    def test_an_issue_that_is_corrected(self):
        self._buy(self.cell, 10, 10.0, self.line_side)
        order = self._produce(self.battery, 1)
        self._buy(self.cell, 10, 20.0, self.line_side)
        self.assertProven()
        self._correct(order, 8)
        self.assertProven()
        self._correct(order, 5)
        self.assertProven()
        self._produce(self.battery, 1)
        self.assertProven()

    def test_an_unbuild_brings_back_what_was_issued(self):
        self._buy(self.cell, 12, 12.0, self.line_side)
        order = self._produce(self.battery, 2)
        self._buy(self.cell, 10, 20.0, self.line_side)
        self._unbuild(order, 2)
        self.assertBalances(
            price_variance=0.0, usage_variance=0.0, conversion_allocated=0.0
        )
        self.assertProven()

    def test_a_value_that_somebody_enters_is_a_revaluation(self):
        self._buy(self.cell, 10, 12.0, self.line_side)
        self.cell.standard_price = 13.0
        self.assertBalances(rip=130.0, revaluation=-10.0)
        self.assertProven()
        self._produce(self.battery, 1)
        self.assertProven()

    def test_the_ledger_at_a_past_date(self):
        self._buy(self.cell, 10, 12.0, self.line_side)
        self._produce(self.battery, 1)
        with freeze_time("2026-03-05 10:00:00"):
            order = self._purchase(self.cell, 10, 15.0)
            self._receive(order, self.line_side)
            self._bill(order, 16.0)
            self._produce(self.battery, 1)
            self.assertProven()
            self.assertProven("2026-03-04")
            self.assertProven("2026-03-05")
