from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .triggers_common import TriggersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPolicySetup(TriggersCommon):
    """Choosing a policy says what it changes, and leaving it restores that."""

    FIELDS = (
        "property_valuation",
        "property_cost_method",
        "property_stock_valuation_account_id",
        "property_price_difference_account_id",
        "property_stock_journal",
    )

    def _values(self, category):
        return {name: category[name] for name in self.FIELDS}

    def test_leaving_a_policy_restores_what_it_found(self):
        category = self._category("Sometimes")
        category.property_valuation = "periodic"
        before = self._values(category)
        for trigger_set in ("completion_sale", "sale"):
            self._cost(category, "material", self._policy_of(trigger_set))
        self.assertEqual(category.property_valuation, "real_time")
        category.property_backflush_policy_id = False
        self.assertEqual(self._values(category), before)

    def _policy_of(self, trigger_set):
        return self._policy(name=trigger_set, trigger_set=trigger_set)

    def test_what_somebody_else_changed_meanwhile_stays(self):
        category = self._category("Sometimes")
        self._cost(category, "material")
        account = self.env["account.account"].create(
            {"name": "Own", "code": "110999", "account_type": "asset_current"}
        )
        category.property_stock_valuation_account_id = account
        category.property_backflush_policy_id = False
        self.assertEqual(category.property_stock_valuation_account_id, account)

    def test_the_form_says_what_saving_changes(self):
        category = self._category("Bolts")
        bolt = self._product("Bolt", 2.0, category)
        self._put(bolt, 10, self.store)
        with Form(category.with_user(self._category_manager())) as form:
            self.assertFalse(form.backflush_change_text)
            form.property_backflush_policy_id = self.policy
            self.assertIn("Raw and In-Process", form.backflush_change_text)
            self.assertIn("20.00", form.backflush_change_text)
            self.assertIn("by a cutover", form.backflush_change_text)
        self.assertFalse(category.backflush_change_text)

    def _category_manager(self):
        user = self._user("categories", "group_cost_accountant")
        user.group_ids += self.env.ref("product.group_product_manager")
        user.group_ids += self.env.ref("account.group_account_manager")
        return user

    def test_a_policy_follows_its_new_trigger_points(self):
        """Nothing in stock yet: the categories move to the accounts of the new set."""
        self.policy.trigger_set = "sale"
        clearing = self.policy.material_clearing_account_id
        for category in self.material | self.finished:
            self.assertEqual(category.property_stock_valuation_account_id, clearing)
        self._stock_up()
        self._make_vehicles(1)
        self._sell_vehicles(1)
        self.assertEqual(self.cogs, 200.0)
        self.assertBalances(material_clearing=1740.0, conversion_allocated=-40.0)

    def test_trigger_points_stay_while_the_ledger_holds_stock(self):
        self._stock_up()
        with self.assertRaisesRegex(ValidationError, "still holds"):
            self.policy.trigger_set = "sale"

    def test_an_account_is_asked_for_by_the_trigger_points(self):
        bare = self.env["backflush.costing.policy"].create(
            {"name": "Bare", "trigger_set": "sale"}
        )
        self.assertNotIn("fg_account_id", bare._required_accounts())
        self.assertTrue(bare.lacks_accounts)
        with self.assertRaisesRegex(ValidationError, "Materials Clearing"):
            self._category("New").property_backflush_policy_id = bare

    def test_proposed_accounts_are_enough(self):
        bare = self.env["backflush.costing.policy"].create(
            {"name": "Bare", "trigger_set": "sale"}
        )
        bare.action_propose_accounts()
        self.assertFalse(bare.lacks_accounts)

    def test_the_assistant_makes_a_policy_of_the_chosen_trigger_points(self):
        parts, things = self._category("Parts"), self._category("Things")
        assistant = (
            self.env["backflush.setup.assistant"]
            .with_user(self._user("setter", "group_cost_accountant"))
            .create(
                {
                    "is_costed": True,
                    "policy_id": False,
                    "policy_name": "At the sale",
                    "trigger_set": "sale",
                    "component_categ_ids": parts.ids,
                    "finished_categ_ids": things.ids,
                }
            )
        )
        assistant.action_preview()
        self.assertIn(
            "materials clearing", "".join(assistant.change_ids.mapped("name"))
        )
        assistant.action_apply()
        self.assertEqual(things.property_backflush_policy_id.trigger_set, "sale")
