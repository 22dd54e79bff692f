from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestSizing(SupermarketCommon):
    """Where the demand comes from, what is proposed, and when it becomes true."""

    def test_the_demand_comes_from_history_or_from_orders(self):
        cycle = self._started()
        self._produce(self.lamp, 14)
        cycle.action_demand_from_history()
        self.assertEqual(cycle.demand, 5)
        # All on one day of twenty-eight.
        self.assertAlmostEqual(cycle.demand_deviation, 140 / 28**0.5, 2)
        now = fields.Datetime.now()
        for days, quantity in ((3, 20), (40, 99)):
            self.env["mrp.production"].create(
                {
                    "product_id": self.lamp.id,
                    "product_qty": quantity,
                    "date_start": now + timedelta(days=days),
                }
            )
        self._order(self.lamp, 8)
        cycle.action_demand_from_orders()
        self.assertEqual(cycle.demand, 10)

    def test_a_service_level_is_a_safety_stock(self):
        cycle = self._cycle(
            sizing_rule="with_minimum",
            sizing_constant=0,
            demand=100,
            lead_time=4,
            container_quantity=50,
            demand_deviation=20,
            service_level=95,
        )
        # 1.645 times 20 a day, over the root of four days.
        self.assertAlmostEqual(cycle.service_stock, 65.79, 2)
        self.assertEqual(cycle.proposed_count, 10)
        cycle.service_level = 0
        self.assertEqual((cycle.service_stock, cycle.proposed_count), (0, 8))
        for level in (20, 100):
            with self.assertRaisesRegex(ValidationError, "no stock covers"):
                cycle.service_level = level

    def test_the_dynamic_quantity_follows_the_orders(self):
        cycle = self._started(content=100, sizing_rule="dynamic", lead_time=1)
        now = fields.Datetime.now()
        for hours, quantity in ((2, 15), (20, 20), (60, 50)):
            self._order(self.lamp, quantity, date_start=now + timedelta(hours=hours))
        cycle.invalidate_recordset()
        # A hundred in the bin, a hundred on the way.
        self.assertEqual((cycle.dynamic_demand, cycle.dynamic_quantity), (350, 150))
        self.assertEqual((cycle.proposed_exact, cycle.proposed_count), (3.5, 4))

    def test_a_proposal_is_reviewed_and_true_from_its_day(self):
        cycle = self._started(demand=300, lead_time=1, safety=20)
        self._as(self.supervisor, cycle).action_propose()
        [proposal] = cycle.proposal_ids
        self.assertRecordValues(
            proposal,
            [
                {
                    "state": "proposed",
                    "exact": 3.6,
                    "count_before": 2,
                    "count": 4,
                    "change_quantity": 200,
                    "change_value": 10,
                }
            ],
        )
        self.assertIn("300, lead time 1 days", proposal.reason)
        mine = self._as(self.supervisor, proposal)
        day = fields.Date.today() + timedelta(days=3)
        mine.date_from = day
        mine.action_approve()
        self.assertEqual((proposal.state, cycle.container_count), ("approved", 2))
        self._apply_due()
        self.assertEqual(cycle.container_count, 2)
        with freeze_time(day + timedelta(hours=6)):
            self._apply_due()
        self.assertEqual((proposal.state, cycle.container_count), ("applied", 4))
        self.assertEqual(len(cycle.kanban_ids), 4)
        with self.assertRaisesRegex(UserError, "cannot become"):
            self._as(self.supervisor, proposal).action_drop()
        # What is right needs no proposal.
        self._as(self.supervisor, cycle).action_propose()
        self.assertEqual(len(cycle.proposal_ids), 1)

    def _apply_due(self):
        with self.enter_registry_test_mode():
            self.env.ref("backflush_costing.cron_apply_sizing").method_direct_trigger()
        self.env.invalidate_all()

    def test_what_cannot_be_applied_says_why(self):
        cycle = self._cycle(container_count=3, minimum_containers=3, demand=200)
        self._as(self.supervisor, cycle).action_propose()
        first = cycle.proposal_ids
        self._as(self.supervisor, cycle).action_propose()
        second = cycle.proposal_ids - first
        self.assertEqual((first.state, second.state), ("dropped", "proposed"))
        with self.assertRaises(ValidationError):
            self._as(self.supervisor, second).action_approve()
        self._as(self.supervisor, second).date_from = fields.Date.today() + timedelta(1)
        self._as(self.supervisor, second).action_approve()
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self._apply_due()
        self.assertEqual((second.state, cycle.container_count), ("approved", 3))
        self.assertIn("more empty containers", second.problem)
        self._as(self.supervisor, second).action_reconsider()
        self.assertEqual(second.state, "proposed")

    def test_only_planners_decide_and_nobody_edits(self):
        cycle = self._cycle(demand=300)
        self._as(self.supervisor, cycle).action_propose()
        with self.assertRaises(AccessError):
            self._as(self.operator, cycle.proposal_ids).action_approve()
        with self.assertRaises(AccessError):
            self._as(self.operator, cycle).action_propose()
        with self.assertRaisesRegex(UserError, "not edited"):
            self._as(self.supervisor, cycle.proposal_ids).count = 9

    # -- figures -----------------------------------------------------------------------

    def _figures(self, cycle):
        self.env.invalidate_all()
        reports = self._as(self.operator, self.env["backflush.loop.report"])
        return reports.search([("cycle_id", "=", cycle.id)])

    def test_a_loop_that_runs_empty_is_too_small(self):
        cycle = self._started(lead_time=1)
        now = fields.Datetime.now()
        with freeze_time(now + timedelta(hours=1)):
            self._produce(self.lamp, 20)
            cycle._supply()
        for hours, card in zip((11, 41), cycle.kanban_ids, strict=True):
            with freeze_time(now + timedelta(hours=hours)):
                self._scan(card)
        report = self._figures(cycle)
        self.assertRecordValues(
            report,
            [
                {
                    "verdict": "too_small",
                    "lowest_full": 0,
                    "stock_outs": 1,
                    "shortages": 0,
                    "replenishments": 2,
                    "hours": 25,
                    "hours_planned": 24,
                    "late": 1,
                    "unused_cards": 0,
                }
            ],
        )
        # What the bin lacked is another sign of it.
        self._produce(self.lamp, 21)
        self.assertEqual(self._figures(cycle).shortages, 1)
        with freeze_time(now + timedelta(days=60)):
            self.assertEqual(self._figures(cycle).stock_outs, 0)

    def test_a_loop_that_is_never_used_up_is_too_large(self):
        cycle = self._started(content=400, container_count=4)
        report = self._figures(cycle)
        self.assertEqual((report.verdict, report.unused_cards), ("unused", 4))
        self._scan(cycle.kanban_ids[0])
        report = self._figures(cycle)
        self.assertEqual((report.verdict, report.lowest_full), ("too_large", 3))
        self.assertEqual(report.unused_cards, 3)
        self._as(self.operator, cycle.kanban_ids[1:3]).action_empty()
        self.assertEqual(self._figures(cycle).verdict, "fits")
