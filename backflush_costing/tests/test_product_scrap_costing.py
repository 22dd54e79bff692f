from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .product_scrap_common import ProductScrapCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestProductScrapCosting(ProductScrapCommon):
    """Scrapped pieces under a policy: material and conversion up to where they got.

    A frame is material 66 (tubes 40, paint 5, seat 20, label 1) and conversion 10
    (welding 6, painting 3, assembly 1).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
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
        for product in (self.tube, self.paint, self.seat, self.label):
            self._buy(product, 100, product.standard_price, self.store)
        self.opening = self._balance(self.policy.rip_account_id)
        self.assertProven()

    def assertLoss(self, rip=0.0, **balances):
        """What moved on raw and in-process, and the balances of other accounts."""
        change = self._balance(self.policy.rip_account_id) - self.opening
        self.assertAlmostEqual(change, rip, 2)
        self.assertBalances(usage_variance=0.0, standard_variance=0.0, **balances)
        self.assertProven()

    def _scrap_report(self, order):
        return order.backflush_confirmation_ids.filtered(lambda c: c._is_scrap())

    def _reverse(self, confirmations, reason="Wrong", reopen=False):
        for confirmation in confirmations:
            confirmation.with_user(self.supervisor).action_reverse(reason, reopen)

    def test_each_reporting_point_has_its_material_and_its_conversion(self):
        for name, material, conversion in (
            ("Welding", 40, 6),
            ("Painting", 45, 9),
            ("Assembly", 65, 10),
            (None, 66, 10),
        ):
            with self.subTest(name=name):
                order = self._order(self.frame, 10)
                self._scrap(order, 2, name)
                report = self._scrap_report(order)
                self.assertEntry(
                    report.move_id,
                    [
                        ("scrap_variance", 2.0 * (material + conversion)),
                        ("rip", -2.0 * material),
                        ("conversion_allocated", -2.0 * conversion),
                    ],
                )
                self.assertTrue(report.standard_cost_id)
                order.with_user(self.operator).action_cancel()
                self.assertProven()

    def test_the_good_pieces_cost_their_standard(self):
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Painting")
        self.assertLoss(-90, scrap_variance=108.0, conversion_allocated=-18.0, fg=0.0)
        self._complete(order, 8)
        self.assertLoss(
            -90 - 8 * 66,
            scrap_variance=108.0,
            conversion_allocated=-98.0,
            fg=608.0,
        )

    def test_what_was_in_process_leaves_it_with_the_scrapped_pieces(self):
        self.bom.bom_line_ids[:2].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self.assertLoss(0, scrap_variance=0.0)
        self._scrap(order, 2, "Painting")
        self.assertLoss(-90, scrap_variance=108.0, conversion_allocated=-18.0)
        self._finish(order, "Painting")
        self._complete(order, 8)
        self.assertLoss(
            -90 - 8 * 66, scrap_variance=108.0, conversion_allocated=-98.0, fg=608.0
        )

    def test_all_that_an_operation_issued_is_scrapped(self):
        self.bom.bom_line_ids[0].flush_method = "start"
        order = self._order(self.frame, 10)
        self._at(order, "Welding").with_user(self.operator).button_start()
        self._scrap(order, 10, "Welding")
        self.assertLoss(-400, scrap_variance=460.0, conversion_allocated=-60.0)
        order.with_user(self.operator).action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertLoss(-400, scrap_variance=460.0, conversion_allocated=-60.0)

    def test_a_missing_component_is_in_suspense_and_scrap_at_once(self):
        self._put(self.tube, 5, self.store)
        self.opening = self._balance(self.policy.rip_account_id)
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Welding")
        self.assertLoss(-50, suspense=-30.0, scrap_variance=92.0)
        self._put(self.tube, 3, self.store)
        self.opening += 30
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertLoss(-80, suspense=0.0, scrap_variance=92.0)

    def test_missing_at_the_operation_already_it_reaches_suspense_with_the_scrap(self):
        self.bom.bom_line_ids[0].flush_method = "operation"
        self._put(self.tube, 30, self.store)
        self.opening = self._balance(self.policy.rip_account_id)
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self.assertLoss(0, suspense=0.0)
        self._scrap(order, 2, "Welding")
        # A fifth of 30 issued and of 10 missing.
        self.assertLoss(-60, suspense=-20.0, scrap_variance=92.0)
        self._complete(order, 8)
        self.assertBalances(suspense=-100.0, usage_variance=0.0, scrap_variance=92.0)
        self.assertProven()

    def test_what_was_not_consumed_after_all_was_no_scrap(self):
        self._put(self.tube, 5, self.store)
        self.opening = self._balance(self.policy.rip_account_id)
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Welding")
        order.backflush_error_ids.with_user(self.accountant).action_write_off(
            "Only one was welded", "not_consumed"
        )
        self.assertLoss(-50, suspense=0.0, scrap_variance=62.0)

    # -- taking back ---

    def test_taken_back_all_accounts_are_where_they_were(self):
        self._put(self.tube, 5, self.store)
        self.opening = self._balance(self.policy.rip_account_id)
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Painting")
        self._reverse(self._scrap_report(order))
        self.assertLoss(0, suspense=0.0, scrap_variance=0.0, conversion_allocated=0.0)

    def test_taken_back_what_was_in_process_is_so_again(self):
        self.bom.bom_line_ids[:2].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        self._reverse(self._scrap_report(order))
        self.assertLoss(0, scrap_variance=0.0, conversion_allocated=0.0)
        self._complete(order)
        self.assertLoss(-660, scrap_variance=0.0, fg=760.0)

    def test_taken_back_after_the_product_was_received(self):
        self.bom.bom_line_ids[:2].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        self._complete(order, 8)
        self._reverse(self._scrap_report(order))
        self.assertLoss(
            -8 * 66, scrap_variance=0.0, conversion_allocated=-80.0, fg=608.0
        )

    def test_the_completion_taken_back_leaves_the_scrap(self):
        self.bom.bom_line_ids[:2].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        self._complete(order, 8)
        completion = order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "completion"
        )
        self._reverse(completion)
        self.assertLoss(-90, scrap_variance=108.0, conversion_allocated=-18.0, fg=0.0)
        self._reverse(self._scrap_report(order))
        self.assertLoss(0, scrap_variance=0.0, conversion_allocated=0.0, fg=0.0)

    def test_the_rest_of_an_operation_is_taken_back_beside_the_scrap(self):
        self.bom.bom_line_ids[0].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Welding")
        welding = order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "operation"
        )
        self._reverse(welding)
        self.assertIn("scrapped", welding.reversal_rest)
        self.assertLoss(-80, scrap_variance=92.0, conversion_allocated=-12.0)
        self._complete(order, 8)
        self.assertLoss(-80 - 528, scrap_variance=92.0, fg=608.0)

    # -- orders as they come ---

    def test_partial_reports_and_a_backorder(self):
        self.bom.bom_line_ids[:2].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 1, "Welding")
        backorder = self._complete_with_backorder(order, 4)
        self.assertLoss(
            -40 - 4 * 66, scrap_variance=46.0, conversion_allocated=-46.0, fg=304.0
        )
        self._scrap(backorder, 2, "Assembly")
        self.assertLoss(
            -40 - 4 * 66 - 130, scrap_variance=196.0, conversion_allocated=-66.0
        )
        self._complete(backorder, 3)
        self.assertLoss(
            -40 - 7 * 66 - 130,
            scrap_variance=196.0,
            conversion_allocated=-96.0,
            fg=532.0,
        )

    def test_scrapped_pieces_yield_no_by_products(self):
        self.env.user.group_ids += self.env.ref("mrp.group_mrp_byproducts")
        chips = self._product("Chips", 2.0, self.parts)
        self.bom.byproduct_ids = [
            Command.create({"product_id": chips.id, "product_qty": 1})
        ]
        costs = self.env["backflush.standard.cost"].with_user(self.accountant)
        costs.browse(costs.action_roll_up(self.frame.ids)).action_release()
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Painting")
        self.assertLoss(-90, scrap_variance=108.0)
        self.assertEqual(self._on_hand(chips, self.store), 0)
        self._complete(order, 8)
        self.assertEqual(self._on_hand(chips, self.store), 8)
        self.assertBalances(scrap_variance=108.0, usage_variance=0.0, fg=592.0)
        self.assertProven()

    def test_a_substitute_is_scrap_up_to_what_it_stands_for(self):
        steel = self._product("Steel Tube", 12.0, self.parts)
        self._buy(steel, 100, 12.0, self.store)
        self.opening = self._balance(self.policy.rip_account_id)
        order = self._order(self.frame, 10)
        self._apply(self._substitution(self.tube, steel), order, 20)
        self._scrap(order, 2, "Welding")
        # Four of the eight tubes were of steel, at two more each.
        self.assertLoss(
            -88,
            scrap_variance=92.0,
            substitution_variance=8.0,
            conversion_allocated=-12.0,
        )

    def test_a_routing_that_changed_splits_the_standard_and_does_not_change_it(self):
        weld, coat, fit = self.bom.operation_ids
        (weld | coat | fit).time_cycle_manual = 20
        order = self._order(self.frame, 10)
        self._scrap(order, 3, "Painting")
        # The standard still holds 10 of conversion; two thirds were performed.
        self.assertBalances(conversion_allocated=-20.0, scrap_variance=155.0)
        self.assertProven()

    def test_a_late_report_is_booked_on_the_day_it_happened(self):
        order = self._order(self.frame, 10)
        with freeze_time("2026-03-05 10:00:00"):
            document = (
                self.env["backflush.deviation"]
                .with_user(self.operator)
                .with_context(backflush_event_time="2026-03-03 08:00:00")
                .create(
                    {
                        "kind": "product_scrap",
                        "production_id": order.id,
                        "workorder_id": self._at(order, "Welding").id,
                        "quantity": 2,
                        "reason_id": self.reason.id,
                    }
                )
            )
            self.assertEqual(document.product_id, self.frame)
            document.action_record()
            report = self._scrap_report(order)
            self.assertEqual(report.date_accounting, date(2026, 3, 3))
            self.assertEqual(report.move_id.date, date(2026, 3, 3))
            self.assertProven(date="2026-03-02")
            self.assertProven(date="2026-03-03")
            self.assertProven()

    def test_the_value_above_the_limit_waits_for_a_supervisor(self):
        self.company.backflush_deviation_limit = 100
        order = self._order(self.frame, 10)
        small = self._scrap(order, 1, "Painting")
        self.assertEqual((small.state, small.value), ("closed", 54.0))
        large = self._scrap(order, 2, "Painting")
        self.assertEqual((large.state, large.value), ("draft", 108.0))
        self.assertLoss(-45, scrap_variance=54.0)
        with self.assertRaisesRegex(UserError, large.name), self.env.cr.savepoint():
            self._complete(order, 7)
        large.with_user(self.supervisor).action_approve()
        self.assertRecordValues(
            large, [{"state": "closed", "approved_by_id": self.supervisor.id}]
        )
        self.assertEqual(large.confirmation_ids.user_id, self.operator)
        self.assertEqual((large.value, large.quantity_used), (108.0, 2))
        self.assertLoss(-135, scrap_variance=162.0)
        self._complete(order, 7)
        self.assertProven()

    def test_without_a_released_standard_it_is_refused(self):
        frame = self._product("New Frame", 0.0, self.goods)
        bom = self._bom(frame, [(self.tube, 4)], [(self.stations[0], 6)])
        bom.bom_line_ids.operation_id = bom.operation_ids
        self.env["backflush.standard.cost"].search(
            [("product_id", "=", frame.id)]
        )._set_state("superseded")
        order = self._order(frame, 10)
        with self.assertRaisesRegex(UserError, "no released standard cost"):
            self._scrap(order, 2, "Welding")
