from freezegun import freeze_time

from odoo.tests import tagged

from .errors_common import ErrorsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestReportedAfterTheCount(ErrorsCommon):
    """A count sees what earlier use left; a report that comes later changes nothing.

    Fifty cells lay at the line at seven. Twenty were used at half past ten, which is
    reported at noon.
    """

    BEFORE = "2026-03-02 10:30:00"
    COUNTED = "2026-03-02 11:00:00"
    AFTER = "2026-03-02 11:30:00"

    def setUp(self):
        super().setUp()
        self._count(50, date="2026-03-02 07:00:00")

    def _found(self, product=None):
        """Movements of stock that was found without being counted."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "=", (product or self.cell).id),
                ("is_inventory", "=", True),
                ("backflush_counted_until", "=", False),
            ]
        )
        return [(move.quantity, move.inventory_name) for move in moves]

    def test_the_books_hold_what_was_counted(self):
        self._count(28, date=self.COUNTED)
        self.assertFalse(self._use(20, at=self.BEFORE))
        # Of the 22 that the count missed 20 were used: two are lost.
        self.assertBooks(28, 0, difference=-(50 - 2) * 10.0)
        [(quantity, reason)] = self._found()
        self.assertEqual(quantity, 20)
        self.assertIn("Used before the count, reported later", reason)
        # What was used after the count is taken from what it found, and parked.
        self.assertEqual(self._use(30, at=self.AFTER).quantity_open, 2)
        self.assertBooks(0, 2)
        # Neither is a count: it is the last one that a report is compared with.
        self.assertFalse(self._use(1, at=self.COUNTED.replace("11:00", "10:59")))
        self.assertBooks(0, 2, difference=-(50 - 1) * 10.0)

    def test_a_count_of_nothing(self):
        self._count(0, date=self.COUNTED)
        self.env["stock.quant"]._unlink_zero_quants()
        self.assertFalse(self._use(20, at=self.BEFORE))
        self.assertBooks(0, 0, difference=-(50 - 30) * 10.0)

    def test_a_count_that_speaks_of_an_earlier_day(self):
        self._count(50, date=self.COUNTED, accounting_date="2026-03-01")
        self.assertFalse(self._use(20, at=self.BEFORE))
        self.assertEqual(self._on_hand(self.cell), 30)

    def test_what_came_after_the_count_is_not_used_up_either(self):
        self._count(0, date=self.COUNTED)
        self._receive_at_line(100)
        self.assertFalse(self._use(20, at=self.BEFORE))
        self.assertBooks(100, 0)

    def test_stock_that_was_not_counted_is_taken_first(self):
        box = self.env["stock.location"].create(
            {"name": "Box", "location_id": self.line_side.id}
        )
        self._count(5, location=box, date="2026-03-02 07:00:00")
        self._count(28, date=self.COUNTED)
        self.assertFalse(self._use(20, at=self.BEFORE))
        self.assertEqual(self._on_hand(self.cell, box), 0)
        self.assertBooks(28, 0)
        self.assertEqual([quantity for quantity, _reason in self._found()], [15])

    def test_several_orders_at_once_under_every_profile(self):
        self._count(28, date=self.COUNTED)
        self.company.shortage_profile = "block"
        orders = self._order(self.pack, 20) | self._order(self.pack, 30)
        orders = self._as(self.operator, orders)
        orders = orders.with_context(backflush_event_time=self.BEFORE)
        self.assertFalse(orders.backflush_complete()["failed"])
        self.assertEqual(set(orders.mapped("state")), {"done"})
        self.assertBooks(28, 0, difference=-(50 - 22 + 50) * 10.0)

    def test_an_operation_that_is_reported_late(self):
        station = self._workcenter("Station", 0)
        box = self._product("Crate", 0.0, self.goods)
        bom = self._bom(box, [(self.cell, 1)], [(station, 1)])
        bom.bom_line_ids.write(
            {"operation_id": bom.operation_ids.id, "flush_method": "operation"}
        )
        self._release(box)
        order = self._order(box, 20)
        self._count(28, date=self.COUNTED)
        work = self._as(self.operator, order.workorder_ids)
        work = work.with_context(backflush_event_time=self.BEFORE)
        work.button_start()
        work.qty_producing = 20
        work.button_finish()
        self.env.invalidate_all()
        self.assertEqual(self._on_hand(self.cell), 28)
        self.assertFalse(order.backflush_error_ids)

    # -- what was parked, and is worked off later --------------------------------------

    def test_issued_from_elsewhere(self):
        """From where it was taken somebody has counted since."""
        errors = self._use(70, at=self.BEFORE)
        self.assertEqual(errors.quantity_open, 20)
        self._buy(self.cell, 100, 10.0)
        self._count(80, location=self.store, date=self.COUNTED)
        mine = self._as(self.supervisor, errors)
        self.assertEqual(mine._free_at(self.store), 20)
        mine.action_issue_from(self.store.id)
        self.assertEqual(
            (errors.state, errors.remedy_ids[-1].kind), ("resolved", "count")
        )
        self.assertEqual(self._on_hand(self.cell, self.store), 80)
        self.assertBooks(0, 0)

    def test_a_substitute_that_was_counted_since(self):
        other = self._product("Other cell", 12.0, self.material)
        self._at_line(other)
        self._count(10, other, date="2026-03-02 07:00:00")
        errors = self._use(56, at=self.BEFORE)
        self._count(4, other, date=self.COUNTED)
        deviation = self.env["backflush.deviation"].create(
            {
                "kind": "substitution",
                "product_id": self.cell.id,
                "substitute_id": other.id,
                "reason_id": self.ref("backflush_costing.deviation_reason_shortage"),
            }
        )
        self._as(self.supervisor, deviation).action_approve()
        self._as(self.supervisor, errors).action_substitute(other.id, 6)
        self.assertEqual(errors.state, "resolved")
        self.assertEqual(self._on_hand(other), 4)
        self.assertEqual([quantity for quantity, _r in self._found(other)], [6])
        self.assertBalances(substitution_variance=12.0)
        self.assertBooks(0, 0)

    def test_a_lot_that_was_counted_since(self):
        paint = self._product("Paint", 2.0, self.material, tracking="lot")
        door = self._product("Door", 0.0, self.goods)
        self._at_line(paint)
        self._bom(door, [(paint, 1)])
        self._release(door)
        lot = self.env["stock.lot"].create({"name": "P1", "product_id": paint.id})
        self._count(10, paint, lot_id=lot.id, date=self.COUNTED)
        errors = self._use(3, product=door, at=self.BEFORE)
        self.assertEqual(errors.cause, "lot_required")
        self.assertEqual(errors._preview_issue(lot_id=lot.id), {errors: 3})
        self._as(self.supervisor, errors).action_assign_lot(lot.id)
        self.assertEqual(errors.state, "resolved")
        self.assertEqual(self._on_hand(paint), 10)
        self.assertProven()

    def test_a_serial_number_that_was_counted_was_not_used(self):
        motor = self._product("Motor", 9.0, self.material, tracking="serial")
        car = self._product("Car", 0.0, self.goods)
        self._at_line(motor)
        self._bom(car, [(motor, 1)])
        self._release(car)
        self.company.backflush_lot_picking = "fifo"
        serial = self.env["stock.lot"].create({"name": "S1", "product_id": motor.id})
        self._count(1, motor, lot_id=serial.id, date=self.COUNTED)
        errors = self._use(1, product=car, at=self.BEFORE)
        self.assertFalse(errors.flush_is_retryable)
        self._run_cron()
        self.assertRecordValues(errors, [{"state": "open", "quantity_open": 1}])
        self.assertEqual(self._on_hand(motor), 1)
