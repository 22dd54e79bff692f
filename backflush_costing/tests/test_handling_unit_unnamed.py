from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitUnnamed(HandlingUnitCommon):
    """Use that is typed on the order, without a unit."""

    def _enter(self, order, quantity, **vals):
        """Somebody types on the order what was used of the wire."""
        raw = order.move_raw_ids.filtered(lambda m: m.product_id == self.wire)
        if vals:
            line = {**raw._prepare_move_line_vals(quantity=0), "quantity": quantity}
            raw.move_line_ids = [Command.create({**line, **vals})]
        else:
            raw.quantity = quantity
        raw.picked = True
        return raw

    def test_what_names_no_unit_leaves_those_alone_that_are_mounted(self):
        pallet = self.env["stock.package"].create({"name": "PALLET"})
        inner = self._coil("INNER", 500)
        inner.parent_package_id = pallet
        self._mount(pallet)
        self._mount(self.coil)
        beside = self._coil("BESIDE", 100, self.line_side)
        self._stock(self.wire, 30, self.line_side)
        order = self._order(self.cable, 15)
        self._enter(order, 150)
        self._finish(order)
        self.assertEqual(self._left(self.coil), 10000)
        self.assertEqual(self._left(inner), 500)
        self.assertEqual(self._left(beside), 0, "it is on no work center")
        error = order.backflush_error_ids
        self.assertEqual(error.quantity_open, 20)
        supervisor = self._as(self.supervisor, error)
        supervisor.action_retry()
        supervisor.action_issue_from(self.line_side.id)
        self.assertEqual(self._left(self.coil), 10000)
        self.assertEqual(error.quantity_open, 20)
        self.assertProven()
        supervisor.action_issue_from(self.line_side.id, package_id=self.coil.id)
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._left(self.coil), 9980)
        self.assertProven()

    def test_what_was_reported_and_is_not_there_lacks_stock_not_a_report(self):
        """Of 150 m 120 were reported, 100 are there; the others nobody spoke of."""
        self._stock(self.wire, 100, self.line_side)
        self._stock(self.wire, 1000, self.store)
        order = self._order(self.cable, 15)
        self._enter(order, 120)
        self._finish(order)
        waiting = order.backflush_error_ids.sorted("cause")
        self.assertEqual(
            [(e.cause, e.quantity_open) for e in waiting],
            [("insufficient_stock", 20), ("not_reported", 30)],
        )
        self.assertProven()
        self._wind(500)
        self._as(self.supervisor, waiting).action_retry()
        self.assertEqual(waiting.mapped("state"), ["resolved", "open"])
        self.assertProven()

    def test_a_line_that_names_the_mounted_unit_is_issued_from_it(self):
        self._mount(self.coil)
        order = self._order(self.cable, 15)
        self._enter(order, 150, package_id=self.coil.id)
        self._finish(order)
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self._left(self.coil), 9850)
        self.assertProven()

    def test_what_is_backflushed_takes_of_what_is_mounted(self):
        self.wire.flush_method = "completion"
        self._mount(self.coil)
        order = self._order(self.cable, 15)
        self._finish(order)
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self._left(self.coil), 9850)
