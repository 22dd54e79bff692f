from freezegun import freeze_time

from odoo.tests import tagged

from .deviation_common import DeviationCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviationAtOperations(DeviationCommon):
    """Components that their operation issues deviate with its report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.flush_method = "operation"
        cls.oven = cls._workcenter("Oven", 60)
        cls.a = cls._product("A", 4.0)
        cls.b = cls._product("B", 5.0)
        cls.b.product_tmpl_id.write(
            {
                "flush_method": "completion",
                "property_backflush_location_id": cls.line_side.id,
            }
        )
        cls.mix = cls._product("Mix", 40.0)
        bom = cls._bom(cls.mix, [(cls.a, 10)], [(cls.oven, 1)])
        bom.bom_line_ids.operation_id = bom.operation_ids

    def setUp(self):
        super().setUp()
        self._put(self.a, 1000, self.store)
        self._put(self.b, 1000)

    def _finish(self, order, quantity):
        workorder = order.workorder_ids.with_user(self.operator)
        workorder.button_start()
        workorder.qty_produced = quantity
        workorder.button_finish()

    def test_scrap_is_issued_with_the_operation(self):
        order = self._order(self.mix, 10)
        scrap = self._record(order, "scrap", self.a, 3)
        self._finish(order, 10)
        self.assertEqual(self._on_hand(self.a, self.store), 897)
        self.assertLine(order, self.a, 100, 3, 3)
        self.assertEqual(scrap.state, "closed")
        self._complete(order)
        self.assertEqual(self._on_hand(self.a, self.store), 897)
        self.assertFalse(
            any(
                order.backflush_confirmation_ids.line_ids.mapped(
                    "undocumented_quantity"
                )
            )
        )

    def test_scrap_after_the_operation_is_issued_with_the_completion(self):
        order = self._order(self.mix, 10)
        self._finish(order, 10)
        scrap = self._record(order, "scrap", self.a, 3)
        self._complete(order)
        self.assertEqual(self._on_hand(self.a, self.store), 897)
        self.assertEqual(scrap.quantity_used, 3)

    def test_the_substitute_is_issued_where_the_component_would_be(self):
        deviation = self._substitution(self.a, self.b, workcenter_id=self.oven.id)
        order = self._order(self.mix, 10)
        line = self._apply(deviation, order, 30)
        self.assertEqual(line.flush_method, "operation")
        self.assertEqual(line.location_id, self.line_side)
        self._finish(order, 10)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertLine(order, self.b, 0, 30, 30)
        self.assertEqual(self._on_hand(self.b), 970)
        self.assertEqual((deviation.quantity_used, deviation.quantity_planned), (30, 0))
        self._complete(order)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.a, self.store), 930)

    def test_a_strict_bill_of_materials_accepts_what_operations_documented(self):
        self.mix.bom_ids.consumption = "strict"
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self._record(order, "scrap", self.a, 3)
        self._finish(order, 10)
        mine = order.with_user(self.operator).with_context(skip_redirection=True)
        mine.qty_producing = 10
        mine.set_qty_producing()
        self.assertIs(mine.button_mark_done(), True)
        self.assertEqual(order.state, "done")
