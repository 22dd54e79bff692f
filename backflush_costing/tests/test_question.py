import json

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
class TestQuestion(HttpCase, BackflushCommon):
    """The profile *ask*: through the calls that the web client makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "ask"})
        cls.wheel = cls._product("Wheel", 10.0)
        cls.wheel.property_backflush_location_id = cls.line_side
        cls.cart = cls._product("Cart", 40.0)
        cls.bom = cls._bom(cls.cart, [(cls.wheel, 4)])

    def setUp(self):
        super().setUp()
        self._put(self.wheel, 6)

    def _click(self, records, method, user=None, context=None):
        """What the web client sends for a button; returns the action, or False."""
        login = (user or self.operator).login
        self.authenticate(login, login)
        context = {
            "lang": "en_US",
            "allowed_company_ids": self.company.ids,
            **(context or {}),
        }
        params = {
            "model": records._name,
            "method": method,
            "args": [records.ids],
            "kwargs": {"context": context},
        }
        return self._call(f"/web/dataset/call_button/{records._name}/{method}", params)

    def _call(self, path, params):
        """Send a request; what is refused is raised as the client shows it."""
        self.env.flush_all()
        answer = self.url_open(
            path,
            data=json.dumps({"params": params}),
            headers={"Content-Type": "application/json"},
        ).json()
        self.env.invalidate_all()
        if "error" in answer:
            data = answer["error"]["data"]
            # Errors that it does not know by name it shows as a crash.
            self.assertEqual(data["name"], "odoo.exceptions.UserError", data["debug"])
            raise UserError(data["message"])
        return answer["result"]

    def _answer(self, action, method="action_complete", user=None):
        """Click a button of the form that an action opened."""
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        return self._click(wizard, method, user, action["context"])

    def _reported(self, quantity=2, made=None):
        order = self._order(self.cart, quantity)
        order.qty_producing = made or quantity
        order.set_qty_producing()
        return order

    def _facts(self, order):
        """Everything that a question must leave as it was."""
        quants = self.env["stock.quant"].search([("product_id", "=", self.wheel.id)])
        return (
            order.state,
            [(m.state, m.quantity, m.picked) for m in order.move_raw_ids],
            [(line.quantity, line.picked) for line in order.move_raw_ids.move_line_ids],
            [(q.quantity, q.reserved_quantity, q.location_id.id) for q in quants],
            order.backflush_confirmation_ids.ids,
        )

    def test_the_question_lists_what_is_missing_and_changes_nothing(self):
        order = self._reported()
        before = self._facts(order)
        action = self._click(order, "button_mark_done")
        self.assertEqual(action["res_model"], "backflush.question")
        self.assertEqual(self._facts(order), before)
        question = self.env["backflush.question"].browse(action["res_id"])
        self.assertFalse(question.deviation_ids)
        self.assertRecordValues(
            question.shortage_ids,
            [
                {
                    "production_id": order.id,
                    "product_id": self.wheel.id,
                    "location_id": self.line_side.id,
                    "uom_id": self.wheel.uom_id.id,
                    "required_quantity": 8,
                    "free_quantity": 6,
                    "missing_quantity": 2,
                    "lacks_lot": False,
                }
            ],
        )

    def test_produce_all_leaves_nothing_behind_before_the_answer(self):
        order = self._order(self.cart, 2)
        before = self._facts(order)
        action = self._click(order, "button_mark_done")
        self.assertEqual(action["res_model"], "backflush.question")
        self.assertEqual(self._facts(order), before)
        self.assertEqual(order.qty_producing, 0)

    def test_yes_completes_and_keeps_error_records(self):
        order = self._reported()
        action = self._click(order, "button_mark_done")
        self.assertFalse(self._answer(action))
        self.assertEqual(order.state, "done")
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)
        self.assertEqual(self._on_hand(self.wheel), 0)

    def test_nothing_missing_nothing_asked(self):
        order = self._reported(1)
        self.assertFalse(self._click(order, "button_mark_done"))
        self.assertEqual(order.state, "done")

    def test_several_orders_are_one_question(self):
        orders = self._reported() | self._reported() | self._reported()
        action = self._click(orders, "button_mark_done")
        question = self.env["backflush.question"].browse(action["res_id"])
        self.assertEqual(question.shortage_ids.production_id, orders)
        self.assertEqual(sum(question.shortage_ids.mapped("missing_quantity")), 18)
        self._answer(action)
        self.assertEqual(set(orders.mapped("state")), {"done"})
        self.assertEqual(sum(orders.backflush_error_ids.mapped("quantity_open")), 18)

    def test_orders_of_two_companies_are_one_question(self):
        other = self._create_company(
            name="Other plant", flush_method="completion", shortage_profile="ask"
        )
        self.operator.company_ids += other
        self.bom.company_id = False
        theirs = (
            self.env["mrp.production"]
            .with_company(other)
            .create({"product_id": self.cart.id, "product_qty": 1})
        )
        theirs.action_confirm()
        orders = self._order(self.cart, 2) | theirs
        action = self._click(
            orders,
            "button_mark_done",
            context={"allowed_company_ids": (self.company | other).ids},
        )
        question = self.env["backflush.question"].browse(action["res_id"])
        self.assertEqual(question.shortage_ids.production_id, orders)
        self.assertEqual(question.shortage_ids.mapped("missing_quantity"), [2, 4])
        self.assertEqual(orders.mapped("state"), ["confirmed", "confirmed"])
        self._answer(action)
        self.assertEqual(orders.mapped("state"), ["done", "done"])

    def test_after_the_backorder_question_with_its_answer(self):
        """Only what is completed is asked about, and the backorder is made."""
        order = self._reported(10, made=2)
        action = self._click(order, "button_mark_done")
        self.assertEqual(action["res_model"], "mrp.production.backorder")
        lines = action["context"]["default_mrp_production_backorder_line_ids"]
        wizard = self.env["mrp.production.backorder"].with_user(self.operator)
        wizard = wizard.create(
            {
                "mrp_production_ids": [Command.set(order.ids)],
                "mrp_production_backorder_line_ids": [
                    Command.create(vals) for _c, _i, vals in lines
                ],
            }
        )
        action = self._click(wizard, "action_backorder", context=action["context"])
        self.assertEqual(action["res_model"], "backflush.question")
        self.assertEqual(len(order.production_group_id.production_ids), 1)
        question = self.env["backflush.question"].browse(action["res_id"])
        self.assertEqual(question.shortage_ids.missing_quantity, 2)
        action = self._answer(action)
        backorder = order.production_group_id.production_ids - order
        self.assertEqual(action["res_id"], backorder.id)
        self.assertEqual(order.state, "done")
        self.assertEqual(backorder.product_qty, 8)
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)

    def test_orders_with_and_without_backorder_are_one_question(self):
        closed, split = self._reported(4, made=2), self._reported(4, made=2)
        action = self._click(
            closed | split,
            "button_mark_done",
            context={"skip_backorder": True, "mo_ids_to_backorder": split.ids},
        )
        question = self.env["backflush.question"].browse(action["res_id"])
        self.assertEqual(question.shortage_ids.production_id, closed | split)
        self.assertEqual(sum(question.shortage_ids.mapped("missing_quantity")), 10)
        self._answer(action)
        self.assertEqual((closed | split).mapped("state"), ["done", "done"])
        self.assertEqual(len(split.production_group_id.production_ids), 2)

    def test_a_backorder_that_is_always_made(self):
        self.warehouse.manu_type_id.create_backorder = "always"
        order = self._reported(10, made=2)
        before = self._facts(order)
        action = self._click(order, "button_mark_done")
        self.assertEqual(action["res_model"], "backflush.question")
        self.assertEqual(self._facts(order), before)
        self._answer(action)
        self.assertEqual(order.state, "done")
        self.assertEqual(len(order.production_group_id.production_ids), 2)

    def test_after_the_consumption_warning(self):
        self.bom.consumption = "warning"
        order = self._reported()
        order.move_raw_ids.quantity = 9
        action = self._click(order, "button_mark_done")
        self.assertEqual(action["res_model"], "mrp.consumption.warning")
        wizard = self.env["mrp.consumption.warning"].with_user(self.operator)
        wizard = wizard.create({"mrp_production_ids": [Command.set(order.ids)]})
        action = self._click(wizard, "action_confirm", context=action["context"])
        self.assertEqual(action["res_model"], "backflush.question")
        self._answer(action)
        self.assertEqual(order.state, "done")
        self.assertEqual(order.backflush_error_ids.quantity_open, 3)

    def test_an_operation_asks_too(self):
        center = self._workcenter("Welding", 60)
        frame = self._product("Frame")
        bom = self._bom(frame, [(self.wheel, 4)], [(center, 5)])
        bom.bom_line_ids.operation_id = bom.operation_ids
        bom.bom_line_ids.flush_method = "operation"
        order = self._order(frame, 2)
        before = self._facts(order)
        action = self._click(order.workorder_ids, "button_finish")
        self.assertEqual(action["res_model"], "backflush.question")
        self.assertEqual(self._facts(order), before)
        self._answer(action)
        self.assertEqual(order.workorder_ids.state, "done")
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)

    def test_block_does_not_ask(self):
        self.company.shortage_profile = "block"
        order = self._reported()
        with self.assertRaisesRegex(UserError, "shortage profile does not let"):
            self._click(
                order, "button_mark_done", context={"backflush_shortage": "park"}
            )
        self.assertNotEqual(order.state, "done")

    def test_one_blocked_order_blocks_the_call_and_all_are_named(self):
        other = self.warehouse.manu_type_id.copy(
            {"name": "Strict", "sequence_code": "STR", "shortage_profile": "block"}
        )
        order = self._reported()
        strict = self._order(self.cart, 2, picking_type_id=other.id)
        strict.qty_producing = 2
        strict.set_qty_producing()
        with self.assertRaisesRegex(
            UserError, f"(?s){order.name}.*{strict.name}|{strict.name}.*{order.name}"
        ):
            self._click(order | strict, "button_mark_done")

    def test_a_program_is_refused_and_told_the_answer(self):
        order = self._reported().with_user(self.operator)
        with self.assertRaisesRegex(
            UserError, r"2\.00 Units of Wheel.*\n.*backflush_shortage='park'"
        ):
            order.button_mark_done()
        with self.assertRaises(UserError):
            order.with_context(backflush_shortage=True).button_mark_done()
        self.assertNotEqual(order.state, "done")
        res = order.with_context(backflush_shortage="park").button_mark_done()
        self.assertIs(res, True)
        self.assertEqual(order.sudo().backflush_error_ids.quantity_open, 2)

    def test_programs_over_jsonrpc_are_refused(self):
        order = self._reported()
        call = {
            "service": "object",
            "method": "execute_kw",
            "args": [
                self.env.cr.dbname,
                self.operator.id,
                self.operator.login,
                "mrp.production",
                "button_mark_done",
                [order.ids],
            ],
        }
        with self.assertRaisesRegex(UserError, "backflush_shortage='park'"):
            self._call("/jsonrpc", call)
        call["args"].append({"context": {"backflush_shortage": "park"}})
        self.assertTrue(self._call("/jsonrpc", call))
        self.assertEqual(order.state, "done")

    # -- together with the tolerance -------------------------------------------------

    def _beyond(self):
        """An order that lacks wheels and reports too many of them."""
        self.company.write(
            {"component_tolerance_rule": "percent", "component_tolerance": 5}
        )
        self.bom.consumption = "flexible"
        order = self._reported()
        order.move_raw_ids.quantity = 9
        return order

    def test_a_supervisor_gets_one_question_about_both(self):
        order = self._beyond()
        action = self._click(order, "button_mark_done", self.supervisor)
        question = self.env["backflush.question"].browse(action["res_id"])
        self.assertEqual(question.shortage_ids.missing_quantity, 3)
        self.assertRecordValues(
            question.deviation_ids,
            [
                {
                    "product_id": self.wheel.id,
                    "required_quantity": 8,
                    "reported_quantity": 9,
                    "deviation_percent": 0.125,
                    "allowed_percent": 0.05,
                    "is_unplanned": False,
                }
            ],
        )
        self._answer(action, user=self.supervisor)
        self.assertEqual(order.state, "done")
        self.assertEqual(order.backflush_error_ids.quantity_open, 3)
        confirmation = order.backflush_confirmation_ids
        self.assertEqual(confirmation.deviation_confirmed_by_id, self.supervisor)
        self.assertIn("+12.50%", confirmation.deviation_confirmed_text)

    def test_an_operator_is_not_asked_what_a_supervisor_decides(self):
        order = self._beyond()
        with self.assertRaisesRegex(UserError, "role Supervisor"):
            self._click(order, "button_mark_done")
        self.assertNotEqual(order.state, "done")

    def test_an_operator_cannot_answer_what_a_supervisor_decides(self):
        order = self._beyond()
        line = {"kind": "deviation", "production_id": order.id}
        question = (
            self.env["backflush.question"]
            .with_user(self.operator)
            .create(
                {
                    "res_model": "mrp.production",
                    "res_ids": order.ids,
                    "method": "button_mark_done",
                    "deviation_ids": [Command.create(line)],
                }
            )
        )
        with self.assertRaisesRegex(UserError, "role Supervisor"):
            self._click(question, "action_complete")
        self.assertNotEqual(order.state, "done")

    def test_many_orders_at_once_fail_by_themselves_and_ask_nobody(self):
        enough, short = self._reported(1), self._order(self.cart, 1)
        self._click(enough | short, "backflush_complete")
        self.assertEqual(enough.state, "done")
        self.assertNotEqual(short.state, "done")
        self.assertRecordValues(
            short.backflush_error_ids, [{"cause": "insufficient_stock"}]
        )

    def test_a_question_calls_nothing_but_completions(self):
        question = self.env["backflush.question"].create(
            {"res_model": "mrp.production", "res_ids": [1], "method": "unlink"}
        )
        with self.assertRaisesRegex(UserError, "Nothing can be completed"):
            question.action_complete()
