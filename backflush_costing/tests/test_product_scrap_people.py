from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .browser_common import BrowserCommon
from .product_scrap_common import ProductScrapCommon


@tagged("post_install", "-at_install")
class TestProductScrapPeople(ProductScrapCommon):
    """Who reports scrapped pieces, who approves, and what the form says before."""

    def setUp(self):
        super().setUp()
        self._stock()
        self.order = self._order(self.frame, 10)

    def _form(self, order=None, user=None, source=None):
        """The form as a button of the order, or of an operation, opens it."""
        source = (source or order or self.order).with_user(user or self.operator)
        action = source.action_backflush_scrap_pieces()
        model = self.env[action["res_model"]].with_user(user or self.operator)
        return Form(model.with_context(**action["context"]))

    def test_the_form_says_what_is_lost_before_it_is(self):
        self._finish(self.order, "Welding")
        form = self._form()
        self.assertEqual(form.workorder_id, self._at(self.order, "Welding"))
        self.assertEqual(form.quantity, 1)
        self.assertEqual(form.value, 40)
        form.quantity = 2
        form.workorder_id = self._at(self.order, "Painting")
        self.assertEqual(form.value, 90)
        self.assertIn("8.0 Units of Tube", form.consumed_text)
        self.assertIn("2.0 Units of Paint", form.consumed_text)
        self.assertNotIn("Seat", form.consumed_text)
        form.reason_id = self.env.ref("backflush_costing.deviation_reason_surface")
        form.note = "Runs"
        form.save().action_record()
        report = self.order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "scrap"
        )
        self.assertEqual(report.scrap_reason_id, form.reason_id)
        self.assertEqual(report.workcenter_id.name, "Painting")
        self.assertIn("Damaged surface", self.order.message_ids[0].body)

    def test_an_operation_opens_the_form_with_itself(self):
        painting = self._at(self.order, "Painting")
        self.assertEqual(self._form(source=painting).workorder_id, painting)

    def test_without_a_reason_or_a_quantity_it_is_refused(self):
        form = self._form()
        form.reason_id = self.reason
        wizard = form.save()
        wizard.quantity = 0
        with self.assertRaisesRegex(UserError, "how many pieces"):
            wizard.action_record()
        wizard.write({"quantity": 1, "reason_id": False})
        with self.assertRaisesRegex(UserError, "reason"):
            wizard.action_record()

    def test_above_the_limit_the_form_asks_for_approval(self):
        self.company.backflush_deviation_limit = 100
        form = self._form()
        form.reason_id = self.reason
        self.assertFalse(form.needs_approval)
        form.quantity = 2
        self.assertTrue(form.needs_approval)
        answer = form.save().action_record()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(self.order.backflush_deviation_waiting_count, 1)
        self.assertFalse(self.order.backflush_confirmation_ids)
        self.assertEqual(self._stocks(), [100, 100, 100, 100])

    def test_nobody_approves_what_he_recorded_himself(self):
        self.company.backflush_deviation_limit = 10
        document = self._scrap(self.order, 2, "Welding", user=self.supervisor)
        self.assertEqual(document.state, "draft")
        for user in (self.operator, self.supervisor, self.accountant):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                document.with_user(user).action_approve()
        document.with_user(self.second).action_approve()
        self.assertEqual(document.state, "closed")
        self.assertEqual(document.confirmation_ids.user_id, self.supervisor)

    def test_what_was_reported_is_neither_edited_nor_cancelled_nor_deleted(self):
        document = self._scrap(self.order, 2, "Welding")
        mine = document.with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "record another"):
            mine.workorder_id = self._at(self.order, "Painting")
        with self.assertRaises(UserError):
            mine.action_cancel()
        with self.assertRaisesRegex(UserError, "are kept"):
            mine.unlink()
        with self.assertRaises(AccessError):
            mine.date_event = "2020-01-01 00:00:00"

    def test_a_cancelled_order_takes_its_waiting_documents_along(self):
        self.company.backflush_deviation_limit = 10
        document = self._scrap(self.order, 2, "Welding")
        self.order.with_user(self.operator).action_cancel()
        self.assertEqual(document.state, "cancelled")
        self.assertEqual(self._stocks(), [100, 100, 100, 100])

    def test_who_does_not_report_does_not_scrap(self):
        worker = new_test_user(self.env, "worker_of_core", "mrp.group_mrp_user")
        for user in (self.accountant, worker):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self._scrap(self.order, 1, user=user)
        self._scrap(self.order, 2, "Welding")
        mine = self.order.with_user(worker)
        self.assertEqual(mine.backflush_scrapped_quantity, 2)
        self._complete(self.order, 8, user=worker)
        self.assertEqual(self.order.state, "done")

    def test_a_supervisor_takes_it_back_and_no_operator(self):
        self._scrap(self.order, 2, "Welding")
        report = self.order.backflush_confirmation_ids
        with self.assertRaises(AccessError):
            report.with_user(self.operator).action_reverse("Oops")
        wizard = (
            self.env["backflush.reversal"]
            .with_user(self.supervisor)
            .create({"confirmation_id": report.id, "reason": "Still good"})
        )
        self.assertEqual(wizard.undone_quantity, 2)
        self.assertFalse(wizard.is_completion)
        wizard.action_apply()
        self.assertEqual(report.state, "reversed")

    def test_companies_do_not_see_each_other(self):
        document = self._scrap(self.order, 2, "Welding")
        report = self.order.backflush_confirmation_ids
        other = self._create_company(name="Other plant")
        stranger = self._user("stranger", "group_backflush_administrator", other)
        for records in (document, report, report.line_ids):
            theirs = records.with_user(stranger)
            self.assertFalse(theirs.search([("id", "in", records.ids)]))
            with self.assertRaises(AccessError):
                theirs.read(["display_name"])
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._scrap(self.order, 1, "Welding", user=stranger)
        with self.assertRaises(AccessError):
            self.order.with_user(stranger).action_backflush_scrap_pieces()


@tagged("post_install", "-at_install")
class TestProductScrapScreen(BrowserCommon, ProductScrapCommon):
    """An operator scraps pieces, clicked through."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.shortage_profile = "ask"

    def test_an_operator_scraps_pieces_and_is_asked_about_what_is_missing(self):
        self._put(self.tube, 100, self.store)
        self._put(self.paint, 1, self.store)
        order = self._order(self.frame, 10)
        self._tour(
            "backflush_scrap_pieces",
            "mrp.mrp_production_action",
            self.operator,
            order,
        )
        report = order.backflush_confirmation_ids
        self.assertRecordValues(
            report,
            [
                {
                    "trigger": "scrap",
                    "quantity": 2,
                    "workorder_id": self._at(order, "Painting").id,
                    "user_id": self.operator.id,
                }
            ],
        )
        self.assertEqual(self._on_hand(self.tube, self.store), 92)
        self.assertEqual(order.backflush_error_ids.quantity_open, 1)
