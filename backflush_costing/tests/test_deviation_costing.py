from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .deviation_common import DeviationCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviationCosting(DeviationCommon):
    """Scrap, substitution and usage each reach an account of their own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        raw = cls._category("Raw", "material")
        finished = cls._category("Finished", "finished")
        cls.policy = cls._policy()
        (raw | finished).property_backflush_policy_id = cls.policy
        kg = cls.env.ref("uom.product_uom_kgm")
        cls.a = cls._product("A", 4.0, raw, uom_id=kg.id)
        cls.b = cls._product("B", 5.0, raw, uom_id=kg.id)
        cls.mix = cls._product("Mix", 0.0, finished)
        workcenter = cls._workcenter("Mixer", 60)
        cls._bom(cls.mix, [(cls.a, 10)], [(workcenter, 2)])
        costs = cls.env["backflush.standard.cost"].with_user(cls.accountant)
        costs.browse(costs.action_roll_up(cls.mix.ids)).action_release()

    def setUp(self):
        super().setUp()
        self._buy(self.a, 1000, 4.0)
        self._buy(self.b, 1000, 5.0)
        self.assertProven()

    def _variances(self, order):
        """``{kind: amount}`` of what the completion posted as variance."""
        lines = order.backflush_confirmation_ids.posting_line_ids
        return {
            line.kind: line.amount
            for line in lines
            if line.kind in ("scrap", "substitution", "usage", "standard")
        }

    def test_substitution_and_quantity_of_the_textbook(self):
        """100 kg of A at 4 are asked; 70 A and 32 B at 5 used: +40 = +32 and +8.

        The approval (one kg of B for one of A) covers all 32 kg of B. They stand
        for 32 of A at one more each; with 70 of A that is 102 where 100 are asked,
        and the 2 too many are usage.
        """
        approved = self._substitution(self.a, self.b, quantity=40)
        order = self._order(self.mix, 10)
        self._apply(approved, order, 30)
        self._report(order, 10, {self.a: 70, self.b: 32})
        self.assertEqual(self._variances(order), {"substitution": 32, "usage": 8})
        self.assertBalances(
            rip=9000.0 - 440.0,
            fg=420.0,
            conversion_allocated=-20.0,
            substitution_variance=32.0,
            usage_variance=8.0,
            scrap_variance=0.0,
        )
        self.assertLine(order, self.a, 100, -30, -32)
        self.assertProven()

    def test_taken_back_each_variance_returns_where_it_was(self):
        order = self._order(self.mix, 10)
        self._record(order, "scrap", self.a, 5)
        self._apply(self._substitution(self.a, self.b, quantity=40), order, 30)
        self._complete(order)
        self.assertBalances(substitution_variance=30.0, scrap_variance=20.0)
        completion = order.backflush_confirmation_ids
        completion.with_user(self.supervisor).action_reverse("Wrong batch", False)
        self.assertBalances(
            substitution_variance=0.0, scrap_variance=0.0, usage_variance=0.0
        )
        self.assertProven()

    def test_beyond_the_approved_quantity_it_is_usage(self):
        """The same report against an approval of 30: +30, and 2 kg of B at 5."""
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b, quantity=30), order, 30)
        self._report(order, 10, {self.a: 70, self.b: 32})
        self.assertEqual(self._variances(order), {"substitution": 30, "usage": 10})
        self.assertProven()

    def test_without_an_approval_it_is_all_usage(self):
        order = self._order(self.mix, 10)
        order.write(
            {
                "move_raw_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.b.id,
                            "product_uom_qty": 32,
                            "product_uom": self.b.uom_id.id,
                        },
                    )
                ]
            }
        )
        self._report(order, 10, {self.a: 70, self.b: 32})
        self.assertEqual(self._variances(order), {"usage": 40})
        self.assertLine(order, self.b, 0, 32, 0)
        self.assertProven()

    def test_a_cheaper_substitute_is_a_favourable_substitution(self):
        paste = self._product("Paste", 3.0, self.a.categ_id, uom_id=self.a.uom_id.id)
        self._buy(paste, 100, 3.0)
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, paste, ratio=1.2), order, 50)
        self._complete(order)
        # 60 of the paste at 3 for 50 of A at 4.
        self.assertEqual(self._variances(order), {"substitution": -20})
        self.assertBalances(substitution_variance=-20.0, usage_variance=0.0)
        self.assertProven()

    def test_scrap_and_over_use_are_told_apart(self):
        order = self._order(self.mix, 10)
        self._record(order, "scrap", self.a, 3)
        self._record(order, "overuse", self.a, 2)
        self._complete(order)
        self.assertEqual(self._variances(order), {"scrap": 12, "usage": 8})
        self.assertBalances(scrap_variance=12.0, usage_variance=8.0, fg=420.0)
        self.assertProven()

    def test_under_use_is_favourable_usage(self):
        order = self._order(self.mix, 10)
        self._record(order, "underuse", self.a, 5)
        self._complete(order)
        self.assertEqual(self._variances(order), {"usage": -20})
        self.assertProven()

    def test_all_of_them_in_one_order_do_not_overlap(self):
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self._record(order, "scrap", self.a, 3)
        self._record(order, "scrap", self.b, 1)
        self._record(order, "underuse", self.a, 1)
        self._complete(order)
        self.assertEqual(
            self._variances(order), {"scrap": 17, "substitution": 30, "usage": -4}
        )
        self.assertBalances(rip=9000.0 - (72 * 4 + 31 * 5), fg=420.0)
        self.assertProven()

    def test_scrap_that_is_missing_is_scrap_all_the_same(self):
        self._scrap_stock(self.a, 900)
        order = self._order(self.mix, 10)
        self._record(order, "scrap", self.a, 3)
        self._complete(order)
        self.assertEqual(order.backflush_error_ids.quantity_open, 3)
        self.assertBalances(suspense=-12.0, scrap_variance=12.0, usage_variance=0.0)
        self.assertProven()
        self._put(self.a, 3, self.store)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertBalances(suspense=0.0, scrap_variance=12.0, usage_variance=0.0)
        self.assertProven()

    def _scrap_stock(self, product, quantity):
        """A count finds less."""
        quant = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", self.store.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = (
            quant.quantity - quantity
        )
        quant.action_apply_inventory()

    def test_a_batch_is_one_entry_with_each_variance_once(self):
        orders = self._order(self.mix, 10) | self._order(self.mix, 10)
        for order in orders:
            self._record(order, "scrap", self.a, 1.5)
        self._complete(orders)
        entry = orders.backflush_confirmation_ids.move_id
        self.assertEqual(len(entry), 1)
        self.assertEntry(
            entry,
            [
                ("fg", 840.0),
                ("rip", -812.0),
                ("conversion_allocated", -40.0),
                ("scrap_variance", 12.0),
            ],
        )
        self.assertProven()

    def test_an_outdated_standard_stays_what_it_is(self):
        order = self._order(self.mix, 10)
        self._record(order, "scrap", self.a, 2)
        costs = self.env["backflush.standard.cost"].with_user(self.accountant)
        costs.create(
            {"product_id": self.a.id, "material_level": 5, "material": 5}
        ).action_release()
        self._complete(order)
        self.assertEqual(self._variances(order), {"standard": 100, "scrap": 10})
        self.assertProven()

    def test_what_operations_report_reaches_the_same_accounts(self):
        self.company.flush_method = "operation"
        self.mix.bom_ids.bom_line_ids.operation_id = self.mix.bom_ids.operation_ids
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self._record(order, "scrap", self.a, 3)
        workorder = order.workorder_ids.with_user(self.operator)
        workorder.button_start()
        workorder.qty_produced = 10
        workorder.button_finish()
        # In process: the ledger follows with the product.
        self.assertBalances(rip=9000.0, scrap_variance=0.0)
        self.assertProven()
        self._complete(order)
        self.assertEqual(self._variances(order), {"scrap": 12, "substitution": 30})
        self.assertBalances(rip=9000.0 - (73 * 4 + 30 * 5), fg=420.0)
        self.assertProven()

    def test_a_policy_needs_an_account_for_each_variance(self):
        for name in ("scrap", "substitution"):
            with self.assertRaisesRegex(ValidationError, "still needs"):
                self.policy[f"{name}_variance_account_id"] = False
