from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestAsCore(BackflushCommon):
    """A company in which nothing is set behaves as if we were not there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls._category("Plain")
        cls.category.write(
            {"property_valuation": "real_time", "property_cost_method": "standard"}
        )
        cls.part = cls._product("Part", 10.0, cls.category)
        cls.thing = cls._product("Thing", 40.0, cls.category)
        cls.center = cls._workcenter("Center", 120)
        cls._bom(cls.thing, [(cls.part, 2)], [(cls.center, 60)])
        cls.clearing = cls.env["account.account"].create(
            {"name": "Production", "code": "100777", "account_type": "asset_current"}
        )
        production = cls.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", cls.company.id)]
        )
        production.valuation_account_id = cls.clearing

    def test_core_posts_its_own_entries(self):
        self._put(self.part, 10, self.store)
        before = self.env["account.move"].search([])
        order = self._produce(self.thing, 2)
        entries = self.env["account.move"].search([]) - before
        lines = [
            (line.account_id.name, line.balance)
            for entry in entries.sorted("id")
            for line in entry.line_ids.sorted("id")
        ]
        stock = self.company.account_stock_valuation_id.name
        expense = self.thing._get_product_accounts()["expense"].name
        self.assertEqual(
            lines,
            [
                (stock, -40.0),
                ("Production", 40.0),
                ("Production", -80.0),
                (stock, 80.0),
                (expense, -240.0),
                ("Production", 240.0),
            ],
        )
        self.assertFalse(order.backflush_confirmation_ids)
        self.assertFalse(self.env["backflush.posting.line"].search([]))

    def test_core_reserves_and_lets_stock_go_negative(self):
        self._put(self.part, 1, self.store)
        order = self._order(self.thing, 1)
        order.action_assign()
        self.assertEqual(order.move_raw_ids.quantity, 1)
        self.assertFalse(order.move_raw_ids.flush_method)
        self.assertFalse(order.move_raw_ids.flush_explanation)
        self._complete(order)
        self.assertEqual(self._on_hand(self.part, self.store), -1)
        self.assertFalse(order.backflush_error_ids)

    def test_nothing_is_locked(self):
        self._put(self.part, 10, self.store)
        self._produce(self.thing, 1)
        self.env.cr.execute("SELECT count(*) FROM backflush_stock_lock")
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_entries_can_be_reset_and_prices_changed(self):
        self._put(self.part, 10, self.store)
        entry = self._produce(self.thing, 1).move_raw_ids.account_move_id
        entry.button_draft()
        self.assertEqual(entry.state, "draft")
        self.part.standard_price = 11
        self.assertFalse(self.env["backflush.standard.cost"].search([]))

    def test_one_setting_alone_changes_one_thing(self):
        """A flush method without a profile: the place is ours, the rest is core's."""
        self.part.product_tmpl_id.property_backflush_location_id = self.line_side
        self._put(self.part, 10, self.store)
        self._produce(self.thing, 1)
        self.assertEqual(self._on_hand(self.part, self.store), 10)
        self.assertEqual(self._on_hand(self.part, self.line_side), -2)

    def test_a_production_location_with_account_is_refused_under_a_policy(self):
        policy = self._policy()
        with self.assertRaisesRegex(UserError, "a second time"):
            self.category.property_backflush_policy_id = policy

    def test_a_location_edited_on_a_component_is_reset_by_the_order_as_in_core(self):
        order = self._order(self.thing, 1)
        order.move_raw_ids.location_id = self.line_side
        self.assertFalse(order.move_raw_ids.flush_rule)
        order.location_src_id = self.warehouse.wh_input_stock_loc_id
        self.assertEqual(order.move_raw_ids.location_id, order.location_src_id)

    def test_a_plain_manufacturing_user_opens_an_order(self):
        user = new_test_user(self.env, "plain_mrp", "mrp.group_mrp_user")
        orders = Form(self.env["mrp.production"].with_user(user))
        orders.product_id = self.part
        order = orders.save()
        self.assertEqual(order.product_id, self.part)
