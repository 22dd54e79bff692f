from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon
from .message_common import MessageCommon

#: When stock was counted that is used later.
BEFORE = "2026-03-02 06:00:00"
PRODUCED = ("production", "08:30", 1)
#: Three pieces of 10 m, received one by one, and what machines say was used.
SHIFT = [
    ("consumption", "08:00", 24),
    PRODUCED,
    PRODUCED,
    ("consumption", "09:10", 4),
    PRODUCED,
]


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMessageUnnamed(HandlingUnitCommon, MessageCommon):
    """Use of what is consumed as reported, where the message names no unit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wire.default_code = "WIRE"
        with freeze_time(BEFORE):
            cls.bin = cls._coil("BIN", 50, cls.line_side)
            cls.coil.mount(cls.saw.id)

    def _fill(self, quantity):
        with freeze_time(BEFORE):
            self._stock(self.wire, quantity, self.line_side)

    def _use(self, order, quantity, **values):
        return self._report(
            *("consumption",),
            **{"order": order, "product": "WIRE", "quantity": quantity, **values},
        )

    def _waiting(self, order):
        """``[(cause, open quantity)]`` of all parts of an order."""
        errors = order.production_group_id.production_ids.backflush_error_ids
        waiting = errors.filtered(lambda e: e._is_open()).sorted("id")
        return [(error.cause, error.quantity_open) for error in waiting]

    def _ledger(self):
        rows = self.env["backflush.posting.line"]._read_group(
            [("product_id", "=", self.wire.id)], ["account_id"], ["amount:sum"]
        )
        return {account.name: amount for account, amount in rows}

    def test_it_is_issued_at_once_from_what_nobody_mounted(self):
        self._fill(30)
        order = self._order(self.cable, 6)
        used = self._use(order, 60)
        self.assertState(used, "done")
        self.assertEqual(self._left(self.coil), 10000, "it is mounted")
        self.assertEqual(self._on_hand(self.wire, self.line_side) - 10000, 20)
        self.assertEqual(used.confirmation_ids.trigger, "reported")
        self.assertState(self._report(order=order, quantity=6), "done")
        self.assertEqual(self._waiting(order), [])
        self.assertProven()

    def test_the_order_of_arrival_changes_nothing(self):
        found = []
        for arrival in ((0, 1, 2, 3, 4), (1, 2, 4, 0, 3), (3, 1, 0, 2, 4)):
            self._fill(100)
            order, before = self._order(self.cable, 3), self._ledger()
            name, there = order.name, self._on_hand(self.wire)
            for place in arrival:
                kind, hour, quantity = SHIFT[place]
                values = {"event_time": f"2026-03-02T{hour}:00Z", "quantity": quantity}
                if kind == "consumption":
                    values["product"] = "WIRE"
                message = self._report(kind, order=name, **values)
                self.assertState(message, "done")
            posted = {
                name: round(amount - before.get(name, 0.0), 2)
                for name, amount in self._ledger().items()
            }
            found.append(
                (
                    self._waiting(order),
                    there - self._on_hand(self.wire),
                    {name: amount for name, amount in posted.items() if amount},
                )
            )
        self.assertEqual(found, [found[0]] * 3)
        self.assertEqual(found[0][:2], ([("not_reported", 2)], 28))
        self.assertProven()

    def test_what_is_not_there_waits_for_stock(self):
        """50 m lie in the bin; 70 are used, before and after the completion."""
        order = self._order(self.cable, 7)
        self.assertState(self._use(order, 40), "done")
        self.assertState(self._report(order=order, quantity=7), "done")
        self.assertEqual(self._waiting(order), [("not_reported", 30)])
        self.assertState(self._use(order, 30), "done")
        self.assertEqual(self._waiting(order), [("insufficient_stock", 20)])
        self.assertEqual(self._left(self.coil), 10000)
        self.assertProven()
        self._fill(100)
        waiting = order.backflush_error_ids.filtered(lambda e: e._is_open())
        self._as(self.supervisor, waiting).action_retry()
        self.assertEqual(self._waiting(order), [])
        self.assertEqual(self._on_hand(self.wire) - 10000, 80)
        self.assertProven()

    def test_it_comes_back_when_it_is_taken_back(self):
        order = self._order(self.cable, 5)
        used = self._use(order, 40)
        back = self._use(order, 40, reverses=used.external_id)
        self.assertState(back, "done")
        self.assertEqual(self._left(self.bin), 50)
        self.assertState(self._use(order, 50), "done")
        self.assertState(self._report(order=order, quantity=5), "done")
        self.assertEqual(self._waiting(order), [])
        self.assertProven()

    def test_it_is_converted_and_less_than_nothing_is_refused(self):
        # Odoo hides what few use.
        self.env.ref("uom.product_uom_km").active = True
        order = self._order(self.cable, 3)
        self.assertState(self._use(order, 0.03, uom="km"), "done")
        self.assertEqual(self._left(self.bin), 20)
        for values, told in (
            ({"uom": "kg"}, "cannot be converted into m"),
            ({"quantity": 0.000001}, "less than can be"),
            ({"quantity": 0.000004, "uom": "km"}, "less than can be"),
        ):
            with self.subTest(**values):
                other = self._order(self.cable, 3)
                refused = self._use(other, **{"quantity": 3, **values})
                self.assertEqual(refused.state, "failed")
                self.assertIn(told, refused.reason)
        self.assertEqual(self._left(self.bin), 20)

    def test_a_lot_that_is_named_is_used_and_no_other(self):
        self.plug.write(
            {"default_code": "PLUG", "flush_method": "reported", "tracking": "lot"}
        )
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.plug.id} for name in ("OLD", "NEW")]
        )
        with freeze_time(BEFORE):
            for lot in lots:
                self._stock(self.plug, 5, self.store, lot_id=lot.id)
        order = self._order(self.cable, 4)
        used = self._use(order, 7, product="PLUG", lot="NEW")
        self.assertState(used, "done")
        self.assertEqual(lots.mapped("product_qty"), [5, 0])
        waiting = used.confirmation_ids.error_ids
        self.assertEqual((waiting.lot_id.name, waiting.quantity_open), ("NEW", 2))
        self.assertProven()

    def test_without_a_shortage_profile_all_is_issued_as_odoo_does(self):
        self.company.shortage_profile = False
        order = self._order(self.cable, 7)
        self.assertState(self._use(order, 70), "done")
        self.assertEqual(self._left(self.coil), 10000)
        self.assertEqual(self._on_hand(self.wire) - 10000, -20)
        self.assertFalse(order.backflush_error_ids)

    def test_the_component_of_the_named_operation_decides(self):
        """Sawing is backflushed 6 m of it; the 10 m of winding are reported."""
        line = {"product_id": self.wire.id, "product_qty": 6}
        operation = self.bom.operation_ids
        line |= {"operation_id": operation.id, "flush_method": "completion"}
        winding = {"name": "Winding", "workcenter_id": self.saw.id}
        self.bom.operation_ids = [Command.create(winding)]
        reported = self.bom.bom_line_ids.filtered(
            lambda own: own.product_id == self.wire
        )
        reported.operation_id = self.bom.operation_ids - operation
        self.bom.bom_line_ids = [Command.create(line)]
        order = self._order(self.cable, 2)
        refused = self._use(order, 12, operation=operation.name)
        self.assertState(refused, "failed", "invalid_message")
        self.assertEqual(self._left(self.bin), 50)

    def test_a_part_waits_for_each_component_line_by_itself(self):
        """10 m and 4 m; of the first 12 m are told after one of two pieces."""
        first = self.bom.bom_line_ids.filtered(lambda one: one.product_id == self.wire)
        first.operation_id = self.bom.operation_ids
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.wire.id, "product_qty": 4})
        ]
        found = []
        for arrival in ((0, 1, 2), (1, 0, 2), (1, 2, 0)):
            self._fill(50)
            order = self._order(self.cable, 2)
            name = order.name
            for place in arrival:
                if place:
                    message = self._report(order=name, quantity=1)
                else:
                    where = first.operation_id.name
                    message = self._use(name, 12, operation=where)
                self.assertState(message, "done")
            found.append(sum(waiting for _cause, waiting in self._waiting(order)))
        self.assertEqual(found, [16, 16, 16])
        self.assertProven()

    def test_a_part_that_was_made_is_told_of_when_the_rest_is_cancelled(self):
        order = self._order(self.cable, 3)
        name = order.name
        self.assertState(self._report(order=name, quantity=1), "done")
        parts = order.production_group_id.production_ids
        (parts - order).sudo().action_cancel()
        self.assertEqual(self._waiting(order), [("not_reported", 10)])
        self.assertState(self._use(name, 10), "done")
        self.assertEqual(self._waiting(order), [])
        self.assertProven()
