from itertools import permutations

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon
from .message_common import MessageCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestHandlingUnitLots(HandlingUnitCommon, MessageCommon):
    """A unit with two lots: what is named is what is issued."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cable.default_code, cls.wire.default_code = "CABLE", "WIRE"
        cls.wire.tracking = "lot"
        cls.first, cls.second = (
            cls.env["stock.lot"].create({"name": name, "product_id": cls.wire.id})
            for name in ("L1", "L2")
        )

    def _reel(self, name):
        """5 m of each lot; L2 was put in first."""
        reel = self.env["stock.package"].create({"name": name})
        for hour, lot in ((7, self.second), (8, self.first)):
            with freeze_time(f"2026-03-01 0{hour}:00:00"):
                self._stock(
                    *(self.wire, 5, self.store), package_id=reel.id, lot_id=lot.id
                )
        return reel

    def _held(self, reel):
        quants = reel._backflush_stock()
        return {
            lot.name: sum(q.mapped("quantity"))
            for lot, q in quants.grouped("lot_id").items()
        }

    def _issued(self, log):
        """``{lot: quantity}`` that a report has taken out of its unit."""
        lots = self.first + self.second
        taken = {lot.name: log._taken_of_lot(self.wire, lot) for lot in lots}
        return {name: number for name, number in taken.items() if number}

    def test_the_lot_that_is_named_is_issued_and_no_other_one(self):
        reel, order = self._reel("REEL"), self._order(self.cable, 2)
        log = self._use(reel, 3, order, lot_id=self.first.id)
        self.assertEqual(log.lot_id, self.first)
        self.assertEqual(self._held(reel), {"L2": 5, "L1": 2})
        log = self._use(reel, 4, order, lot_id=self.first.id)
        self.assertEqual(self._held(reel), {"L2": 5})
        self.assertRecordValues(
            log.confirmation_id.error_ids,
            [
                {
                    "cause": "handling_unit_empty",
                    "lot_id": self.first.id,
                    "quantity_open": 2,
                }
            ],
        )
        # What L1 lacks is no claim on L2.
        self._use(reel, 5, order)
        self.assertFalse(self._held(reel))
        self.assertProven()

    def test_what_is_missing_of_a_lot_stays_out_of_the_residue_of_the_others(self):
        reel, order = self._reel("REEL"), self._order(self.cable, 2)
        self._use(reel, 7, order, lot_id=self.second.id)
        empty = self._empty(reel)
        self.assertEqual(empty.residue_quantity, 5)
        self.assertFalse(self._held(reel))
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)
        self.assertProven()

    def test_loose_stock_of_another_lot_is_left_alone(self):
        self.company.backflush_unit_shortage = "loose"
        reel, order = self._reel("REEL"), self._order(self.cable, 2)
        for lot, quantity in ((self.first, 1), (self.second, 8)):
            self._stock(self.wire, quantity, self.store, lot_id=lot.id)
        self._use(reel, 7, order, lot_id=self.first.id)
        self.assertEqual(order.backflush_error_ids.quantity_open, 1)
        self.assertEqual(self._on_hand(self.wire, self.store) - 10000, 13)
        self.assertProven()

    def test_lots_that_are_named_do_not_depend_on_the_order_of_arrival(self):
        order = self._order(self.cable, 2)
        story = [(3, None), (5, self.second), (2, self.second)]
        for number, places in enumerate(permutations(range(3))):
            with self.subTest(places=places):
                reel, logs = self._reel(f"REEL-{number}"), {}
                for place in places:
                    quantity, lot = story[place]
                    logs[place] = self._use(
                        *(reel, quantity, order),
                        event_time=f"2026-03-02 0{place + 7}:00:00",
                        **({"lot_id": lot.id} if lot else {}),
                    )
                self.assertEqual(
                    [self._issued(logs[place]) for place in range(3)],
                    [{"L1": 3}, {"L2": 5}, {}],
                )
                self.assertEqual(self._held(reel), {"L1": 2})
                missing = logs[2].confirmation_id.error_ids
                self.assertEqual(missing.mapped("quantity_open"), [2])
                self.assertEqual(missing.lot_id, self.second)
        self.assertProven()

    def test_a_late_report_of_a_lot_takes_it_back_from_the_residue(self):
        reel, order = self._reel("REEL"), self._order(self.cable, 2)
        empty = self._empty(reel, event_time="2026-03-02 11:00:00")
        self.assertEqual(empty.residue_quantity, 10)
        late = self._use(
            *(reel, 4, order), lot_id=self.first.id, event_time="2026-03-02 08:00:00"
        )
        self.assertEqual(self._issued(late), {"L1": 4})
        self.assertEqual(empty.residue_quantity, 6)
        self.assertFalse(self._held(reel))
        self.assertProven()

    def test_a_lot_is_one_that_is_there_and_of_what_was_used(self):
        reel, order = self._reel("REEL"), self._order(self.cable, 2)
        other = self.env["stock.lot"].create({"name": "P", "product_id": self.plug.id})
        with self.assertRaisesRegex(
            UserError, "P is a lot of Plug, not of .WIRE. Wire"
        ):
            self._use(reel, 1, order, lot_id=other.id)
        with self.assertRaisesRegex(UserError, "no lot with the number 999999999"):
            self._use(reel, 1, order, lot_id=999999999)

    def test_a_message_names_the_lot_and_one_that_nobody_knows_is_refused(self):
        reel, order = self._reel("REEL"), self._order(self.cable, 2)
        used = {"order": order, "quantity": 3, "hu": "REEL"}
        self.assertState(self._report("consumption", lot="L1", **used), "done")
        self.assertEqual(self._held(reel), {"L2": 5, "L1": 2})
        unknown = self._report("consumption", lot="L9", **used)
        self.assertState(unknown, "failed", "unknown_reference")
        self.assertEqual(self._held(reel), {"L2": 5, "L1": 2})
