from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOrdersUnits(OrdersCommon):
    """Dozens and pieces, metres and centimetres; metres and kilograms never."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metre = cls.env.ref("uom.product_uom_meter")
        cls.cm = cls.env.ref("uom.product_uom_cm")
        cls.kg = cls.env.ref("uom.product_uom_kgm")
        cls.cable = cls._product("Cable", 2.0, cls.material, uom_id=cls.metre.id)
        cls.lamp = cls._product("Lamp", 0.0, cls.finished)
        cls.lamp_bom = cls._bom(cls.lamp, [(cls.cable, 250), (cls.cell, 1)])
        cls.lamp_bom.bom_line_ids[0].product_uom_id = cls.cm
        cls._release(cls.lamp)

    def test_an_order_in_dozens(self):
        self._stock_up(cells=200, bodies=0)
        order = self._order(self.battery, 2, product_uom_id=self.dozen.id)
        rest = self._report(order, 1, backorder=True)
        self.assertProven()
        self.assertIssued(order, (self.cell, 72, 0, 72, 0))
        self.assertEqual(self._on_hand(self.battery, self.store), 12)
        self._report(rest, 0.5)
        self.assertProven()
        self.assertIssued(rest, (self.cell, 36, 0, 36, 0))
        self.assertEqual(self._on_hand(self.battery, self.store), 18)
        self.assertBalances(conversion_allocated=-180.0, usage_variance=0.0)

    def test_a_bill_of_materials_per_dozen(self):
        box = self._product("Box", 0.0, self.material)
        self._bom(box, [(self.cell, 30)], product_uom_id=self.dozen.id)
        self._release(box)
        self._stock_up(cells=100, bodies=0)
        order = self._order(box, 6, product_uom_id=box.uom_id.id)
        self._report(order, 4)
        self.assertProven()
        self.assertIssued(order, (self.cell, 10, 0, 10, 0))
        self.assertBalances(usage_variance=0.0, standard_variance=0.0)

    def test_centimetres_of_what_is_kept_in_metres(self):
        self._buy(self.cable, 6, 2)
        self._buy(self.cell, 10, 10)
        order = self._order(self.lamp, 3)
        self._report(order, 3)
        self.assertProven()
        self.assertIssued(order, (self.cable, 7.5, 0, 6, 1.5), (self.cell, 3, 0, 3, 0))
        self.assertRecordValues(
            order.backflush_error_ids,
            [{"quantity_open": 1.5, "uom_id": self.metre.id}],
        )
        self.assertBalances(suspense=-3.0, usage_variance=0.0)
        self._buy(self.cable, 10, 2)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertEqual(self._on_hand(self.cable, self.store), 8.5)

    def test_components_reported_in_another_unit(self):
        self._buy(self.cable, 20, 2)
        self._buy(self.cell, 10, 10)
        order = self._order(self.lamp, 1)
        order.qty_producing = 1
        order.set_qty_producing()
        cable = order.move_raw_ids[0]
        cable.move_line_ids.write({"quantity": 3, "product_uom_id": self.metre.id})
        self.assertEqual(cable.quantity, 300)
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertProven()
        self.assertIssued(order, (self.cable, 2.5, 0.5, 3, 0), (self.cell, 1, 0, 1, 0))
        self.assertBalances(usage_variance=1.0)

    def test_metres_are_no_kilograms(self):
        self.lamp_bom.bom_line_ids[0].product_uom_id = self.kg
        with self.assertRaisesRegex(UserError, "Cable is kept in m .* in kg"):
            self._order(self.lamp, 1)

    def test_a_unit_that_changed_after_confirmation_is_refused_too(self):
        self._buy(self.cable, 20, 2)
        order = self._order(self.lamp, 1)
        order.move_raw_ids[0].product_uom = self.kg
        with self.assertRaisesRegex(UserError, "Cable is kept in m .* in kg"):
            order.with_user(self.operator).button_mark_done()

    def test_a_product_in_another_unit_is_refused(self):
        with self.assertRaisesRegex(UserError, "Battery is kept in Units .* in kg"):
            self._order(self.battery, 1, product_uom_id=self.kg.id)

    # -- kits ------------------------------------------------------------------------

    def _harness(self):
        """Two harnesses are made of 3 cells and 100 cm of cable."""
        harness = self._product("Harness", 0.0, self.material)
        bom = self._bom(
            harness, [(self.cell, 3), (self.cable, 100)], product_qty=2, type="phantom"
        )
        bom.bom_line_ids[1].product_uom_id = self.cm
        return harness

    def test_a_kit_inside_a_bill_of_materials(self):
        harness = self._harness()
        robot = self._product("Robot", 0.0, self.finished)
        self._bom(robot, [(harness, 1), (self.body, 1)])
        self._release(robot)
        self._stock_up()
        self._buy(self.cable, 20, 2)
        order = self._order(robot, 4)
        self.assertNotIn(harness, order.move_raw_ids.product_id)
        rest = self._report(order, 2, backorder=True)
        self.assertProven()
        self.assertEqual(
            {line.product_id: line.issued_quantity for line in self._lines(order)},
            {self.cell: 3, self.cable: 1, self.body: 2},
        )
        self._report(rest, 2)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 94)
        self.assertBalances(usage_variance=0.0, standard_variance=0.0)

    def test_half_a_kit(self):
        harness = self._harness()
        robot = self._product("Robot", 0.0, self.finished)
        self._bom(robot, [(harness, 0.5)])
        self._release(robot)
        self._stock_up()
        self._buy(self.cable, 20, 2)
        order = self._order(robot, 4)
        self._report(order, 4)
        self.assertProven()
        self.assertIssued(order, (self.cell, 3, 0, 3, 0), (self.cable, 1, 0, 1, 0))
        self.assertBalances(usage_variance=0.0, standard_variance=0.0)

    def test_a_kit_added_by_hand_is_what_it_is_made_of(self):
        harness = self._harness()
        self._stock_up()
        self._buy(self.cable, 20, 2)
        order = self._order(self.battery, 1)
        self._add(order, harness, 2)
        self.assertEqual(order.move_raw_ids.product_id, self.cell | self.cable)
        self.assertEqual(set(order.move_raw_ids.mapped("flush_method")), {"completion"})
        self._report(order, 1)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cable, self.store), 19)
        self.assertEqual(self._on_hand(self.cell, self.store), 91)
