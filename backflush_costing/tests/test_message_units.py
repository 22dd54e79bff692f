from itertools import permutations

from freezegun import freeze_time

from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon
from .message_common import MessageCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMessageUnits(HandlingUnitCommon, MessageCommon):
    """What machines report about coils: the order of arrival changes nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.saw.code = "SAW-1"
        cls.cable.default_code, cls.wire.default_code = "CABLE", "WIRE"

    def _story(self, coil, order, numbered=False):
        """Two uses of 4,000 and 5,500 m, then the coil is empty."""
        values = [
            ("consumption", "08:00", {"order": order, "quantity": 4000, "uom": "m"}),
            ("consumption", "09:00", {"order": order, "quantity": 5500}),
            ("hu_empty", "10:00", {"reason": "short_supply"}),
        ]
        return [
            self._message(
                kind,
                hu=coil.name,
                event_time=f"2026-03-02T{hour}:00Z",
                **(vals | ({"sequence_number": number} if numbered else {})),
            )
            for number, (kind, hour, vals) in enumerate(values, 1)
        ]

    def _report_empty(self, coil, reason, **values):
        """Without a number it waits for consumptions that may still come."""
        message = self._report("hu_empty", hu=coil.name, reason=reason, **values)
        self.assertState(message, "queued")
        with freeze_time("2026-03-02 12:06:00"):
            self._process()
        self.assertState(message, "done")
        return message

    def _books(self, coil):
        """Content of a coil, its residue, and error records of the wire."""
        moves = self.env["stock.move"].search(
            [("product_id", "=", self.wire.id), ("state", "=", "done")]
        )
        lost = moves.move_line_ids.filtered(
            lambda line: (
                line.package_id == coil
                and line.location_dest_usage != "production"
                and line.location_dest_usage != "internal"
            )
        )
        errors = self.env["backflush.error"].search([("package_id", "=", coil.id)])
        return (
            self._left(coil),
            sum(lost.mapped("quantity")),
            sum(errors.mapped("quantity_open")),
        )

    def test_the_ledger_does_not_depend_on_the_order_of_arrival(self):
        """10,000 m at 0.10: 500 m, 50.00, are left when the coil is empty."""
        order = self._order(self.cable, 950)
        cases = [(False, order_of) for order_of in permutations(range(3))]
        cases += [(True, order_of) for order_of in ((0, 1, 2), (2, 1, 0), (2, 0, 1))]
        for case, (numbered, places) in enumerate(cases):
            with self.subTest(places=places, numbered=numbered):
                coil = self._coil(f"COIL-M{case}", 10000)
                story = self._story(coil, order.name, numbered)
                for place in places:
                    for answer in self._submit(story[place], story[place]):
                        self.assertIn(answer["status"], ("accepted", "duplicate"))
                    self._process()
                with freeze_time("2026-03-02 12:10:00"):
                    self._process()
                numbers = [message["external_id"] for message in story]
                stored = self.env["backflush.message"].search(
                    [("external_id", "in", numbers)]
                )
                self.assertEqual(
                    stored.mapped("state"), ["done"] * 3, stored.mapped("reason")
                )
                self.assertEqual(self._books(coil), (0, 500, 0))

    def test_a_mount_that_arrives_after_the_empty_leaves_the_coil_off(self):
        """It happened two hours before: in order the coil ends off the saw."""
        coil = self._coil("COIL-LATE", 10000)
        self._report_empty(coil, "short_supply", event_time="2026-03-02T10:00:00Z")
        late = {"hu": coil.name, "workcenter": "SAW-1"}
        mount = self._report("hu_mount", event_time="2026-03-02T08:00:00Z", **late)
        self.assertState(mount, "done")
        self.assertFalse(coil.backflush_workcenter_id)

    def test_an_order_made_in_parts_is_told_of_in_any_order(self):
        """Three pieces, one by one; 30 m at first, 4 m more after the second."""
        rows = [
            ("consumption", "08:00", 30),
            ("production", "08:30", 1),
            ("production", "09:00", 1),
            ("consumption", "09:10", 4),
            ("production", "09:30", 1),
        ]
        arrivals = ((0, 1, 2, 3, 4), (1, 2, 4, 0, 3), (1, 2, 4, 3, 0))
        found = [self._told_in_parts(rows, arrival) for arrival in arrivals]
        self.assertEqual(found, [found[0]] * 3)
        self.assertEqual(found[0][:3], ({"done"}, 0, 9966))
        self.assertProven()

    def test_use_that_is_told_behind_the_pieces_speaks_for_them(self):
        """Three pieces; a machine tells behind them what it used: 26 m of 30."""
        rows = [
            ("production", "08:00", 1),
            ("consumption", "08:10", 16),
            ("production", "08:30", 1),
            ("production", "09:00", 1),
            ("consumption", "09:10", 10),
        ]
        arrivals = ((0, 1, 2, 3, 4), (1, 4, 0, 2, 3), (0, 2, 3, 4, 1), (0, 4, 1, 2, 3))
        found = [self._told_in_parts(rows, arrival) for arrival in arrivals]
        self.assertEqual(found, [found[0]] * 4)
        self.assertEqual(found[0][:3], ({"done"}, 4, 9974))
        self.assertProven()

    def _told_in_parts(self, rows, arrival):
        """What becomes of an order of three pieces of which is told in that order.

        :return: ``(states of its parts, not reported, left on the coil, ledger)``
        """
        coil = self._coil("COIL-P" + "".join(map(str, arrival)), 10000)
        order, before = self._order(self.cable, 3), self._wire_ledger()
        name = order.name
        for place in arrival:
            kind, hour, quantity = rows[place]
            values = {"hu": coil.name} if kind == "consumption" else {}
            moment = f"2026-03-02T{hour}:00Z"
            values |= {"order": name, "event_time": moment, "quantity": quantity}
            self.assertState(self._report(kind, **values), "done")
        parts = order.production_group_id.production_ids
        errors = parts.backflush_error_ids.filtered(lambda e: e._is_open())
        posted = {
            name: round(amount - before.get(name, 0.0), 2)
            for name, amount in self._wire_ledger().items()
        }
        return (
            set(parts.mapped("state")),
            sum(errors.mapped("quantity_open")),
            self._left(coil),
            {name: amount for name, amount in posted.items() if amount},
        )

    def _wire_ledger(self):
        """``{account: amount}`` of the wire."""
        rows = self.env["backflush.posting.line"]._read_group(
            [("product_id", "=", self.wire.id)], ["account_id"], ["amount:sum"]
        )
        return {account.name: amount for account, amount in rows}

    def test_a_coil_is_mounted_used_emptied_and_that_is_taken_back(self):
        coil, order = self.coil, self._order(self.cable, 100)
        for kind, values in (
            ("hu_mount", {"workcenter": "SAW-1"}),
            ("consumption", {"order": order, "quantity": 1000, "workcenter": "SAW-1"}),
        ):
            self.assertState(self._report(kind, hu=coil.name, **values), "done")
        self.assertEqual(coil.backflush_workcenter_id, self.saw)
        self.assertEqual(self._left(coil), 9000)
        empty = self._report_empty(coil, "short_supply")
        back = self._report("hu_empty", hu=coil.name, reverses=empty.external_id)
        self.assertState(back, "done")
        self.assertEqual(self._left(coil), 9000)
        self.assertEqual(coil.backflush_workcenter_id, self.saw)
        for kind in ("hu_unmount", "hu_return"):
            self.assertState(self._report(kind, hu=coil.name), "done")
        self.assertFalse(coil.backflush_workcenter_id)
        self.assertState(self._report(order=order, quantity=100), "done")
        self.assertFalse(order.backflush_error_ids.filtered(lambda e: e._is_open()))
        self.assertProven()

    def test_use_beyond_what_the_coil_holds_and_after_it_is_empty(self):
        order = self._order(self.cable, 1000)
        much = self._report(
            "consumption", hu=self.coil.name, order=order, quantity=10200
        )
        self.assertState(much, "done")
        self.assertEqual(much.error_ids.quantity_open, 200)
        self._report_empty(self.coil, "unknown")
        late = self._report(
            "consumption",
            **{"hu": self.coil.name, "order": order, "quantity": 5},
            event_time="2026-03-02T11:00:00Z",
        )
        self.assertState(late, "done")
        self.assertEqual(late.error_ids.cause, "handling_unit_empty")
        self.assertEqual(self._left(self.coil), 0)
        unknown = self._report(
            *("hu_empty",), hu="COIL-9", reason="unknown", sequence_number=1
        )
        self.assertState(unknown, "failed", "unknown_reference")
        self.assertProven()

    def test_a_unit_is_found_by_whatever_its_label_reads_as(self):
        number = "340123451234567895"
        coil = self._coil(number, 100)
        order = self._order(self.cable, 10)
        mounted = self._report("hu_mount", hu=f"]C100{number}", workcenter="SAW-1")
        self.assertState(mounted, "done")
        self.assertEqual(coil.backflush_workcenter_id, self.saw)
        used = self._report("consumption", hu=f"00{number}", order=order, quantity=60)
        self.assertState(used, "done")
        self.assertEqual(used.stream_id, mounted.stream_id, "one after the other")
        self.assertEqual(used.payload["hu"], f"00{number}", "kept as it was sent")
        self.assertEqual(self._left(coil), 40)
        # Two units of which one carries what the other one reads as.
        self._coil(f"00{number}", 10)
        either = self._report("hu_unmount", hu=f"00{number}")
        self.assertState(either, "failed", "unknown_reference")
        self.assertIn("2 records could be meant by handling unit", either.reason)

    def test_what_is_made_goes_into_one_unit_however_it_was_scanned(self):
        number = "106141412345678908"
        order = self._order(self.cable, 4).name
        for scan in (f"(00){number}", number, f"00{number}"):
            made = self._report(order=order, quantity=1, hu=scan)
            self.assertState(made, "done")
        units = self.env["stock.package"].search([("name", "like", number)])
        self.assertEqual(units.mapped("name"), [number])
        self.assertEqual(self._left(units), 3)

    def test_a_work_center_that_is_named_is_where_the_unit_was(self):
        hu, press = self.coil.name, self._workcenter("Press", 60, code="PRESS-1")
        for kind, values in (
            ("hu_unmount", {}),
            ("hu_return", {}),
            ("hu_empty", {"reason": "unknown", "sequence_number": 2}),
        ):
            with self.subTest(kind=kind):
                coil = self._coil(f"COIL {kind}", 100)
                first = {"sequence_number": 1} if "sequence_number" in values else {}
                mounted = self._report(
                    "hu_mount", hu=coil.name, workcenter="SAW-1", **first
                )
                self.assertState(mounted, "done")
                values = {"hu": coil.name, **values}
                report = self._report(kind, workcenter="NOWHERE", **values)
                self.assertState(report, "failed", "unknown_reference")
                report = self._correct(report, workcenter="PRESS-1")
                self.assertState(report, "failed", "other")
                self.assertIn(
                    "was not mounted on Press then, but on Saw", report.reason
                )
                self.assertEqual(coil.backflush_workcenter_id, self.saw)
                self.assertState(self._correct(report, workcenter="SAW-1"), "done")
                self.assertFalse(coil.backflush_workcenter_id)
        # At the time that it is about, not now.
        for center, hour in (("SAW-1", 8), ("PRESS-1", 9)):
            moment = f"2026-03-02T0{hour}:00:00Z"
            self._report("hu_mount", hu=hu, workcenter=center, event_time=moment)
        late = self._report(
            *("hu_unmount",),
            hu=hu,
            workcenter="SAW-1",
            event_time="2026-03-02T08:30:00Z",
        )
        self.assertState(late, "done")
        self.assertEqual(self.coil.backflush_workcenter_id, press)

    def test_use_of_a_unit_that_nobody_knows_is_an_error_record_or_from_loose_stock(
        self,
    ):
        with freeze_time("2026-03-02 07:00:00"):
            self._stock(self.wire, 70, self.line_side)
        order = self._order(self.cable, 10)
        used = {"order": order.name, "quantity": 60, "hu": "COIL-9"}
        for policy in (False, "part", "all"):
            with self.subTest(policy=policy):
                self.company.backflush_unit_shortage = policy
                message = self._report(
                    *("consumption",), product="WIRE", **(used | {"hu": f"C {policy}"})
                )
                self.assertState(message, "failed", "unknown_reference")
        self.company.backflush_unit_shortage = "loose"
        nameless = self._report("consumption", **(used | {"hu": "C nameless"}))
        self.assertState(nameless, "failed", "unknown_reference")
        message = self._report("consumption", product="WIRE", **used)
        self.assertState(message, "done")
        said = order.message_ids.filtered(lambda m: "COIL-9" in m.body)
        self.assertIn("which nobody knows", said.body)
        self.assertIn(message.external_id, said.body)
        back = self._report("consumption", hu="COIL-9", reverses=message.external_id)
        self.assertState(back, "done")
        self.assertState(self._report("consumption", product="WIRE", **used), "done")
        self.assertState(self._report(order=order.name, quantity=10), "done")
        self.assertEqual(self._on_hand(self.wire), 10)
        errors = order.backflush_error_ids.filtered(lambda e: e.product_id == self.wire)
        self.assertEqual(sum(errors.mapped("quantity_open")), 40)
        self.assertProven()

    def test_a_mounting_names_the_position(self):
        mounted = self._report(
            "hu_mount", hu=self.coil.name, workcenter="SAW-1", position="A"
        )
        self.assertState(mounted, "done")
        self.assertEqual(self.coil.backflush_position, "A")
        second = self._coil("COIL-2", 10)
        taken = self._report(
            "hu_mount", hu=second.name, workcenter="SAW-1", position="A"
        )
        self.assertState(taken, "failed", "other")
        self.assertIn("Position A of Saw holds COIL-1", taken.reason)
        self.assertState(self._correct(taken, position="B"), "done")
        self.assertEqual(second.backflush_position, "B")
        (answer,) = self._submit(
            self._message("hu_unmount", hu=self.coil.name, position="A")
        )
        self.assertEqual(answer["code"], "foreign_key")

    def _correct(self, message, **values):
        """What a supervisor sends instead of a message that failed."""
        ids = self._as(self.supervisor, message).action_resubmit(values)
        self._process()
        return message.browse(ids)
