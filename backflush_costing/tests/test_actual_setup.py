from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .actual_common import ActualCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualSetup(ActualCommon):
    """Which categories, policies and products can be costed at actual cost."""

    def test_the_category_keeps_its_costing_method(self):
        self.assertRecordValues(
            self.bought,
            [
                {
                    "property_cost_method": "average",
                    "property_valuation": "real_time",
                }
            ],
        )
        account = self.bought.property_stock_valuation_account_id
        self.assertEqual(account, self.policy.rip_account_id)
        self.assertEqual(self.made.property_cost_method, "standard")
        released = self.env["backflush.standard.cost"]._current(self.cell)
        self.assertFalse(released)

    def test_it_needs_average_or_first_in_first_out(self):
        category = self._category("Another")
        category.property_cost_method = "standard"
        with self.assertRaisesRegex(ValidationError, "Average Cost or First In"):
            category.write(
                {
                    "property_backflush_cost_basis": "actual",
                    "property_backflush_policy_id": self.policy.id,
                }
            )

    def test_it_needs_every_trigger_point(self):
        for number, vals in enumerate(
            (
                {"trigger_set": "purchase_sale"},
                {"trigger_set": "completion_sale"},
                {"trigger_set": "sale"},
                {"purchase_event": "receipt"},
            )
        ):
            policy = self._policy(name=f"Other {number}", **vals)
            category = self._category(f"Another {number}")
            with self.assertRaisesRegex(ValidationError, "known at the vendor bill"):
                category.write(
                    {
                        "property_cost_method": "fifo",
                        "property_backflush_cost_basis": "actual",
                        "property_backflush_policy_id": policy.id,
                    }
                )

    def test_expenses_by_nature_are_refused(self):
        policy = self._policy(name="By nature", presentation="nature")
        category = self._category("Another")
        with self.assertRaisesRegex(ValidationError, "expenses by nature"):
            category.write(
                {
                    "property_cost_method": "fifo",
                    "property_backflush_cost_basis": "actual",
                    "property_backflush_policy_id": policy.id,
                }
            )

    def test_the_policy_cannot_leave_a_trigger_point(self):
        for vals in ({"trigger_set": "sale"}, {"purchase_event": "receipt"}):
            with self.assertRaisesRegex(ValidationError, "known at the vendor bill"):
                self.policy.write(vals)

    def test_a_product_without_completion_trigger_cannot_take_it(self):
        other = self._policy(name="Other", trigger_set="purchase_sale")
        category = self._category("Unfinished", "finished")
        product = self._product("Pack", 0.0, category)
        self._bom(product, [(self.cell, 1)])
        category.property_backflush_policy_id = other
        with self.assertRaisesRegex(UserError, "costed at actual cost"):
            self._order(product, 1)

    def test_the_basis_does_not_change_under_stock(self):
        self._buy(self.cell, 1, 12.0)
        for vals in (
            {"property_backflush_cost_basis": "standard"},
            {"property_cost_method": "fifo"},
        ):
            with self.assertRaisesRegex(UserError, "Cell"):
                self.bought.write(vals)

    def test_the_basis_changes_while_there_is_no_stock(self):
        self.bought.property_cost_method = "fifo"
        self._buy(self.cell, 6, 12.0, self.line_side)
        self._produce(self.battery, 1)
        self.assertProven()
        self.bought.property_backflush_cost_basis = "standard"
        self.assertEqual(self.bought.property_cost_method, "standard")
        self.assertTrue(self.env["backflush.standard.cost"]._current(self.cell))
        self.assertProven()

    def test_a_product_of_several_companies_is_refused(self):
        self.env["res.company"].create({"name": "Sister"})
        self.bought.name = "Still fine"
        with self.assertRaisesRegex(UserError, "Cell.*belong to one company"):
            self.cell.product_tmpl_id.company_id = False
        with self.assertRaisesRegex(UserError, "Shared.*belong to one company"):
            self._product("Shared", 1.0, self.bought)

    def test_a_valuation_by_lot_is_refused(self):
        self.cell.tracking = "lot"
        with self.assertRaisesRegex(UserError, "Cell.*by lot"):
            self.cell.product_tmpl_id.lot_valuated = True

    def test_an_actual_cost_is_not_released(self):
        version = self.env["backflush.standard.cost"].create(
            {"product_id": self.cell.id, "material_level": 11, "material": 11}
        )
        with self.assertRaisesRegex(UserError, "costed at actual cost"):
            version.action_release()

    def test_who_may_decide(self):
        category = self._as(self.planner, self.bought)
        with self.assertRaises(AccessError):
            category.property_backflush_cost_basis = "standard"

    def test_stock_that_is_there_gets_its_opening_entry(self):
        self._buy(self.cell, 6, 12.0, self.line_side)
        self._produce(self.battery, 1)
        category = self._category("Old stock")
        category.property_cost_method = "average"
        old = self._product("Old", 5.0, category, company_id=self.company.id)
        self._put(old, 4)
        order = self._purchase(old, 4, 8.0)
        self._receive(order)
        category.write(
            {
                "property_backflush_cost_basis": "actual",
                "property_backflush_policy_id": self.policy.id,
            }
        )
        self.policy.post_opening(self.policy.revaluation_account_id.id)
        self.assertProven()
        self.assertBalances(rip=20.0)
        self._bill(order, 9.0)
        self.assertBalances(rip=56.0)
        self.assertProven()
