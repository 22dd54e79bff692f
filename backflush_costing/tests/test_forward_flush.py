from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestForwardFlush(BackflushCommon):
    """Components that leave stock when work starts; no policy, core's own costing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "start", "shortage_profile": "park"})
        cls.bench = cls._workcenter("Bench", 60)
        cls.oven = cls._workcenter("Oven", 60)
        cls.flour = cls._product("Flour", 2.0)
        cls.salt = cls._product("Salt", 1.0)
        cls.bread = cls._product("Bread", 5.0)
        cls.bom = cls._bom(
            cls.bread, [(cls.flour, 3), (cls.salt, 1)], [(cls.bench, 5), (cls.oven, 5)]
        )
        cls.bom.bom_line_ids[0].operation_id = cls.bom.operation_ids[0]

    def setUp(self):
        super().setUp()
        self._put(self.flour, 100, self.store)
        self._put(self.salt, 100, self.store)

    def _start(self, order, name):
        workorder = order.workorder_ids.filtered(lambda w: w.workcenter_id.name == name)
        workorder.with_user(self.operator).button_start()

    def test_starting_the_operation_issues_for_all_that_is_to_be_made(self):
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        self.assertEqual(self._on_hand(self.flour, self.store), 70)
        self.assertEqual(self._on_hand(self.salt, self.store), 90)
        self.assertEqual(
            set(order.backflush_confirmation_ids.mapped("trigger")), {"start"}
        )
        self.assertEqual(order.state, "progress")

    def test_pausing_and_starting_again_issues_nothing_more(self):
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        order.workorder_ids[0].with_user(self.operator).button_pending()
        self._start(order, "Bench")
        self._start(order, "Oven")
        self.assertEqual(self._on_hand(self.flour, self.store), 70)
        self.assertEqual(self._on_hand(self.salt, self.store), 90)

    def test_a_component_without_operation_leaves_with_the_order(self):
        order = self._order(self.bread, 10)
        order.with_user(self.operator).action_start()
        self.assertEqual(self._on_hand(self.salt, self.store), 90)
        self.assertEqual(self._on_hand(self.flour, self.store), 100)

    def test_completing_what_never_started_issues_everything(self):
        order = self._produce(self.bread, 10)
        self.assertEqual(self._on_hand(self.flour, self.store), 70)
        self.assertEqual(self._on_hand(self.salt, self.store), 90)
        self.assertEqual(
            order.backflush_confirmation_ids.mapped("trigger"), ["completion"]
        )

    def test_completion_after_the_start_issues_nothing_twice(self):
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        self._complete(order)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.flour, self.store), 70)
        self.assertEqual(self._on_hand(self.bread, self.store), 10)
        self.assertRequirementsHold(order)

    def test_a_start_that_is_taken_back_leaves_a_finished_operation_finished(self):
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        bench = order.workorder_ids[0]
        bench.with_user(self.operator).button_finish()
        flour = order.backflush_confirmation_ids.filtered(
            lambda c: self.flour in c.line_ids.product_id
        )
        flour.with_user(self.supervisor).action_reverse("From the wrong silo")
        self.assertRecordValues(bench, [{"state": "done", "qty_produced": 10}])
        self.assertEqual(self._on_hand(self.flour, self.store), 100)
        planned = order.move_raw_ids.filtered(
            lambda m: m.product_id == self.flour and not m.additional
        )
        self.assertEqual(planned.product_uom_qty, 30)
        self._complete(order)
        self.assertEqual(self._on_hand(self.flour, self.store), 70)
        self.assertRequirementsHold(order)

    def test_a_larger_order_after_the_start_issues_the_difference(self):
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        self.env["change.production.qty"].create(
            {"mo_id": order.id, "product_qty": 15}
        ).change_prod_qty()
        flour = order.move_raw_ids.filtered(
            lambda m: m.product_id == self.flour and not m.additional
        )
        self.assertEqual(flour.product_uom_qty, 15)
        self._complete(order)
        self.assertEqual(self._on_hand(self.flour, self.store), 55)
        self.assertRequirementsHold(order)

    def test_splitting_a_started_order_splits_what_is_in_process(self):
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        orders = order._split_productions({order: [4, 3, 3]})
        self.assertEqual(orders.mapped("product_qty"), [4, 3, 3])
        self.assertEqual(
            orders.backflush_share_ids.filtered(
                lambda s: self.flour in s.confirmation_id.line_ids.product_id
            ).mapped("quantity"),
            [4, 3, 3],
        )
        for part in orders:
            self._complete(part)
        self.assertEqual(self._on_hand(self.flour, self.store), 70)
        self.assertEqual(self._on_hand(self.salt, self.store), 90)

    def test_consumption_that_was_issued_early_is_no_deviation(self):
        self.bom.consumption = "strict"
        self._put(self.flour, 20, self.store)
        order = self._order(self.bread, 10).with_user(self.operator)
        self._start(order, "Bench")
        self.assertEqual(order.sudo().backflush_error_ids.quantity_open, 10)
        order.qty_producing = 10
        order.set_qty_producing()
        self.assertIs(
            order.with_context(skip_redirection=True).button_mark_done(), True
        )

    def test_block_refuses_the_start_and_names_what_is_missing(self):
        self.company.shortage_profile = "block"
        order = self._order(self.bread, 50)
        with self.assertRaisesRegex(UserError, r"50\.00 Units of Flour"):
            self._start(order, "Bench")
        self.assertEqual(self._on_hand(self.flour, self.store), 100)

    def test_at_actual_cost_the_product_takes_along_what_the_start_issued(self):
        category = self.env["product.category"].create(
            {"name": "At average", "property_cost_method": "average"}
        )
        self.bread.categ_id = category
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        self._complete(order)
        material = 10 * (3 * 2.0 + 1.0)
        self.assertGreaterEqual(order.move_finished_ids.value, material)
        labour = sum(order.workorder_ids.mapped(lambda w: w._cal_cost()))
        self.assertAlmostEqual(order.move_finished_ids.value, material + labour, 2)

    def test_by_products_at_actual_cost_take_their_share_of_what_the_start_issued(self):
        self.env.user.group_ids += self.env.ref("mrp.group_mrp_byproducts")
        category = self.env["product.category"].create(
            {"name": "At average", "property_cost_method": "average"}
        )
        crumbs = self._product("Crumbs", 0.0, category)
        self.bread.categ_id = category
        self.bom.byproduct_ids = [
            Command.create(
                {"product_id": crumbs.id, "product_qty": 2, "cost_share": 25}
            )
        ]
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        self._complete(order)
        cost = 10 * (3 * 2.0 + 1.0)
        cost += sum(order.workorder_ids.mapped(lambda w: w._cal_cost()))
        values = {m.product_id: m.value for m in order.move_finished_ids}
        self.assertAlmostEqual(values[crumbs], cost / 4, 2)
        self.assertAlmostEqual(values[self.bread], cost * 3 / 4, 2)

    def test_at_actual_cost_what_a_cancelled_order_brought_back_costs_nothing(self):
        self.bread.categ_id = self.env["product.category"].create(
            {"name": "At average", "property_cost_method": "average"}
        )
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        parts = order._split_productions({order: [4, 6]})
        parts[1].with_user(self.operator).action_cancel()
        self.assertEqual(self._on_hand(self.flour, self.store), 88)
        self._complete(order)
        labour = sum(order.workorder_ids.mapped(lambda w: w._cal_cost()))
        self.assertAlmostEqual(
            order.move_finished_ids.value, 4 * (3 * 2.0 + 1.0) + labour, 2
        )

    def test_a_kit_at_two_operations_is_issued_at_each(self):
        dough = self._product("Dough")
        self._bom(dough, [(self.flour, 1)], type="phantom")
        self.bom.bom_line_ids.unlink()
        self.env["mrp.bom.line"].create(
            [
                {
                    "bom_id": self.bom.id,
                    "product_id": dough.id,
                    "product_qty": quantity,
                    "operation_id": operation.id,
                }
                for operation, quantity in zip(
                    self.bom.operation_ids, (1, 2), strict=True
                )
            ]
        )
        order = self._order(self.bread, 10)
        self._start(order, "Bench")
        self.assertEqual(self._on_hand(self.flour, self.store), 90)
        self._start(order, "Oven")
        self._complete(order)
        self.assertEqual(self._on_hand(self.flour, self.store), 70)
        self.assertRequirementsHold(order)

    def test_who_may_only_read_orders_does_not_issue(self):
        order = self._order(self.bread, 10)
        order.qty_producing = 5
        with self.assertRaises(AccessError):
            order.with_user(self.accountant).action_start()

    def test_components_in_another_unit_and_by_the_dozen(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.bom.bom_line_ids[0].write(
            {"product_uom_id": dozen.id, "product_qty": 0.25}
        )
        order = self.env["mrp.production"].create(
            {"product_id": self.bread.id, "product_qty": 1, "product_uom_id": dozen.id}
        )
        order.action_confirm()
        self._start(order, "Bench")
        self.assertEqual(self._on_hand(self.flour, self.store), 64)
        self._complete(order)
        self.assertEqual(self._on_hand(self.flour, self.store), 64)
        self.assertEqual(self._on_hand(self.bread, self.store), 12)
        self.assertRequirementsHold(order)

    def test_a_lot_that_was_entered_is_the_one_that_leaves(self):
        self.flour.tracking = "lot"
        lots = self.env["stock.lot"].create(
            [{"name": n, "product_id": self.flour.id} for n in ("A", "B")]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                self.flour, self.store, 50, lot_id=lot
            )
        order = self._order(self.bread, 10)
        flour = order.move_raw_ids.filtered(lambda m: m.product_id == self.flour)
        flour.move_line_ids = [
            Command.create(
                {
                    "product_id": self.flour.id,
                    "lot_id": lots[1].id,
                    "quantity": 30,
                    "picked": True,
                    "location_id": self.store.id,
                    "location_dest_id": flour.location_dest_id.id,
                }
            )
        ]
        self._start(order, "Bench")
        self.assertEqual(order.move_raw_ids.move_line_ids.lot_id, lots[1])
        self._complete(order)
        self.assertEqual(
            order.move_finished_ids.move_line_ids.consume_line_ids.lot_id, lots[1]
        )

    def assertRequirementsHold(self, orders):
        lines = orders.backflush_confirmation_ids.line_ids
        self.assertFalse(any(lines.mapped("difference_quantity")))
