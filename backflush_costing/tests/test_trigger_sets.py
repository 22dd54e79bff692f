from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .trigger_set_cases import TriggerSetCases
from .triggers_common import TriggersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPurchaseCompletionSale(TriggerSetCases, TriggersCommon):
    def test_entries(self):
        self._stock_up()
        self.assertBalances(rip=1900.0, material_clearing=0.0)
        order = self._make_vehicles(1)
        self.assertEntry(
            order.backflush_confirmation_ids.move_id,
            [("fg", 200.0), ("rip", -170.0), ("conversion_allocated", -30.0)],
        )


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPurchaseSale(TriggerSetCases, TriggersCommon):
    trigger_set = "purchase_sale"

    def test_entries(self):
        """No entry at the completion; the sale credits material 160 and 40."""
        self._stock_up()
        order = self._make_vehicles(1)
        self.assertFalse(order.backflush_confirmation_ids.move_id)
        self.assertBalances(rip=1900.0, fg=0.0, conversion_allocated=0.0)
        invoice = self._sell_vehicles(1)
        costs = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        self.assertEqual(
            sorted((line.account_id.name, line.balance) for line in costs),
            sorted(
                [
                    (self.policy.rip_account_id.name, -160.0),
                    (self.policy.conversion_allocated_account_id.name, -40.0),
                    (self.vehicle._get_product_accounts()["expense"].name, 200.0),
                ]
            ),
        )

    def test_a_sale_credits_what_no_completion_has(self):
        """A battery that is capitalised when made is not allocated again."""
        capital = self._policy(name="Batteries")
        batteries = self._category("Batteries")
        self._cost(batteries, "material", capital)
        self.battery.categ_id = batteries
        self.battery._backflush_ensure_standard()
        drafts = self.env["backflush.standard.cost"].action_roll_up(self.vehicle.ids)
        self.env["backflush.standard.cost"].browse(drafts).action_release()
        self.assertEqual(self.vehicle.standard_price, 200.0)
        self.assertEqual(self.vehicle._backflush_carrying_cost(), 170)
        self._stock_up()
        self._make_vehicles(1)
        self.assertBalances(rip=1910.0, conversion_allocated=-10.0)
        self._sell_vehicles(1)
        self.assertBalances(rip=1740.0, conversion_allocated=-40.0)
        self.assertEqual(self.cogs, 200.0)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestCompletionSale(TriggerSetCases, TriggersCommon):
    trigger_set = "completion_sale"

    def test_entries(self):
        """Bills go to the clearing account, whose balance is the material on hand."""
        self._stock_up()
        self.assertBalances(rip=0.0, material_clearing=1900.0)
        order = self._make_vehicles(1)
        self.assertEntry(
            order.backflush_confirmation_ids.move_id,
            [
                ("fg", 200.0),
                ("material_clearing", -170.0),
                ("conversion_allocated", -30.0),
            ],
        )

    def test_a_shortage_is_credited_as_if_issued(self):
        self._buy(self.cell, 14, 10)
        order = self._produce(self.battery, 3)
        self.assertBalances(material_clearing=170.0, suspense=0.0)
        error = order.backflush_error_ids
        error.with_user(self.accountant).action_write_off("Miscounted report")
        self.assertBalances(material_clearing=210.0, usage_variance=-40.0)
        self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestSale(TriggerSetCases, TriggersCommon):
    trigger_set = "sale"

    def test_entries(self):
        self._stock_up()
        order = self._make_vehicles(1)
        self.assertFalse(order.backflush_confirmation_ids.move_id)
        self.assertBalances(material_clearing=1900.0, fg=0.0, rip=0.0)
        self._sell_vehicles(1)
        self.assertBalances(material_clearing=1740.0, conversion_allocated=-40.0)
        self.assertEqual(self.cogs, 200.0)

    def test_pairs_that_cannot_work_together_are_refused_by_name(self):
        """A completion that posts nothing cannot move material between accounts."""
        other = self._policy(name="Purchases", trigger_set="purchase_sale")
        parts = self._category("Parts")
        self._cost(parts, "material", other)
        self.body.categ_id = parts
        with self.assertRaisesRegex(UserError, "Body by Purchases"):
            self._order(self.vehicle, 1)

    def test_a_component_without_its_conversion_is_refused(self):
        full = self._policy(name="In full", trigger_set="completion_sale")
        self._cost(self.finished, "finished", full)
        with self.assertRaisesRegex(UserError, "Battery by Plant"):
            self._order(self.vehicle, 1)
