from freezegun import freeze_time

from odoo.tests import tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestParkedUnbuild(OrdersCommon):
    """What is missing is worked off after a part of the product was unbuilt.

    Three batteries need 18 cells, 14 are there: 4 wait in the error queue.
    """

    def _make_three(self):
        self._stock_up(cells=14, bodies=0)
        order = self._produce(self.battery, 3)
        self.assertProven()
        return order, order.backflush_error_ids

    def _work_off(self, error):
        self._buy(self.cell, 100, 10.0)
        self._as(self.supervisor, error).action_retry()
        self.assertProven()

    def assertNothingIsLeft(self, order, cells):
        """As if the order had not been: stock, suspense, entry and equation."""
        self.assertEqual(self._on_hand(self.cell, self.store), cells)
        self.assertEqual(self._on_hand(self.battery, self.store), 0)
        self.assertIssued(order, (self.cell, 18, -18, 0, 0))
        self.assertBalances(
            rip=cells * 10.0,
            suspense=0.0,
            conversion_allocated=0.0,
            usage_variance=0.0,
        )
        self.assertEqual(order.backflush_error_ids.state, "resolved")

    def test_worked_off_for_the_rest_and_taken_back(self):
        order, error = self._make_three()
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(error.quantity_open, 2.67)
        self.assertBalances(suspense=-26.7)
        self._work_off(error)
        self.assertEqual((error.state, error.quantity_issued), ("resolved", 2.67))
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertIssued(order, (self.cell, 18, -6, 12, 0))
        confirmation = order.backflush_confirmation_ids.with_user(self.supervisor)
        confirmation.action_reverse("wrong", reopen=False)
        self.assertProven()
        self.assertNothingIsLeft(order, 114)

    def test_unbuilt_one_by_one_around_the_work_off(self):
        order, error = self._make_three()
        self._unbuild(order, 1)
        self._work_off(error)
        self._unbuild(order, 1)
        self.assertProven()
        # Half of each of two issues, each rounded to the unit.
        self.assertAlmostEqual(self._lines(order).issued_quantity, 6, delta=0.011)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertNothingIsLeft(order, 114)

    def test_worked_off_in_part_between_two_unbuilds(self):
        order, error = self._make_three()
        self._unbuild(order, 1)
        self._put(self.cell, 1)
        self._as(self.supervisor, error).action_issue_from(self.line_side.id)
        self.assertEqual((error.quantity_issued, error.quantity_open), (1, 1.67))
        self._unbuild(order, 1)
        self.assertProven()
        self._work_off(error)
        self.assertAlmostEqual(self._lines(order).issued_quantity, 6, delta=0.011)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertNothingIsLeft(order, 115)

    def test_unbuilt_one_by_one_while_it_waits(self):
        """What rounding leaves of three thirds does not wait for ever."""
        order, _error = self._make_three()
        for _piece in range(3):
            self._unbuild(order, 1)
            self.assertProven()
        self.assertNothingIsLeft(order, 14)

    def test_written_off_for_the_rest(self):
        order, error = self._make_three()
        self._unbuild(order, 1)
        self._as(self.accountant, error).action_write_off("Counted twice")
        self.assertProven()
        self.assertBalances(suspense=0.0)
        self._unbuild(order, 2)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 14)

    def test_what_its_operation_lacked(self):
        self.company.flush_method = "operation"
        self._stock_up(cells=14, bodies=0)
        order = self._order(self.battery, 3)
        self._as(self.operator, order.workorder_ids).button_finish()
        self._report(order, 3)
        self.assertProven()
        error = order.backflush_error_ids
        self._unbuild(order, 1)
        self.assertProven()
        self._work_off(error)
        self._unbuild(order, 1)
        self.assertProven()
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 114)
        self.assertBalances(rip=1140.0, suspense=0.0, usage_variance=0.0)


@tagged("post_install", "-at_install")
class TestParkedUnbuildWithoutPolicy(TestParkedUnbuild):
    """The same in stock alone."""

    costed = False
