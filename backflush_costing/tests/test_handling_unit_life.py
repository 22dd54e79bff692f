from itertools import permutations

from freezegun import freeze_time

from odoo.tests import tagged

from ..said import Said
from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitLife(HandlingUnitCommon):
    """A unit that is filled again and again, and what arrives late about it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reel = cls._reel("REEL", 1000)
        cls._stock(cls.wire, 20000, cls.store)

    @classmethod
    def _reel(cls, name, content):
        """A reel at the line, filled the day before."""
        with freeze_time("2026-03-01 10:00:00"):
            return cls._coil(name, content, cls.line_side)

    def _at(self, hour, minute=0):
        return f"2026-03-02 {hour:02}:{minute:02}:00"

    def _residues(self, unit=None):
        logs = (unit or self.reel).backflush_log_ids
        ends = logs.filtered(lambda log: log.kind == "empty").sorted("life")
        return ends.mapped("residue_quantity")

    def test_what_was_used_before_the_unit_was_empty_is_not_of_the_new_content(self):
        order = self._order(self.cable, 100)
        self._use(self.reel, 500, order, event_time=self._at(8))
        self._empty(self.reel, event_time=self._at(9))
        self._wind(300, self.reel)
        self._use(self.reel, 200, order, event_time=self._at(8, 30))
        self.assertEqual(self._residues(), [300])
        self.assertEqual(self._left(self.reel), 300)
        self.assertFalse(order.backflush_error_ids)
        self.assertProven()

    def test_a_late_empty_leaves_alone_what_was_filled_in_since(self):
        order = self._order(self.cable, 100)
        self._use(self.reel, 600, order, event_time=self._at(8))
        with freeze_time(self._at(9, 30)):
            self._wind(300, self.reel)
        self._mount(self.reel, event_time=self._at(9, 40))
        self._use(self.reel, 50, order, event_time=self._at(9, 45))
        late = self._empty(self.reel, event_time=self._at(9))
        self.assertEqual(late.residue_quantity, 400)
        self.assertEqual(self._left(self.reel), 250)
        self.assertRecordValues(
            self.reel,
            [{"backflush_state": "mounted", "backflush_workcenter_id": self.saw.id}],
        )
        self._use(self.reel, 100, order, event_time=self._at(8, 30))
        self.assertEqual(late.residue_quantity, 300)
        self.assertEqual(self._left(self.reel), 250)
        second = self._empty(self.reel)
        self.assertEqual(second.residue_quantity, 250)
        self.assertEqual(self._left(self.reel), 0)
        self.assertFalse(order.backflush_error_ids)
        self.assertProven()

    def test_the_order_of_arrival_does_not_matter_across_a_refill(self):
        """Filled at 09:30; whatever the reports' order, each life has its own."""
        events = (
            ("use", 300, self._at(8)),
            ("empty", None, self._at(9)),
            ("use", 120, self._at(9, 40)),
            ("use", 900, self._at(8, 30)),
        )
        found = []
        for number, arrival in enumerate(permutations(events)):
            reel, order = self._reel(f"R-{number}", 1000), self._order(self.cable, 5)
            with freeze_time(self._at(9, 30)):
                self._wind(200, reel)
            for kind, quantity, moment in arrival:
                if kind == "empty":
                    self._empty(reel, event_time=moment)
                else:
                    self._use(reel, quantity, order, event_time=moment)
            found.append(
                (
                    self._left(reel),
                    self._residues(reel),
                    sum(order.backflush_error_ids.mapped("quantity_open")),
                )
            )
        self.assertEqual(found, [(80, [0], 200)] * len(found))
        self.assertProven()

    def test_a_residue_that_waits_is_not_part_of_the_new_content(self):
        self.company.backflush_residue_quantity = 50
        order = self._order(self.cable, 100)
        self._use(self.reel, 900, order, event_time=self._at(8))
        log = self._empty(self.reel, user=self.operator, event_time=self._at(9))
        self.assertEqual((log.state, log.residue_quantity), ("waiting", 100))
        self._wind(1000, self.reel)
        self._use(self.reel, 1050, order, event_time=self._at(9, 30))
        self.assertEqual(order.backflush_error_ids.quantity_open, 50)
        self.assertEqual(self._left(self.reel), 100)
        self._use(self.reel, 20, order, event_time=self._at(8, 30))
        self.assertEqual(log.residue_quantity, 80)
        self._as(self.supervisor, log).action_confirm()
        self.assertEqual(log.residue_quantity, 80)
        self.assertEqual(self._left(self.reel), 0)
        self.assertProven()

    def test_a_residue_that_shrinks_to_the_limit_waits_for_nobody(self):
        """As if it had been reported last: the limit does not know what comes late."""
        self.company.backflush_residue_quantity = 600
        order = self._order(self.cable, 950)
        self._mount(self.coil, event_time=self._at(1))
        log = self._empty(self.coil, user=self.operator, event_time=self._at(4))
        self._use(self.coil, 4000, order, event_time=self._at(2))
        self.assertEqual((log.state, log.residue_quantity), ("waiting", 6000))
        self._use(self.coil, 5500, order, event_time=self._at(3))
        self.assertEqual((log.state, log.residue_quantity), ("done", 500))
        self.assertEqual(self._left(self.coil), 0)
        self.assertProven()

    def test_what_was_short_before_is_not_taken_from_the_new_content(self):
        order = self._order(self.cable, 150)
        self._use(self.reel, 1200, order, event_time=self._at(8))
        self._empty(self.reel, event_time=self._at(9))
        error = order.backflush_error_ids
        self.assertEqual(error.quantity_open, 200)
        self._wind(500, self.reel)
        found, _after = error._next_retryable(None, 10)
        self.assertNotIn(error, found)
        self._as(self.supervisor, error).action_retry()
        self.assertEqual(error.quantity_open, 200)
        self.assertEqual(self._left(self.reel), 500)
        # Somebody who says that it came from there decides.
        self._as(self.supervisor, error).action_issue_from(
            self.line_side.id, package_id=self.reel.id
        )
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._left(self.reel), 300)
        self.assertProven()

    def test_a_use_that_is_taken_back_goes_to_the_residue_of_its_life(self):
        order = self._order(self.cable, 100)
        log = self._use(self.reel, 700, order, event_time=self._at(8))
        self._empty(self.reel, event_time=self._at(9))
        self._wind(200, self.reel)
        self._as(self.supervisor, log.confirmation_id).action_reverse("mistake")
        self.assertEqual(self._residues(), [1000])
        self.assertEqual(self._left(self.reel), 200)
        self.assertProven()

    def test_loose_stock_helps_out_whatever_the_order_of_arrival(self):
        self.company.backflush_unit_shortage = "loose"
        uses = ((60, self._at(8)), (80, self._at(9)))
        for number, arrival in enumerate((uses, uses[::-1])):
            place = self.line_side.create(
                {"name": f"Place {number}", "location_id": self.line_side.id}
            )
            coil = self._coil(f"LOOSE-{number}", 100, place)
            self._stock(self.wire, 50, place)
            order = self._order(self.cable, 14)
            for quantity, moment in arrival:
                self._use(coil, quantity, order, event_time=moment)
            with self.subTest(arrival=arrival):
                self.assertFalse(sum(order.backflush_error_ids.mapped("quantity_open")))
                quants = self.env["stock.quant"].search(
                    [("location_id", "=", place.id)]
                )
                self.assertEqual(sum(quants.mapped("quantity")), 10)
                self.assertEqual(self._left(coil), 0)
        self.assertProven()

    def test_what_the_sender_numbers_after_the_empty_was_not_in_the_unit(self):
        """Its clock was set back in between: its numbers say what came first."""
        order, found, late = self._order(self.cable, 100), [], None
        reports = ((1, 400, 8, 0), (2, None, 9, 0), (3, 50, 8, 59))
        for number, arrival in enumerate(permutations(reports)):
            reel = self._reel(f"S-{number}", 1000)
            for place, quantity, hour, minute in arrival:
                unit = reel.with_context(backflush_event_sequence=Said(place))
                moment = self._at(hour, minute)
                if quantity:
                    log = self._use(unit, quantity, order, event_time=moment)
                    late = log if place == 3 else late
                else:
                    self._empty(unit, event_time=moment)
            found.append(
                (self._residues(reel), late._line()._open_in(reel).quantity_open)
            )
        self.assertEqual(found, [([600], 50)] * len(found))
        self.assertProven()

    def test_another_setting_does_not_change_what_was_issued(self):
        order = self._order(self.cable, 100)
        self._use(self.reel, 1200, order, event_time=self._at(8))
        self.assertEqual(self._left(self.reel), 0)
        self.company.backflush_unit_shortage = "all"
        self._use(self.reel, 10, order, event_time=self._at(9))
        self.assertEqual(
            sorted(order.backflush_error_ids.mapped("quantity_open")), [10, 200]
        )
        self.assertEqual(self._left(self.reel), 0)
        self.assertProven()

    def test_a_reversed_empty_is_mounted_again_where_places_have_no_names(self):
        other = self._coil("REEL-2", 100)
        self._mount(self.reel)
        self._mount(other)
        self._empty(self.reel)
        self.assertFalse(self.reel.backflush_workcenter_id)
        self._as(self.supervisor, self.reel).reverse_empty()
        self.assertEqual(self.reel.backflush_workcenter_id, self.saw)

    def test_a_record_that_failed_for_another_reason_is_still_about_its_unit(self):
        order = self._order(self.cable, 150)
        self._use(self.reel, 1200, order)
        error = order.backflush_error_ids
        error.sudo().cause = "insufficient_stock"
        self._stock(self.wire, 500, self.line_side)
        self._as(self.supervisor, error).action_issue_from(self.line_side.id)
        self.assertEqual(error.state, "resolved")
        self.assertProven()

    def test_a_residue_that_comes_back_after_the_close_moves_on_its_entrys_day(self):
        with freeze_time("2026-02-28 12:00:00"):
            reel = self._coil("FEB", 500)
            log = self._empty(reel, "unknown")
        self.company.fiscalyear_lock_date = "2026-02-28"
        self._as(self.supervisor, reel).reverse_empty()
        back = log.move_ids.filtered("origin_returned_move_id")
        self.assertEqual(str(back.date), "2026-03-02 10:00:00")
        self.assertEqual(str(back.account_move_id.date), "2026-03-02")
        self.assertProven(date="2026-02-28")
        self.assertProven()

    def test_what_is_given_back_was_never_taken_on_that_day(self):
        order = self._order(self.cable, 20)
        with freeze_time("2026-02-28 12:00:00"):
            reel = self._coil("FEB", 100)
        self._use(reel, 80, order, event_time="2026-02-28 14:00:00")
        self._use(reel, 60, order, event_time="2026-02-28 13:00:00")
        lines = self.env["stock.move.line"].search(
            [
                "|",
                ("package_id", "=", reel.id),
                ("result_package_id", "=", reel.id),
                ("state", "=", "done"),
                ("date", "<=", "2026-02-28 23:00:00"),
            ]
        )
        held = sum(
            line.quantity * (1 if line.result_package_id else -1) for line in lines
        )
        self.assertEqual(held, 0)
        self.assertProven()
