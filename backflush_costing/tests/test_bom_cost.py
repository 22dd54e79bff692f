from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .standard_common import StandardCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestBomCost(StandardCommon):
    """*Compute Price from BoM* under a policy rolls up and releases a standard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.toy = cls._product("Toy", 0.0)
        cls._bom(cls.toy, [(cls.cell, 2)], [(cls.station, 5)])

    def setUp(self):
        super().setUp()
        self._buy(self.cell, 60, 10.0)
        self._produce(self.battery, 2)
        self.bom.bom_line_ids.product_qty = 7
        self.bom.bom_line_ids.scrap_percent = 10
        self.bom.operation_ids.time_cycle_manual = 12

    def _press(self, product, method, user):
        return getattr(self._as(user, product), method)()

    def assertRolledUp(self):
        """7 cells at 10 with 10 % scrap, 12 minutes at 60: elements, entry, proof."""
        version = self._released(self.battery)
        self.assertEqual(self.battery.standard_price, 89)
        self.assertEqual(
            self._elements(version), {"material": (77, 77), "machine": (12, 12)}
        )
        self.assertTrue(version.line_ids)
        self.assertEqual(version.released_by_id, self.accountant)
        self.assertBalances(revaluation=-38.0)
        self.assertProven()

    def test_the_button_of_the_product_releases_a_roll_up(self):
        answer = self._press(self.battery, "button_bom_cost", self.accountant)
        self.assertIn("Battery", answer["params"]["message"])
        self.assertRolledUp()

    def test_the_button_of_the_template_does_so_too(self):
        template = self.battery.product_tmpl_id
        self._press(template, "button_bom_cost", self.accountant)
        self.assertRolledUp()

    def test_of_several_products_those_under_a_policy_are_released(self):
        self.env.user.group_ids += self.env.ref("product.group_product_manager")
        products = self.battery | self.toy
        products.with_env(self.env).action_bom_cost()
        self.assertEqual(self.battery.standard_price, 89)
        self.assertEqual(self.toy.standard_price, 25, "core's formula")
        self.assertFalse(
            self.standards.search([("product_id", "=", self.toy.id)]),
            "a product without a policy has no standard",
        )
        self.assertBalances(revaluation=-38.0)
        self.assertProven()

    def test_others_are_told_who_does_it(self):
        for method in ("button_bom_cost", "action_bom_cost", "_set_price_from_bom"):
            with self.assertRaisesRegex(AccessError, "role Cost Accountant"):
                self._press(self.battery, method, self.planner)
        self.assertEqual(self.battery.standard_price, 70)

    def test_where_somebody_else_releases_the_draft_waits_for_him(self):
        self.company.backflush_standard_release_check = "block"
        answer = self._press(self.battery, "button_bom_cost", self.accountant)
        draft = self.standards.search(answer["domain"])
        self.assertRecordValues(
            draft, [{"product_id": self.battery.id, "total": 89, "state": "draft"}]
        )
        self.assertEqual(self.battery.standard_price, 70)
        draft.with_user(self.controller).action_release()
        self.assertEqual(self.battery.standard_price, 89)

    def test_nothing_new_is_no_version(self):
        self._press(self.battery, "button_bom_cost", self.accountant)
        versions = self.standards.search_count([])
        answer = self._press(self.battery, "button_bom_cost", self.accountant)
        self.assertIn("released already", answer["params"]["message"])
        self.assertEqual(self.standards.search_count([]), versions)
