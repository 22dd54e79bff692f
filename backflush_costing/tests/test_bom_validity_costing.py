from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .validity_common import ValidityCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 10:00:00")
class TestBomValidityCosting(ValidityCommon):
    """A standard takes the lines that are valid when it is effective."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        raw, finished = cls._category("Parts"), cls._category("Carts")
        cls.policy = cls._policy()
        for category, role in ((raw, "material"), (finished, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.policy.id,
                }
            )
        (cls.body | cls.steel | cls.plastic).product_tmpl_id.categ_id = raw
        cls.cart.product_tmpl_id.categ_id = finished
        cls.costs = cls.env["backflush.standard.cost"].with_user(cls.accountant)

    def setUp(self):
        super().setUp()
        self.policy.post_opening(self.policy.inventory_difference_account_id.id)

    def _released(self, product):
        return self.costs._current(product)[product]

    def test_the_roll_up_takes_the_lines_of_its_date(self):
        self.assertEqual(self._released(self.cart).total, 140)
        draft = self.costs.browse(
            self.costs.action_roll_up(self.cart.ids, "2026-04-01")
        )
        self.assertEqual(draft.material, 116)
        self.assertEqual(str(draft.date_effective), "2026-04-01")
        self.assertEqual(str(draft.bom_date), "2026-04-01")
        draft.action_release()
        self.assertEqual(draft.state, "scheduled")

    def test_a_version_of_other_lines_is_not_released(self):
        draft = self.costs.browse(
            self.costs.action_roll_up(self.cart.ids, "2026-04-01")
        )
        draft.date_effective = "2026-03-25"
        with self.assertRaisesRegex(UserError, "rolled up with the lines valid on"):
            draft.action_release()
        draft.date_effective = "2026-04-05"
        draft.action_release()
        self.assertEqual(draft.state, "scheduled")

    def test_a_draft_is_rolled_up_again_for_its_date(self):
        self.body.with_user(self.accountant).sudo().standard_price = 110
        draft = self.costs.browse(self.costs.action_roll_up(self.cart.ids))
        self.assertEqual(draft.material, 150)
        draft.date_effective = "2026-04-01"
        draft.action_roll_up_again()
        self.assertEqual(draft.material, 126)
        draft.action_release()
        self.assertEqual(draft.state, "scheduled")

    def test_another_line_before_its_standard_is_an_outdated_standard(self):
        order = self._order(self.cart, 1)
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(order)
            kinds = {
                line.kind: line.amount
                for line in order.backflush_confirmation_ids.posting_line_ids
            }
            self.assertEqual(kinds["standard"], -24)
            self.assertNotIn("usage", kinds)
            self.assertProven()

    def test_with_its_standard_nothing_is_left_over(self):
        order = self._order(self.cart, 1)
        with freeze_time("2026-04-03 10:00:00"):
            self.costs.browse(self.costs.action_roll_up(self.cart.ids)).action_release()
            self._complete(order)
            kinds = order.backflush_confirmation_ids.posting_line_ids.mapped("kind")
            self.assertEqual(set(kinds), {"finished", "component"})
            self.assertProven()
