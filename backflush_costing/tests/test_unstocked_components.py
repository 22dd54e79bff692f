from freezegun import freeze_time

from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestUnstockedComponents(BackflushCommon):
    """Components that are not kept in stock, at reporting points: quantities alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "operation", "shortage_profile": "park"})
        cls.parts = cls._category("Parts")
        cls.goods = cls._category("Goods")
        cls.tube = cls._product("Tube", 10.0, cls.parts)
        cls.grease = cls._product("Grease", 3.0, cls.parts, is_storable=False)
        cls.frame = cls._product("Frame", 0.0, cls.goods)
        cls.bom = cls._bom(
            cls.frame,
            [(cls.tube, 4), (cls.grease, 2)],
            [(cls._workcenter("Welding", 60), 6)],
        )
        cls.bom.bom_line_ids.operation_id = cls.bom.operation_ids
        cls.policy = cls._policy()
        for category, role in ((cls.parts, "material"), (cls.goods, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.policy.id,
                }
            )

    def setUp(self):
        super().setUp()
        self._buy(self.tube, 100, 10.0, self.store)

    def _finish(self, order, quantity):
        workorder = order.workorder_ids.with_user(self.operator)
        workorder.qty_producing = quantity
        workorder.button_finish()

    def _used(self, orders):
        """Grease that these orders have consumed."""
        moves = orders.move_raw_ids.filtered(
            lambda m: m.product_id == self.grease and m.state == "done"
        )
        return sum(moves.mapped("quantity"))

    def _lines(self, orders):
        """Required and issued grease of the confirmations, in their order."""
        lines = orders.backflush_confirmation_ids.sorted("id").line_ids
        grease = lines.filtered(lambda line: line.product_id == self.grease)
        self.assertFalse(any(grease.mapped("difference_quantity")))
        return [(line.required_quantity, line.issued_quantity) for line in grease]

    def test_a_report_has_a_line_for_them_and_no_money(self):
        order = self._order(self.frame, 10)
        self._finish(order, 6)
        self.assertEqual(self._lines(order), [(12, 12)])
        self.assertFalse(order.backflush_error_ids)
        self.assertProven()
        self._complete(order)
        self.assertEqual(self._lines(order), [(12, 12), (8, 8)])
        self.assertEqual(self._used(order), 20)
        self.assertBalances(fg=460.0, usage_variance=0.0, standard_variance=0.0)
        self.assertProven()

    def test_a_completion_that_is_smaller_uses_no_more(self):
        order = self._order(self.frame, 10)
        self._finish(order, 6)
        self._complete(order, 4)
        self.assertEqual(self._used(order), 12)
        self.assertEqual(self._lines(order)[0], (12, 12))
        self.assertProven()

    def test_a_backorder_asks_for_the_rest(self):
        order = self._order(self.frame, 10).with_user(self.operator)
        self._finish(order.sudo(), 6)
        order.qty_producing = 4
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        order = order.sudo()
        backorder = order.production_group_id.production_ids - order
        grease = backorder.move_raw_ids.filtered(lambda m: m.product_id == self.grease)
        self.assertEqual(grease.product_uom_qty, 8)
        self._complete(backorder)
        self.assertEqual(self._used(order | backorder), 20)
        self.assertBalances(usage_variance=0.0)
        self.assertProven()

    def test_a_report_that_is_taken_back_gives_them_back(self):
        order = self._order(self.frame, 10)
        self._finish(order, 10)
        report = order.backflush_confirmation_ids
        report.with_user(self.supervisor).action_reverse("Wrong order")
        grease = report.line_ids.filtered(lambda line: line.product_id == self.grease)
        self.assertRecordValues(
            grease, [{"issued_quantity": 0, "deviation_quantity": -20}]
        )
        planned = order.move_raw_ids.filtered(
            lambda m: m.product_id == self.grease and not m.additional
        )
        self.assertEqual(planned.product_uom_qty, 20)
        self._complete(order)
        self.assertEqual(self._lines(order), [(20, 0), (20, 20)])
        self.assertProven()

    def test_what_was_entered_of_them_is_a_deviation_without_cost(self):
        self.company.write(
            {"component_tolerance_rule": "percent", "component_tolerance": 0}
        )
        order = self._order(self.frame, 10)
        grease = order.move_raw_ids.filtered(lambda m: m.product_id == self.grease)
        grease.write({"quantity": 25, "picked": True})
        self._finish(order, 10)
        self.assertEqual(self._lines(order), [(20, 25)])
        self._complete(order)
        self.assertBalances(fg=460.0, usage_variance=0.0)
        self.assertProven()

    def test_scrapped_pieces_take_them_along(self):
        order = self._order(self.frame, 10)
        self._finish(order, 10)
        document = (
            self.env["backflush.deviation"]
            .with_user(self.operator)
            .create(
                {
                    "kind": "product_scrap",
                    "production_id": order.id,
                    "workorder_id": order.workorder_ids.id,
                    "quantity": 2,
                    "reason_id": self.env.ref(
                        "backflush_costing.deviation_reason_other"
                    ).id,
                }
            )
        )
        self.assertTrue(document.action_record())
        self.assertBalances(scrap_variance=92.0)
        self._complete(order, 8)
        self.assertEqual(self._used(order), 20)
        self.assertBalances(scrap_variance=92.0, usage_variance=0.0, fg=368.0)
        self.assertProven()

    def test_at_completion_they_are_consumed_as_in_odoo(self):
        self.company.flush_method = "completion"
        order = self._produce(self.frame, 10)
        self.assertEqual(self._used(order), 20)
        self.assertEqual(self._lines(order), [])
        self.assertProven()
