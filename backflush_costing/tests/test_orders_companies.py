from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOrdersCompanies(OrdersCommon):
    """Orders of several companies in one call: each in its own books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company(name="Second plant")
        cls.env.user.company_ids += cls.other
        cls.other.write({"flush_method": "completion", "shortage_profile": "park"})
        there = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.other.ids}
        )
        cls.there = there
        cls.cell.with_env(there).standard_price = 8.0
        cls.pack = cls._product("Pack", 0.0, cls.finished)
        cls.pack_bom = cls._bom(cls.pack, [(cls.cell, 6)], company_id=False)
        cls._release(cls.pack)
        if cls.costed:
            cls.other_policy = there["backflush.costing.policy"].create(
                {
                    "name": "Second plant",
                    "company_id": cls.other.id,
                    "trigger_set": "purchase_completion_sale",
                }
            )
            cls.other_policy.action_propose_accounts()
            for category, role in (
                (cls.material, "material"),
                (cls.finished, "finished"),
            ):
                category.with_env(there).write(
                    {
                        "property_backflush_role": role,
                        "property_backflush_policy_id": cls.other_policy.id,
                    }
                )
            standard = there["backflush.standard.cost"]
            standard.browse(standard.action_roll_up(cls.pack.ids)).action_release()
        cls.both = new_test_user(
            cls.env,
            "backflush_both",
            "backflush_costing.group_backflush_operator",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.other).ids)],
        )
        cls.other_warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.other.id)], limit=1
        )

    def _orders(self):
        there = self.env["mrp.production"].with_env(self.there)
        other = there.create({"product_id": self.pack.id, "product_qty": 3})
        other.action_confirm()
        self.assertEqual(other.company_id, self.other)
        self.env["stock.quant"].with_env(self.there)._update_available_quantity(
            self.cell, self.other_warehouse.lot_stock_id, 100
        )
        self._stock_up()
        return self._order(self.pack, 2) | other.with_env(self.env)

    def _as_both(self, orders):
        return orders.with_user(self.both).with_context(
            allowed_company_ids=(self.company | self.other).ids
        )

    def test_each_order_in_its_own_books(self):
        orders = self._orders()
        mine, other = orders
        for order in self._as_both(orders):
            order.qty_producing = order.product_qty
            order.set_qty_producing()
        result = (
            self._as_both(orders)
            .with_context(skip_backorder=True, skip_redirection=True)
            .button_mark_done()
        )
        self.assertIs(result, True)
        self.assertEqual(orders.mapped("state"), ["done", "done"])
        self.assertIssued(mine, (self.cell, 12, 0, 12, 0))
        self.assertIssued(other, (self.cell, 18, 0, 18, 0))
        if self.costed:
            entries = orders.backflush_confirmation_ids.move_id
            self.assertEqual(
                {(e.company_id, e.amount_total) for e in entries},
                {(self.company, 120.0), (self.other, 144.0)},
            )
        self.assertProven()

    def test_a_question_of_one_company_does_not_stop_the_other(self):
        orders = self._orders()
        mine, other = orders
        self.other_warehouse.manu_type_id.create_backorder = "ask"
        for order in self._as_both(orders):
            order.qty_producing = 2
            order.set_qty_producing()
        action = self._as_both(orders).button_mark_done()
        self.assertEqual(action["res_model"], "mrp.production.backorder")
        self.assertEqual(mine.state, "done")
        self.assertNotEqual(other.state, "done")
        self.assertEqual(action["context"]["default_mrp_production_ids"], other.ids)
        self.assertProven()
        self._answer(action)
        self.assertEqual(other.state, "done")
        self.assertIssued(other, (self.cell, 12, 0, 12, 0))
        self.assertEqual(len(other.production_group_id.production_ids), 2)

    def test_questions_of_both_are_asked_at_once(self):
        orders = self._orders()
        types = self.other_warehouse.manu_type_id | self.warehouse.manu_type_id
        types.create_backorder = "ask"
        for order in self._as_both(orders):
            order.qty_producing = 1
            order.set_qty_producing()
        action = self._as_both(orders).button_mark_done()
        self.assertEqual(
            sorted(action["context"]["default_mrp_production_ids"]),
            sorted(orders.ids),
        )
        self._answer(action)
        self.assertEqual(orders.mapped("state"), ["done", "done"])
        self.assertEqual(orders.mapped("qty_produced"), [1, 1])
        self.assertProven()

    def _answer(self, action):
        wizard = Form(
            self.env["mrp.production.backorder"]
            .with_user(self.both)
            .with_context(
                **{
                    **action["context"],
                    "allowed_company_ids": (self.company | self.other).ids,
                }
            )
        ).save()
        wizard.action_backorder()

    def test_any_number_of_orders_across_companies(self):
        orders = self._orders()
        result = self._as_both(orders).backflush_complete()
        self.assertEqual(result, {"done": orders.ids, "failed": []})
        self.assertProven()


@tagged("post_install", "-at_install")
class TestOrdersCompaniesWithoutPolicy(TestOrdersCompanies):
    costed = False
