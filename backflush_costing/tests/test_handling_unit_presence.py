from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 18:00:00")
class TestHandlingUnitPresence(HandlingUnitCommon):
    """When a lot was at a line: as things happened, in whatever order they arrived."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wire.tracking = "lot"
        cls.press = cls._workcenter("Press", 60, backflush_location_id=cls.line_side.id)
        cls.lot, cls.later = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.wire.id} for name in ("EARLY", "LATER")]
        )
        cls.unit = cls.env["stock.package"].create({"name": "COIL"})
        with freeze_time("2026-03-02 05:00:00"):
            cls._stock(
                cls.wire, 1000, cls.store, package_id=cls.unit.id, lot_id=cls.lot.id
            )

    def _hour(self, hour, minute=0):
        return f"2026-03-02 {hour:02}:{minute:02}:00"

    def _made(self, start, end, center=None):
        """An order that was made at a center between these hours."""
        center = center or self.saw
        order = self._order(self.cable, 1)
        loss = self.env.ref("mrp.block_reason7")
        order.workorder_ids.workcenter_id = center
        order.workorder_ids.time_ids = [
            Command.create(
                {
                    "workcenter_id": center.id,
                    "loss_id": loss.id,
                    "date_start": self._hour(*start),
                    "date_end": end and self._hour(*end),
                }
            )
        ]
        return order

    def _recalled(self, lot=None):
        lot = self._as(self.operator, lot or self.lot)
        domain = lot.action_backflush_recall()["domain"]
        return self.env["mrp.production"].search(domain)

    def assertPresent(self, expected, orders, lot=None):
        """These of ``orders`` are recalled, and say the lot was at their line."""
        lot = lot or self.lot
        self.assertEqual(self._recalled(lot) & orders, expected)
        seen = self._as(self.operator, orders).filtered(
            lambda order: lot in order.backflush_line_lot_ids
        )
        self.assertEqual(set(seen.ids), set(expected.ids))

    def _fill(self, lot, hour, quantity=100):
        """Wire of a lot is moved from the store into the unit, where that stands."""
        self._stock(self.wire, quantity, self.store, lot_id=lot.id)
        place = self.unit.location_id or self.store
        with freeze_time(self._hour(hour)):
            move = self.env["stock.move"].create(
                {
                    "product_id": self.wire.id,
                    "product_uom_qty": quantity,
                    "location_id": self.store.id,
                    "location_dest_id": place.id,
                    "picked": True,
                    "move_line_ids": [
                        Command.create(
                            {
                                "product_id": self.wire.id,
                                "quantity": quantity,
                                "lot_id": lot.id,
                                "location_id": self.store.id,
                                "location_dest_id": place.id,
                                "result_package_id": self.unit.id,
                            }
                        )
                    ],
                }
            )
            move._action_confirm()
            move._action_done()

    # -- empties that were taken back ------------------------------------------------

    def test_a_unit_that_was_reported_empty_by_mistake_stood_there_all_along(self):
        self._mount(self.unit, event_time=self._hour(8))
        with freeze_time(self._hour(9)):
            self._empty(self.unit, event_time=self._hour(9))
        between = self._made((9, 30), (10, 30))
        self.assertPresent(between.browse(), between)
        with freeze_time(self._hour(11)):
            self._as(self.supervisor, self.unit).reverse_empty()
        after = self._made((12,), (13,))
        self.assertPresent(between + after, between + after)

    def test_a_unit_whose_place_was_taken_stood_there_until_that_was_found(self):
        self._mount(self.unit, position="A", event_time=self._hour(8))
        with freeze_time(self._hour(9)):
            self._empty(self.unit, event_time=self._hour(9))
            other = self._coil("OTHER", 0)
            self._mount(other, position="A", event_time=self._hour(9))
        with freeze_time(self._hour(11)):
            self._as(self.supervisor, self.unit).reverse_empty()
        self.assertFalse(self.unit.backflush_workcenter_id)
        between, after = self._made((9, 30), (10, 30)), self._made((12,), (13,))
        self.assertPresent(between, between + after)

    def test_a_unit_that_was_unmounted_as_well_was_away_then(self):
        """Only what the empty wrote is left out, not what somebody reported."""
        self._mount(self.unit, event_time=self._hour(6))
        self._as(self.operator, self.unit).unmount(event_time=self._hour(7))
        self._mount(self.unit, event_time=self._hour(9))
        with freeze_time(self._hour(10)):
            self._empty(self.unit, event_time=self._hour(10))
            self._as(self.supervisor, self.unit).reverse_empty()
        away, there = self._made((7, 30), (8, 30)), self._made((11,), (12,))
        self.assertPresent(there, away + there)

    # -- mounts that arrive late -----------------------------------------------------

    def test_a_mount_that_is_reported_late_ends_where_the_next_one_begins(self):
        self._mount(self.unit, self.saw, event_time=self._hour(9))
        self._mount(self.unit, self.press, event_time=self._hour(8))
        self.assertEqual(self.unit.backflush_workcenter_id, self.saw)
        then, long_after, sawn = (
            self._made((8, 15), (8, 45), self.press),
            self._made((14,), (15,), self.press),
            self._made((14,), (15,), self.saw),
        )
        self.assertPresent(then + sawn, then + long_after + sawn)

    # -- what was in it --------------------------------------------------------------

    def test_what_is_put_into_a_mounted_unit_is_at_the_line_from_then_on(self):
        self._mount(self.unit, event_time=self._hour(8))
        self._fill(self.later, 10)
        before, while_, after = (
            self._made((9,), (9, 30)),
            self._made((9, 45), (10, 15)),
            self._made((11,), (12,)),
        )
        orders = before + while_ + after
        self.assertPresent(while_ + after, orders, self.later)
        self.assertPresent(orders, orders, self.lot)

    def test_product_of_an_order_is_at_the_line_as_soon_as_it_is_put_in(self):
        """A box that is mounted at the press is filled by the saw."""
        self.cable.tracking = "lot"
        self.wire.tracking = "none"
        box = self.env["stock.package"].create({"name": "BOX"})
        self._mount(box, self.press, event_time=self._hour(8))
        made = self.env["stock.lot"].create(
            {"name": "CABLES", "product_id": self.cable.id}
        )
        order = self._order(self.cable, 10)
        order.lot_producing_ids = [Command.set(made.ids)]
        order.backflush_unit_id = box
        with freeze_time(self._hour(10)):
            self._complete(order)
        self.assertEqual(
            box.backflush_log_ids.filtered("lot_ids").mapped("kind"), ["fill"]
        )
        before, after = (
            self._made((9,), (9, 30), self.press),
            self._made((11,), (12,), self.press),
        )
        self.assertPresent(after, before + after, made)

    def test_a_lot_of_another_life_of_the_unit_was_not_there(self):
        self._mount(self.unit, event_time=self._hour(6))
        with freeze_time(self._hour(8)):
            self._empty(self.unit, event_time=self._hour(8))
        self._fill(self.later, 9)
        with freeze_time(self._hour(10)):
            self._mount(self.unit, event_time=self._hour(10))
        first, second = self._made((7,), (7, 30)), self._made((11,), (12,))
        self.assertPresent(first, first + second, self.lot)
        self.assertPresent(second, first + second, self.later)

    def test_what_a_count_finds_in_a_mounted_unit_was_there_before(self):
        self._mount(self.unit, event_time=self._hour(8))
        with freeze_time(self._hour(12)):
            self._stock(
                self.wire,
                50,
                self.unit.location_id,
                package_id=self.unit.id,
                lot_id=self.later.id,
            )
        before = self._made((9,), (10,))
        self.assertPresent(before, before, self.later)

    # -- how it is found -------------------------------------------------------------

    def test_an_order_that_is_still_being_made_is_found(self):
        self._mount(self.unit, event_time=self._hour(8))
        self._as(self.operator, self.unit).unmount(event_time=self._hour(9))
        open_, cancelled = self._made((7,), None), self._made((7,), (10,))
        cancelled.action_cancel()
        self.assertEqual(self._recalled(), open_)

    def test_where_nobody_measured_time_the_reports_tell_it(self):
        """From the first report to the last; the unit was there in between."""
        tape = self._product(
            "Tape",
            0.1,
            self.plug.categ_id,
            uom_id=self.meter.id,
            flush_method="reported",
        )
        line = {"product_id": tape.id, "product_qty": 1}
        line["operation_id"] = self.bom.operation_ids.id
        self.bom.bom_line_ids = [Command.create(line)]
        plain = self._coil("PLAIN", 500, product=tape)
        self._mount(self.unit, event_time=self._hour(9))
        self._as(self.operator, self.unit).unmount(event_time=self._hour(10))
        around, later = self._order(self.cable, 1), self._order(self.cable, 1)
        self._mount(plain, event_time=self._hour(7))
        for order, hours in ((around, (8, 11)), (later, (12, 13))):
            for hour in hours:
                self._use(plain, 1, order, event_time=self._hour(hour))
        self.assertPresent(around, around + later)

    def test_a_recall_asks_no_more_where_other_orders_were_made_there(self):
        self._mount(self.unit, event_time=self._hour(8))
        self._as(self.operator, self.unit).unmount(event_time=self._hour(9))
        found = self._made((8,), (9,))
        before = self._asked()
        for _unrelated in range(8):
            self._made((12,), (13,))
        self.assertEqual(self._recalled(), found)
        self.assertLessEqual(self._asked(), before)

    def _asked(self):
        """How many queries a recall makes."""
        self.env.flush_all()
        lot = self._as(self.operator, self.lot)
        start = self.env.cr.sql_log_count
        lot._backflush_recalled_orders()
        return self.env.cr.sql_log_count - start
