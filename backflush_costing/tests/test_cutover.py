from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .cutover_common import CutoverCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestCutover(CutoverCommon):
    """Trigger points change, and a policy leaves, with everything open."""

    def test_a_preview_changes_nothing_and_is_what_is_posted(self):
        self._open_everything()
        before = self._accounts()
        cutover = self._cutover("change", trigger_set="purchase_sale")
        shown = self._lines(cutover)
        self.assertEqual(self._accounts(), before)
        self.assertEqual(self.policy.trigger_set, "purchase_completion_sale")
        self.assertEqual(cutover.state, "draft")
        self.assertProven()
        rip, fg = self.policy.rip_account_id, self.policy.fg_account_id
        # One on hand and one delivered and not invoiced, 200 each, at 160 each.
        self.assertEqual(shown["Vehicle"], (fg, 400.0, rip, 320.0))
        cutover.action_post()
        self.assertEqual(self._lines(cutover), shown)
        self.assertProven()

    def test_without_a_completion_trigger_conversion_is_carried_no_more(self):
        self._open_everything()
        before = self._accounts()
        revaluation = self._balance(self.policy.revaluation_account_id)
        cutover = self._cut_over("change", trigger_set="purchase_sale")
        self.assertEqual(self.policy.trigger_set, "purchase_sale")
        self.assertBalances(fg=0.0, suspense=0.0)
        # Conversion of two vehicles, 40 each, and of the battery in stock, 10.
        self.assertEqual(cutover.difference, -90.0)
        self.assertBalances(revaluation=revaluation + 90.0)
        self._reverse(cutover)
        self.assertEqual(self.policy.trigger_set, "purchase_completion_sale")
        self.assertEqual(self._accounts(), before)
        self.assertBalances(revaluation=revaluation)

    def test_a_policy_can_go_through_all_trigger_points_with_stock_open(self):
        """Documents go on in between; what is parked stays parked until it is there."""
        self._open_everything()
        for trigger_set in (
            "sale",
            "completion_sale",
            "purchase_sale",
            "purchase_completion_sale",
        ):
            self._cut_over("change", trigger_set=trigger_set)
            self._put(self.cell, 8, self.store)
            self._produce(self.battery, 1)
            self.assertProven()
        error = self.env["backflush.error"].search([("state", "=", "open")])
        self.assertBalances(suspense=-error.amount)
        self._put(self.cell, 50, self.store)
        self._as(self.supervisor, error).action_retry()
        self.assertProven()
        self.assertBalances(suspense=0.0)

    def test_an_opening_entry_leaves_what_is_parked_alone(self):
        """Parked on the account of the component, which the opening explains."""
        self._cut_over("change", trigger_set="sale")
        self._put(self.cell, 2, self.store)
        self._produce(self.battery, 1)
        self.assertProven()
        equity = self.env["account.account"].create(
            {"name": "Opening", "code": "OPEN", "account_type": "equity"}
        )
        self.assertFalse(self.policy.post_opening(equity.id))
        self.assertProven()

    def test_what_was_made_before_is_sold_and_unbuilt_after(self):
        self._stock_up()
        order = self._make_vehicles(2)
        self._cut_over("change", trigger_set="sale")
        self._sell_vehicles(1)
        self._unbuild(order, 1)
        self.assertProven()

    def test_bills_and_invoices_of_before_are_posted_after(self):
        self._stock_up()
        self._make_vehicles(1)
        sale = self._sell(self.vehicle, 1, 500)
        self._deliver(sale)
        purchase = self._purchase(self.body, 3, 95)
        self._receive(purchase)
        self._cut_over("change", trigger_set="completion_sale")
        self._bill(purchase)
        self.assertProven()
        self._invoice(sale)
        self.assertProven()

    def test_what_is_in_process_moves_along(self):
        self.company.flush_method = "start"
        self._stock_up()
        order = self._order(self.battery, 2)
        order.workorder_ids.button_start()
        self.assertProven()
        self._cut_over("change", trigger_set="sale")
        self._complete(order)
        self.assertProven()

    def test_a_policy_leaves_and_comes_back(self):
        """Stock is back on Odoo's account at Odoo's value, everything else is gone."""
        self._open_everything()
        before = self._accounts()
        stock = self.company.account_stock_valuation_id
        cutover = self._cut_over("leave")
        self.assertFalse(self.material.property_backflush_policy_id)
        self.assertFalse(self.finished.property_backflush_policy_id)
        self.assertEqual(set(self._accounts().values()), {0.0})
        places = self.env["stock.location"].search(
            [("company_id", "=", self.company.id), ("usage", "=", "inventory")]
        )
        self.assertFalse(places.valuation_account_id)
        value = sum(self.company.stock_value().values())
        self.assertEqual(self._balance(stock), value)
        self._reverse(cutover)
        self.assertEqual(self.material.property_backflush_policy_id, self.policy)
        self.assertEqual(self.finished.property_backflush_role, "finished")
        # The open record was a memo meanwhile; its components are parked again.
        self.assertLess(before["suspense"], 0.0)
        self.assertEqual(self._accounts(), before)
        self.assertEqual(self._balance(stock), 0.0)

    def test_counts_that_were_posted_are_not_posted_again_by_odoo(self):
        """Periodic again, while another category keeps the policy and its accounts."""
        self._put(self.vehicle, 3, self.store)
        self._put(self.vehicle, 1, self.store)
        self._cut_over("leave", leaving_categ_ids=self.finished)
        self.assertEqual(self.finished.property_valuation, "periodic")
        self._put(self.vehicle, 2, self.store)
        proposed = self.company._action_close_stock_valuation()
        difference = self.policy.inventory_difference_account_id
        found = [v for v in proposed if v["account_id"] == difference.id]
        self.assertEqual([(v["debit"], v["credit"]) for v in found], [(0, 200.0)])

    def test_one_category_leaves_alone(self):
        self._stock_up()
        self._make_vehicles(1)
        self._cut_over("leave", leaving_categ_ids=self.finished)
        self.assertBalances(fg=0.0)
        self.assertEqual(self.material.property_backflush_policy_id, self.policy)

    def test_without_the_form_it_is_refused_as_before(self):
        self._stock_up()
        with self.assertRaisesRegex(ValidationError, "by a cutover"):
            self.policy.trigger_set = "sale"
        refused = self.assertRaisesRegex(UserError, "by a cutover")
        with refused, self.env.cr.savepoint():
            self.material.property_backflush_policy_id = False
        # No flag of a caller stands for the form.
        policy = self.policy.with_context(backflush_cutover=True)
        with self.assertRaisesRegex(ValidationError, "by a cutover"):
            policy.trigger_set = "sale"

    def test_a_cutover_that_changes_nothing_is_refused(self):
        for kind, vals in (
            ("enter", {}),
            ("change", {"trigger_set": self.policy.trigger_set}),
        ):
            with self.assertRaisesRegex(UserError, "Choose what changes"):
                self._cutover(kind, **vals).action_post()

    def test_a_posted_cutover_is_a_fact(self):
        self._stock_up()
        cutover = self._as(
            self.accountant, self._cut_over("change", trigger_set="sale")
        )
        with self.assertRaises(UserError):
            cutover.action_post()
        with self.assertRaises(UserError):
            cutover.kind = "leave"
        with self.assertRaises(UserError):
            cutover.write({"state": "draft"})
        with self.assertRaises(UserError):
            cutover.unlink()
        with self.assertRaisesRegex(UserError, "Say why"):
            cutover.action_reverse(" ")

    def test_the_last_one_is_taken_back_first(self):
        first = self._cut_over("change", trigger_set="sale")
        second = self._cut_over("change", trigger_set="purchase_sale")
        with self.assertRaisesRegex(UserError, "first"):
            self._as(self.accountant, first).action_reverse("Wrong")
        self._reverse(second)
        self._reverse(first)

    def test_only_a_cost_accountant_cuts_over(self):
        cutover = self._cutover("change", trigger_set="sale")
        for user in (self.operator, self.supervisor):
            for action in ("action_preview", "action_post"):
                with self.assertRaises(AccessError):
                    getattr(self._as(user, cutover), action)()

    def test_the_form_lists_what_stands_open(self):
        self._open_everything()
        self._order(self.vehicle, 5)
        cutovers = self._as(self.accountant, self.env["backflush.cutover"])
        with Form(cutovers) as form:
            form.policy_id = self.policy
            form.kind = "leave"
        cutover = form.save()
        counts = {item.name: item.count for item in cutover.item_ids}
        self.assertEqual(counts["Open manufacturing orders"], 1)
        self.assertEqual(counts["Received and not billed, or the reverse"], 1)
        self.assertEqual(counts["Delivered and not invoiced, or the reverse"], 1)
        self.assertEqual(counts["Open error records"], 1)
        for item in cutover.item_ids:
            action = item.action_open()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(found), item.count)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestGoLive(CutoverCommon):
    """Categories with stock come under a policy: the figures of docs/accounting.md."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for category in (cls.material, cls.finished):
            category.property_backflush_policy_id = False
            category.property_valuation = "real_time"
        cls.stock = cls.company.account_stock_valuation_id

    def _go_live(self):
        return self._cut_over(
            "enter",
            material_categ_ids=self.material,
            finished_categ_ids=self.finished,
        )

    def test_stock_goes_from_odoo_s_account_to_the_policy_s(self):
        """10 cells at 10, billed at 12: Odoo's closing would have posted the 20."""
        self._buy(self.cell, 10, 12.0)
        unbilled = self._purchase(self.cell, 5, 10.0)
        self._receive(unbilled)
        self.assertEqual(self._balance(self.stock), 120.0)
        cutover = self._go_live()
        self.assertEqual(self._balance(self.stock), 0.0)
        self.assertBalances(rip=100.0)
        line = self._lines(cutover)["Cell"]
        self.assertEqual(line, (self.stock, 150.0, self.policy.rip_account_id, 100.0))
        self._bill(unbilled)
        self.assertProven()
        self.assertBalances(rip=150.0)
        self._reverse(cutover)
        self.assertEqual(self._balance(self.stock), 150.0)
        self.assertBalances(rip=0.0)

    def test_other_products_stay_on_odoo_s_account(self):
        category = self._category("Merchandise")
        category.property_valuation = "real_time"
        goods = self._product("Goods", 8.0, category)
        self._buy(goods, 5, 8.0)
        self._buy(self.cell, 10, 10.0)
        self._go_live()
        self.assertEqual(self._balance(self.stock), 40.0)
        self.assertBalances(rip=100.0)

    def test_products_are_taken_in_at_their_standard(self):
        self._buy(self.cell, 10, 10.0)
        self.battery.standard_price = 75.0
        self._put(self.battery, 2, self.store)
        self._go_live()
        self.assertBalances(rip=250.0)
        self._produce(self.battery, 1)
        self.assertProven()

    def test_stock_at_average_cost_comes_in_by_a_cutover_alone(self):
        self.material.property_cost_method = "average"
        self._buy(self.cell, 10, 12.0)
        refused = self.assertRaisesRegex(ValidationError, "by a cutover")
        with refused, self.env.cr.savepoint():
            self._cost(self.material, "material")
        cutover = self._cutover("enter", material_categ_ids=self.material)
        self.assertIn("Stock at average or FIFO", cutover.item_ids.mapped("name"))
        cutover.action_post()
        self.assertProven()
        self.assertEqual(self.material.property_cost_method, "standard")
        self.assertBalances(rip=120.0)
        self._reverse(cutover.with_env(self.env))
        self.assertEqual(self.material.property_cost_method, "average")

    def test_negative_stock_is_counted_before(self):
        self.env["stock.quant"]._update_available_quantity(self.cell, self.store, -3)
        cutover = self._cutover("enter", material_categ_ids=self.material)
        self.assertTrue(cutover.is_blocked)
        with self.assertRaisesRegex(UserError, "Negative stock"):
            cutover.action_post()
        self._put(self.cell, 4, self.store)
        cutover.action_post()
        self.assertProven()
        self.assertBalances(rip=40.0)

    def test_open_orders_are_completed_under_the_policy(self):
        self._buy(self.cell, 20, 10.0)
        order = self._order(self.battery, 2)
        self._go_live()
        self._complete(order)
        self.assertProven()

    def test_receipts_without_a_bill_stand_on_goods_received(self):
        self.policy.purchase_event = "receipt"
        purchase = self._purchase(self.cell, 5, 11.0)
        self._receive(purchase)
        cutover = self._go_live()
        self.assertBalances(rip=50.0, received_not_billed=-50.0)
        self._bill(purchase)
        self.assertProven()
        self.assertBalances(price_variance=5.0, received_not_billed=0.0)
        self._receive(self._purchase(self.cell, 2, 10.0))
        self._reverse(cutover)
        self.assertBalances(rip=0.0, received_not_billed=0.0)
