from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .actual_common import ActualCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualOrders(ActualCommon):
    """Components at average cost in orders of every kind."""

    def test_what_is_in_process_stays_at_its_cost(self):
        self.bom.bom_line_ids.flush_method = "operation"
        self.bom.bom_line_ids.operation_id = self.bom.operation_ids
        self._buy(self.cell, 12, 12.0, self.line_side)
        order = self._order(self.battery, 2)
        order.qty_producing = 2
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assertEqual(self._on_hand(self.cell), 0.0)
        self.assertBalances(rip=144.0)
        self.assertProven()
        self._buy(self.cell, 2, 30.0, self.line_side)
        self.assertProven()
        self._complete(order)
        self.assertBalances(rip=60.0, price_variance=24.0, usage_variance=0.0)
        self.assertProven()

    def test_lots(self):
        self.cell.tracking = "lot"
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.cell.id} for name in ("A", "B")]
        )
        for lot, price in zip(lots, (10.0, 14.0), strict=True):
            order = self._purchase(self.cell, 6, price)
            picking = order.picking_ids
            picking.location_dest_id = self.line_side
            picking.move_ids.location_dest_id = self.line_side
            picking.move_ids.move_line_ids.lot_id = lot
            self._receive(order, self.line_side)
            self._bill(order)
        self.company.backflush_lot_picking = "fifo"
        order = self._produce(self.battery, 1)
        self.assertEqual(order.move_raw_ids.lot_ids, lots[0])
        self.assertBalances(rip=72.0, price_variance=12.0)
        self.assertProven()

    def test_a_by_product_at_its_standard(self):
        scrap = self._product("Trimmings", 4.0, self.made)
        self.bom.byproduct_ids = [
            Command.create({"product_id": scrap.id, "product_qty": 1})
        ]
        self._set_up_standard(66.0)
        self._buy(self.cell, 6, 12.0, self.line_side)
        self._produce(self.battery, 1)
        self.assertBalances(
            fg=70.0, rip=0.0, price_variance=12.0, standard_variance=0.0
        )
        self.assertProven()

    def _set_up_standard(self, total):
        """The battery rolled up anew, and released."""
        costs = self.env["backflush.standard.cost"].with_user(self.accountant)
        drafts = costs.browse(costs.action_roll_up(self.battery.ids))
        self.assertEqual(drafts.total, total)
        drafts.action_release()

    def test_a_new_standard_takes_the_present_cost(self):
        self._buy(self.cell, 12, 12.0, self.line_side)
        self._set_up_standard(82.0)
        self._produce(self.battery, 1)
        self.assertBalances(price_variance=0.0, standard_variance=0.0)
        self.assertProven()

    def test_a_batch_with_one_entry(self):
        self._buy(self.cell, 20, 12.0, self.line_side)
        orders = self._order(self.battery, 1) | self._order(self.battery, 2)
        self._complete(orders)
        self.assertEqual(len(orders.backflush_confirmation_ids.move_id), 1)
        self.assertBalances(rip=24.0, price_variance=36.0)
        self.assertProven()

    def test_a_reversal_takes_everything_back(self):
        self._buy(self.cell, 8, 12.0, self.line_side)
        order = self._produce(self.battery, 2)
        self.assertProven()
        self._buy(self.cell, 2, 20.0, self.line_side)
        confirmation = order.backflush_confirmation_ids
        confirmation.with_user(self.supervisor).action_reverse("wrong", reopen=False)
        self.assertBalances(
            suspense=0.0, price_variance=0.0, usage_variance=0.0, fg=0.0
        )
        self.assertProven()

    def test_an_event_before_the_last_receipt(self):
        self._buy(self.cell, 10, 10.0, self.line_side)
        order = self._order(self.battery, 1)
        with freeze_time("2026-03-02 15:00:00", auto_tick_seconds=1):
            self._buy(self.cell, 10, 20.0, self.line_side)
            order = order.with_context(backflush_event_time="2026-03-02 12:00:00")
            self._complete(order)
            self.assertProven()
            self.assertEqual(self.cell.total_value, 240.0)
            self._produce(self.battery, 1)
            self.assertProven()

    def test_scrapped_pieces_at_the_price_of_the_standard(self):
        self._buy(self.cell, 12, 12.0, self.line_side)
        order = self._order(self.battery, 2)
        scrap = self.env["backflush.deviation"].with_user(self.supervisor)
        scrap.create(
            {
                "kind": "product_scrap",
                "production_id": order.id,
                "product_id": self.battery.id,
                "quantity": 1,
                "reason_id": self.env.ref(
                    "backflush_costing.deviation_reason_other"
                ).id,
            }
        ).action_record()
        self.assertProven()
        self.assertBalances(scrap_variance=70.0, price_variance=12.0)
