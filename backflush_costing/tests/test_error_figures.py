from freezegun import freeze_time

from odoo.tests import tagged

from .error_common import ErrorQueueCommon


@tagged("post_install", "-at_install")
class TestErrorFigures(ErrorQueueCommon):
    """What the dashboard and the backlog by component say of the queue."""

    def _figures(self, user=None, **options):
        return self._as(
            user or self.operator, self.env["backflush.error"]
        ).get_dashboard(**options)

    def test_small_shortages_of_one_component_are_one_line(self):
        for quantity in (1, 2, 3):
            self._short(quantity)
        lines = self._as(self.operator, self.env["backflush.error.cumulation"])
        part = lines.search([("product_id", "=", self.part.id)])
        self.assertEqual(part.location_id, self.line_side)
        self.assertEqual((part.record_count, part.required_count), (3, 3))
        self.assertEqual((part.quantity_open, part.amount), (12.0, 36.0))
        records = self.env["backflush.error"].search(
            part.action_open_records()["domain"]
        )
        self.assertEqual(records.mapped("quantity_open"), [2.0, 4.0, 6.0])

    def test_the_line_is_worked_off_oldest_first(self):
        first, second = (self._short(quantity)[0] for quantity in (1, 2))
        self._put(self.part, 3)
        lines = self._as(self.supervisor, self.env["backflush.error.cumulation"])
        answer = lines.search([("product_id", "=", self.part.id)]).action_retry()
        self.assertEqual((first.state, second.state), ("resolved", "open"))
        self.assertEqual(second.quantity_open, 3)
        self.assertIn(second.name, answer["params"]["message"])
        self.assertProven()

    def test_the_amounts_are_aged_by_when_it_happened(self):
        with freeze_time("2020-01-01 08:00:00"):
            self._short(1)
        self._short(2)
        line = self.env["backflush.error.cumulation"].search(
            [("product_id", "=", self.part.id)]
        )
        self.assertEqual((line.amount_week, line.amount_older), (12.0, 6.0))
        self.assertEqual(line.amount_month + line.amount_quarter, 0)
        # Screws: 0.10 and 0.20.
        ageing = [row["amount"] for row in self._figures()["ageing"]]
        self.assertEqual([round(amount, 2) for amount in ageing], [12.2, 0, 0, 6.1])
        suspense = -self._balance(self.policy.suspense_account_id)
        self.assertAlmostEqual(sum(ageing), suspense, 2)

    def test_a_write_off_is_nowhere_counted_as_resolved(self):
        part, screw = self._short()
        self._put(self.part, 2)
        self._as(self.supervisor, part).action_retry()
        self._as(self.accountant, screw).action_write_off("Counted twice")
        figures = self._figures()
        self.assertEqual(figures["open"]["count"], 0)
        closed = figures["closed"]
        self.assertEqual((closed["resolved"], closed["written_off"]), (1, 1))
        self.assertAlmostEqual(closed["amount_written_off"], 0.10)
        self.assertEqual(closed["first_time"], 1.0)
        today = figures["flow"][-1]
        self.assertEqual(
            [today[name] for name in ("made", "resolved", "written_off", "open")],
            [2, 1, 1, 0],
        )

    def test_a_part_that_is_given_up_is_no_resolution(self):
        """The amount stands apart, however the rest of the record came to its end."""
        part, screw = self._short()
        self._as(self.accountant, part).action_write_off("Lost", quantity=0.5)
        self.assertAlmostEqual(self._figures()["closed"]["amount_written_off"], 1.5)
        self._put(self.part, 2)
        self._put(self.screw, 10)
        self._as(self.supervisor, part | screw).action_retry()
        self.assertEqual((part.state, screw.state), ("resolved", "resolved"))
        figures = self._figures()
        closed = figures["closed"]
        self.assertEqual((closed["resolved"], closed["written_off"]), (1, 1))
        self.assertAlmostEqual(closed["amount_written_off"], 1.5)
        today = figures["flow"][-1]
        self.assertEqual((today["resolved"], today["written_off"]), (1, 1))

    def test_a_second_try_is_not_first_time(self):
        part, _screw = self._short()
        for quantity in (1, 2):
            self._put(self.part, quantity)
            self._as(self.supervisor, part).action_retry()
        self.assertEqual(part.state, "resolved")
        self.assertEqual(self._figures()["closed"]["first_time"], 0.0)

    def test_a_backlog_that_grows_is_said_to(self):
        self.assertFalse(self._figures()["outgrows"])
        for _number in range(3):
            self._short()
        figures = self._figures()
        self.assertTrue(figures["outgrows"])
        self.assertEqual(figures["open"]["count"], 6)
        self.assertEqual(figures["open"]["blocking"], 6)
        top = figures["top"]
        self.assertEqual([row["count"] for row in top["product_id"]], [3, 3])
        self.assertEqual(top["product_id"][0]["label"], self.part.display_name)
        self.assertEqual(top["cause"][0]["value"], "insufficient_stock")
        self.assertEqual(top["location_id"][0]["amount"], 18.3)

    def test_figures_are_of_the_current_company(self):
        self._short()
        other = self.env["res.company"].create({"name": "Other"})
        user = self._user("of_other", "group_backflush_operator", company=other)
        self.assertEqual(self._figures(user)["open"]["count"], 0)
        self.assertFalse(
            self._as(user, self.env["backflush.error.cumulation"]).search([])
        )
