from freezegun import freeze_time

from odoo.tests import tagged

from .deviation_common import DeviationCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviationEarly(DeviationCommon):
    """Deviations of components that their operation issues."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        raw = cls._category("Raw", "material")
        finished = cls._category("Finished", "finished")
        cls.policy = cls._policy()
        (raw | finished).property_backflush_policy_id = cls.policy
        cls.a = cls._product("A", 4.0, raw)
        cls.b = cls._product("B", 5.0, raw)
        cls.mix = cls._product("Mix", 0.0, finished)
        workcenter = cls._workcenter("Mixer", 60)
        bom = cls._bom(cls.mix, [(cls.a, 10)], [(workcenter, 2)])
        bom.bom_line_ids.write(
            {"operation_id": bom.operation_ids.id, "flush_method": "operation"}
        )
        costs = cls.env["backflush.standard.cost"].with_user(cls.accountant)
        costs.browse(costs.action_roll_up(cls.mix.ids)).action_release()

    def setUp(self):
        super().setUp()
        self._buy(self.a, 1000, 4.0)
        self._buy(self.b, 1000, 5.0)

    def test_a_substitute_leaves_at_its_operation_and_has_its_variance(self):
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b, quantity=40), order, 30)
        substitute = order.move_raw_ids.filtered(lambda m: m.product_id == self.b)
        substitute.flush_method = "operation"
        order.workorder_ids.with_user(self.operator).button_finish()
        self.assertEqual(self._on_hand(self.a, self.store), 930)
        self.assertEqual(self._on_hand(self.b, self.store), 970)
        self.assertProven()
        self._complete(order)
        self.assertBalances(substitution_variance=30.0, usage_variance=0.0)
        self.assertProven()

    def test_recorded_scrap_leaves_at_the_operation(self):
        order = self._order(self.mix, 10)
        self._record(order, "scrap", self.a, 3)
        order.workorder_ids.with_user(self.operator).button_finish()
        self.assertEqual(self._on_hand(self.a, self.store), 897)
        line = order.backflush_confirmation_ids.line_ids
        self.assertEqual((line.deviation_quantity, line.documented_quantity), (3, 3))
        self._complete(order)
        self.assertEqual(self._on_hand(self.a, self.store), 897)
        self.assertBalances(scrap_variance=12.0, usage_variance=0.0)
        self.assertProven()
