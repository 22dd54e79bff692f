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
