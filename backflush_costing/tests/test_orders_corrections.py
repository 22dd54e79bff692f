from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOrdersCorrections(OrdersCommon):
    """Afterwards it was different: unbuilt, scrapped, corrected."""

    def _scrap(self, order, product):
        """One piece of a component or of the product, as an operator."""
        scraps = self._as(self.operator, self.env["stock.scrap"])
        scraps.create(
            {"product_id": product.id, "scrap_qty": 1, "production_id": order.id}
        ).action_validate()

    def test_an_order_is_unbuilt_in_parts(self):
        self._stock_up(bodies=0)
        order = self._produce(self.battery, 3)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertIssued(order, (self.cell, 18, -6, 12, 0))
        self._unbuild(order, 2)
        self.assertProven()
        self.assertIssued(order, (self.cell, 18, -18, 0, 0))
        self.assertBalances(rip=1000.0, conversion_allocated=0.0, usage_variance=0.0)

    def test_unbuilding_brings_components_back_to_the_line(self):
        self.bom.bom_line_ids.backflush_location_id = self.line_side
        self._stock_up(bodies=0)
        self._put(self.cell, 12)
        order = self._produce(self.battery, 2)
        self._unbuild(order, 1, location_dest_id=self.line_side.id)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell), 6)

    def test_unbuilding_an_over_production_with_a_deviation(self):
        self._stock_up(bodies=0)
        order = self._as(self.operator, self._order(self.battery, 2))
        order.qty_producing = 3
        order.set_qty_producing()
        order.move_raw_ids.quantity = 21
        order.with_context(skip_consumption=True).button_mark_done()
        order = order.with_env(self.env)
        self.assertProven()
        self.assertIssued(order, (self.cell, 18, 3, 21, 0))
        self._unbuild(order, 3)
        self.assertProven()
        self.assertBalances(usage_variance=0.0, rip=1000.0)

    def test_unbuilding_without_order_in_dozens(self):
        self._stock_up(bodies=0)
        self._produce(self.battery, 12)
        self._unbuild_without_order(self.battery, 1, product_uom_id=self.dozen.id)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 100)
        self.assertBalances(conversion_allocated=0.0, usage_variance=0.0)

    def test_scrap_of_a_component_on_the_order(self):
        self.bom.bom_line_ids.backflush_location_id = self.line_side
        self._stock_up(bodies=0)
        self._put(self.cell, 20)
        order = self._order(self.battery, 2)
        self._scrap(order, self.cell)
        self.assertEqual(self._on_hand(self.cell), 19)
        self.assertProven()
        self._report(order, 2)
        self.assertProven()
        self.assertIssued(order, (self.cell, 12, 0, 12, 0))
        self.assertEqual(self._on_hand(self.cell), 7)

    def test_scrap_of_the_product_on_the_order(self):
        self._stock_up(bodies=0)
        order = self._produce(self.battery, 2)
        self._scrap(order, self.battery)
        self.assertProven()
        self.assertEqual(self._on_hand(self.battery, self.store), 1)

    def test_an_order_is_unbuilt_while_some_of_it_is_missing(self):
        """7 of 18 are there: each third that is taken apart takes its share along."""
        self._stock_up(cells=7, bodies=0)
        order = self._produce(self.battery, 3)
        error = order.backflush_error_ids
        self.assertEqual(error.quantity_open, 11)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertLessEqual(error.quantity_open, 11 * 2 / 3 + 0.01)
        self._unbuild(order, 2)
        self.assertProven()
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._on_hand(self.cell, self.store), 7)
        self.assertBalances(suspense=0.0, usage_variance=0.0, conversion_allocated=0.0)

    def test_an_issue_that_is_corrected_up_and_down(self):
        self._stock_up(bodies=0)
        order = self._produce(self.battery, 2)
        for quantity, usage in ((15, 30.0), (9, -30.0), (12, 0.0)):
            self._correct(order, quantity)
            self.assertProven()
            self.assertIssued(order, (self.cell, 12, quantity - 12, quantity, 0))
            self.assertBalances(usage_variance=usage)

    def test_a_produced_quantity_that_is_corrected(self):
        self._stock_up(bodies=0)
        order = self._produce(self.battery, 2)
        opened = self._as(self.planner, order)
        opened.action_toggle_is_locked()
        opened.qty_producing = 3
        self.assertProven()
        self.assertEqual(self._on_hand(self.battery, self.store), 3)

    def test_a_backorder_that_is_opened_again(self):
        self._stock_up(cells=20, bodies=0)
        order = self._order(self.battery, 4)
        rest = self._report(order, 1, backorder=True)
        self._report(rest, 3)
        self.assertProven()
        self.assertEqual(rest.backflush_error_ids.quantity_open, 4)
        line = rest.move_raw_ids.move_line_ids[0]
        self._correct(rest, line.quantity - 2)
        self.assertProven()
        self.assertIssued(rest, (self.cell, 18, -2, 12, 4))
        self._buy(self.cell, 10, 10)
        rest.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertIssued(rest, (self.cell, 18, -2, 16, 0))

    def test_a_correction_never_overdraws(self):
        self._stock_up(cells=15, bodies=0)
        order = self._produce(self.battery, 2)
        with self.assertRaisesRegex(UserError, "4.0 Units more of Cell .* 3.0 are"):
            self._correct(order, 16)
        self._correct(order, 15)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 0)
