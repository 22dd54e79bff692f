from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestUnbuildLots(OrdersCommon):
    """Repeated unbuilds undo of each lot what the order did with it, and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.backflush_lot_picking = "fifo"
        cls.resin = cls._product("Resin", 2.0, cls.material, tracking="lot")
        cls.motor = cls._product("Motor", 50.0, cls.material, tracking="serial")
        cls.panel = cls._product("Panel", 0.0, cls.finished)
        cls.drive = cls._product("Drive", 0.0, cls.finished)
        cls.panel_bom = cls._bom(cls.panel, [(cls.resin, 10)], [(cls.station, 6)])
        cls._bom(cls.drive, [(cls.motor, 1)])
        cls._release(cls.panel, cls.drive)

    def _lot(self, product, name, quantity):
        lot = self.env["stock.lot"].create({"name": name, "product_id": product.id})
        self._count_stock(
            product, quantity, self.store, self._before_open(product), lot_id=lot.id
        )
        return lot

    def _there(self, lot):
        quants = lot.quant_ids.filtered(lambda q: q.location_id.usage == "internal")
        return sum(quants.mapped("quantity"))

    def test_lots_of_an_order(self):
        first = self._lot(self.resin, "A", 15)
        second = self._lot(self.resin, "B", 15)
        order = self._produce(self.panel, 3)
        self.assertEqual((self._there(first), self._there(second)), (0, 0))
        for expected in ((0, 10), (5, 15), (15, 15)):
            self._unbuild(order, 1)
            self.assertProven()
            self.assertEqual((self._there(first), self._there(second)), expected)
        self.assertEqual(self._lines(order).issued_quantity, 0)

    def test_serial_numbers_of_an_order(self):
        serials = [self._lot(self.motor, f"S{i}", 1) for i in range(3)]
        order = self._produce(self.drive, 3)
        for back in (1, 2, 3):
            self._unbuild(order, 1)
            self.assertProven()
            there = [self._there(serial) for serial in serials]
            self.assertEqual(sorted(there), [0] * (3 - back) + [1] * back)

    def test_reversals_after_an_unbuild(self):
        first = self._lot(self.resin, "A", 15)
        second = self._lot(self.resin, "B", 15)
        order = self._produce(self.panel, 3)
        self._unbuild(order, 1)
        confirmation = order.backflush_confirmation_ids.with_user(self.supervisor)
        confirmation.action_reverse("wrong", reopen=False)
        self.assertProven()
        self.assertEqual((self._there(first), self._there(second)), (15, 15))

    def test_what_was_worked_off_later_comes_back_with_its_lot(self):
        first = self._lot(self.resin, "A", 15)
        order = self._produce(self.panel, 3)
        second = self._lot(self.resin, "B", 15)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertEqual((self._there(first), self._there(second)), (0, 0))
        for _again in range(3):
            self._unbuild(order, 1)
            self.assertProven()
            self.assertLessEqual(self._there(first), 15)
            self.assertLessEqual(self._there(second), 15)
        self.assertEqual((self._there(first), self._there(second)), (15, 15))

    def _beside(self, tracking):
        """Panels with two chips of a by-product each that has lots or numbers."""
        chip = self._product("Chip", 1.0, self.material, tracking=tracking)
        self.panel_bom.byproduct_ids = [
            Command.create({"product_id": chip.id, "product_qty": 2})
        ]
        self._release(self.panel)
        self._lot(self.resin, "A", 100)
        return chip

    def _make_beside(self, chip, panels, lots):
        """Panels reported with what each lot of the by-product holds."""
        order = self._as(self.operator, self._order(self.panel, panels))
        order.qty_producing = panels
        order.set_qty_producing()
        order.move_byproduct_ids.move_line_ids.unlink()
        order.move_byproduct_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": chip.id,
                    "lot_id": self.env["stock.lot"]
                    .create({"name": name, "product_id": chip.id})
                    .id,
                    "quantity": quantity,
                }
            )
            for name, quantity in lots
        ]
        order.move_byproduct_ids.picked = True
        order.with_context(skip_consumption=True, skip_redirection=True)
        self.assertIs(order.button_mark_done(), True)
        return order.with_env(self.env), order.move_byproduct_ids.lot_ids.with_env(
            self.env
        )

    def test_lots_of_a_byproduct(self):
        chip = self._beside("lot")
        order, lots = self._make_beside(chip, 3, [("K", 3), ("L", 3)])
        self.assertProven()
        for left in (4, 2, 0):
            self._unbuild(order, 1)
            self.assertProven()
            there = [self._there(lot) for lot in lots]
            self.assertEqual(sum(there), left)
            self.assertGreaterEqual(min(there), 0)

    def test_serial_numbers_of_a_byproduct(self):
        chip = self._beside("serial")
        order, numbers = self._make_beside(chip, 2, [(f"N{i}", 1) for i in range(4)])
        for left in (2, 0):
            self._unbuild(order, 1)
            self.assertProven()
            there = [self._there(number) for number in numbers]
            self.assertEqual(sorted(there), [0] * (4 - left) + [1] * left)

    def test_a_reversal_takes_back_what_unbuilds_left_of_a_byproduct(self):
        chip = self._beside("lot")
        order, lots = self._make_beside(chip, 3, [("K", 3), ("L", 3)])
        self._unbuild(order, 1)
        confirmation = order.backflush_confirmation_ids.with_user(self.supervisor)
        confirmation.action_reverse("wrong", reopen=False)
        self.assertProven()
        self.assertEqual([self._there(lot) for lot in lots], [0, 0])

    def test_a_part_that_is_rounded_up_brings_back_what_is_left(self):
        """Half of a serial number each time: the second has nothing more to bring."""
        serial = self._lot(self.motor, "S", 1)
        bom = self.drive.bom_ids
        bom.product_qty = 2
        self._release(self.drive)
        order = self._produce(self.drive, 2)
        self.assertEqual(self._there(serial), 0)
        for _again in range(2):
            self._unbuild(order, 1)
            self.assertLessEqual(self._there(serial), 1)
        self.assertProven()

    def test_parts_of_a_report_that_two_orders_share(self):
        self.company.flush_method = "operation"
        first = self._lot(self.resin, "A", 15)
        second = self._lot(self.resin, "B", 15)
        order = self._order(self.panel, 3).with_user(self.operator)
        order.qty_producing = 3
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assertEqual((self._there(first), self._there(second)), (0, 0))
        rest = self._report(order.sudo(), 1, backorder=True)
        self.assertProven()
        self._report(rest, 2)
        self.assertProven()
        for made, quantity in ((rest, 1), (order.sudo(), 1), (rest, 1)):
            self._unbuild(made, quantity)
            self.assertProven()
            self.assertLessEqual(self._there(first), 15)
            self.assertLessEqual(self._there(second), 15)
        self.assertEqual((self._there(first), self._there(second)), (15, 15))
