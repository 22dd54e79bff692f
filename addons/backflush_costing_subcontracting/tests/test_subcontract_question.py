import json

from odoo.tests import HttpCase, tagged

from .common import SubcontractingCommon


@tagged("post_install", "-at_install")
class TestSubcontractQuestion(HttpCase, SubcontractingCommon):
    """The profile *ask*: what the web client sends when a receipt is validated."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.shortage_profile = "ask"
        cls.clerk = cls._worker(
            "clerk",
            "stock.group_stock_user,backflush_costing.group_backflush_operator",
        )

    def setUp(self):
        super().setUp()
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 5, self.at_painter)
        order = self._order_from(self.painter, self.frame, 4)
        self.picking = self._open_receipt(order)
        self.picking.move_ids.picked = True
        self.made = self.picking._get_subcontract_production()

    def _click(self, records, method, user, context=None):
        self.env.flush_all()
        self.authenticate(user.login, user.login)
        context = {"allowed_company_ids": self.company.ids, **(context or {})}
        answer = self.url_open(
            f"/web/dataset/call_button/{records._name}/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": records._name,
                        "method": method,
                        "args": [records.ids],
                        "kwargs": {"context": context},
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        self.env.invalidate_all()
        return answer

    def test_the_receipt_asks_and_goes_through_with_the_answer(self):
        action = self._click(self.picking, "button_validate", self.clerk)["result"]
        self.assertEqual(action["res_model"], "backflush.question")
        self.assertEqual(self.picking.state, "assigned")
        self.assertEqual(self.made.state, "confirmed")
        self.assertEqual(self._on_hand(self.frame, self.store), 0)
        question = self.env["backflush.question"].browse(action["res_id"])
        self.assertRecordValues(
            question.shortage_ids,
            [
                {
                    "product_id": self.primer.id,
                    "location_id": self.at_painter.id,
                    "required_quantity": 8,
                    "missing_quantity": 3,
                }
            ],
        )
        self._click(question, "action_complete", self.clerk, action["context"])
        self.assertEqual((self.picking.state, self.made.state), ("done", "done"))
        self.assertEqual(self._errors(self.picking).quantity_open, 3)
        self.assertNothingNegative()

    def test_who_has_no_role_of_the_plant_is_refused(self):
        answer = self._click(self.picking, "button_validate", self.receiver)
        self.assertIn("components are missing", answer["error"]["data"]["message"])
        self.assertEqual(self.picking.state, "assigned")
