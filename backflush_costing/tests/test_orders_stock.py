from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOrdersStock(OrdersCommon):
    """Whose stock is taken: the order's own first, that of others never."""

    def _reserved(self, product, location):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", location.id)]
        )
        return sum(quants.mapped("reserved_quantity"))

    # -- consignment -----------------------------------------------------------------

    def _consign(self, quantity):
        self.env["stock.quant"]._update_available_quantity(
            self.cell, self.store, quantity, owner_id=self.vendor
        )

    def _consigned(self):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.cell.id), ("owner_id", "=", self.vendor.id)]
        )
        return sum(
            quants.filtered(lambda q: q.location_id.usage == "internal").mapped(
                "quantity"
            )
        )

    def test_stock_of_somebody_else_counts_as_missing(self):
        self._consign(50)
        self._stock_up(cells=4, bodies=0)
        order = self._order(self.battery, 1)
        self.assertEqual(order.move_raw_ids.flush_missing_quantity, 2)
        self._report(order, 1)
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 0, 4, 2))
        self.assertEqual(self._consigned(), 50)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)

    def test_a_reservation_of_somebody_elses_stock_is_not_issued(self):
        self.company.flush_method = "manual"
        self._consign(50)
        order = self._order(self.battery, 1)
        raw = order.move_raw_ids
        self.assertEqual(raw.move_line_ids.owner_id, self.vendor)
        self._as(self.operator, raw).picked = True
        self._report(order, 1)
        self.assertProven()
        self.assertEqual(self._consigned(), 50)
        self.assertEqual(order.backflush_error_ids.quantity_open, 6)

    # -- reservations ----------------------------------------------------------------

    def test_others_reservations_are_never_stolen(self):
        self._stock_up(cells=10, bodies=0)
        self._put(self.battery, 5, self.store)
        sale = self._sell(self.cell, 7, 20)
        self.assertEqual(self._reserved(self.cell, self.store), 7)
        order = self._order(self.battery, 1)
        self._report(order, 1)
        self.assertIssued(order, (self.cell, 6, 0, 3, 3))
        self._deliver(sale)
        self.assertEqual(self._on_hand(self.cell, self.store), 0)

    def test_stock_picked_for_the_order_is_the_orders_own(self):
        self.company.flush_method = False
        self.warehouse.manufacture_steps = "pbm"
        self._stock_up(cells=20, bodies=0)
        place = self.warehouse.pbm_loc_id
        first = self._order(self.battery, 1)
        self._as(self.planner, first.picking_ids).button_validate()
        second = self._order(self.battery, 1)
        self.assertEqual(self._reserved(self.cell, place), 6)
        self.bom.bom_line_ids.flush_method = "completion"
        self.bom.bom_line_ids.backflush_location_id = place
        third = self._order(self.battery, 1)
        self._report(third, 1)
        self.assertEqual(third.backflush_error_ids.quantity_open, 6)
        self._report(first, 1)
        self.assertProven()
        self.assertFalse(first.backflush_error_ids)
        self.assertIssued(first, (self.cell, 6, 0, 6, 0))
        self.assertEqual(self._on_hand(self.cell, place), 0)
        self._as(self.planner, second.picking_ids).button_validate()
        self._report(second, 1)
        self.assertFalse(second.backflush_error_ids)

    def test_what_was_picked_goes_over_to_the_backorder(self):
        self.company.flush_method = False
        self.warehouse.manufacture_steps = "pbm"
        self._stock_up(cells=30, bodies=0)
        place = self.warehouse.pbm_loc_id
        order = self._order(self.battery, 3)
        self._as(self.planner, order.picking_ids).button_validate()
        rest = self._report(order, 1, backorder=True)
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 0, 6, 0))
        self.assertEqual(self._on_hand(self.cell, place), 12)
        self._report(rest, 2)
        self.assertProven()
        self.assertFalse(rest.backflush_error_ids)
        self.assertEqual(self._on_hand(self.cell, place), 0)

    # -- serial numbers and lots -----------------------------------------------------

    def test_serial_numbers_of_the_product(self):
        drill = self._product("Drill", 0.0, self.finished, tracking="serial")
        self._bom(drill, [(self.cell, 2)])
        self._release(drill)
        self._stock_up(cells=5, bodies=0)
        order = self._order(drill, 3)
        serials = self._as(self.operator, self.env["mrp.production.serials"])
        wizard = serials.create(
            {
                "production_id": order.id,
                "lot_quantity": 3,
                "lot_name": "D-001",
            }
        )
        wizard.action_generate_serial_numbers()
        wizard.action_apply()
        self.assertEqual(len(order.lot_producing_ids), 3)
        report = self._as(self.operator, order)
        report.set_qty_producing()
        report.with_context(skip_redirection=True).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 0, 5, 1))
        self.assertEqual(self._on_hand(drill, self.store), 3)
        self._buy(self.cell, 1, 10)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertProven()
        consumed = order.move_finished_ids.move_line_ids.consume_line_ids
        self.assertEqual(sum(consumed.mapped("quantity")), 6)

    def test_a_lot_of_the_product_over_two_reports(self):
        paint = self._product("Paint", 0.0, self.finished, tracking="lot")
        self._bom(paint, [(self.cell, 1)])
        self._release(paint)
        self._stock_up(cells=10, bodies=0)
        lot = self.env["stock.lot"].create({"name": "P1", "product_id": paint.id})
        order = self._order(paint, 6)
        self._as(self.operator, order).lot_producing_ids = [Command.set(lot.ids)]
        rest = self._report(order, 2, backorder=True)
        self.assertProven()
        self._as(self.operator, rest).lot_producing_ids = [Command.set(lot.ids)]
        self._report(rest, 4)
        self.assertProven()
        self.assertEqual(lot.product_qty, 6)
        self.assertEqual(self._on_hand(self.cell, self.store), 4)
