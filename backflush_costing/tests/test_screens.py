from odoo.tests import Form, tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
class TestScreens(BackflushCommon):
    """What forms and wizards show, and what their buttons do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls._category("Parts")
        cls.part = cls._product("Part", 3.0, cls.category)
        cls.thing = cls._product("Thing", 0.0, cls.category)
        cls.part.property_backflush_location_id = cls.line_side
        cls._bom(cls.thing, [(cls.part, 2)])
        cls.policy = cls._policy()
        cls.category.property_backflush_policy_id = cls.policy

    def _park(self):
        self.company.write({"flush_method": "completion", "shortage_profile": "park"})

    def test_the_order_says_what_its_completion_will_do(self):
        self._park()
        self._put(self.part, 1)
        order = self._order(self.thing, 2)
        self.assertIn("keeps the rest as error", order.backflush_shortage_text)
        self.company.shortage_profile = "block"
        order.invalidate_recordset()
        self.assertIn("cannot be completed", order.backflush_shortage_text)
        self.company.shortage_profile = False
        order.invalidate_recordset()
        self.assertIn("below zero", order.backflush_shortage_text)

    def test_the_order_says_nothing_where_nothing_is_set_up(self):
        self.part.property_backflush_location_id = False
        order = self._order(self.thing, 2)
        self.assertFalse(order.backflush_is_used)
        self.assertFalse(order.backflush_shortage_text)

    def test_errors_that_can_be_retried_are_found(self):
        self._park()
        error = self._produce(self.thing, 2).backflush_error_ids
        retryable = [("flush_is_retryable", "=", True)]
        errors = self.env["backflush.error"].with_user(self.supervisor)
        self.assertNotIn(error, errors.search(retryable))
        self.assertFalse(error.flush_is_retryable)
        self._put(self.part, 1)
        error.invalidate_recordset()
        self.assertIn(error, errors.search(retryable))
        self.assertTrue(error.flush_is_retryable)
        self.assertNotIn(error, errors.search([("flush_is_retryable", "=", False)]))

    def test_a_retry_says_what_stays_open(self):
        self._park()
        order = self._produce(self.thing, 2)
        error = order.backflush_error_ids.with_user(self.supervisor)
        answer = error.action_retry_on_screen()
        self.assertIn(error.name, answer["params"]["message"])
        self._put(self.part, 4)
        self.assertFalse(error.action_retry_on_screen())
        self.assertEqual(error.state, "resolved")
        self.assertIn(
            "to work off an error record",
            order.move_raw_ids.sorted("id")[-1].flush_explanation,
        )

    def _write_off(self, error, user, **vals):
        wizards = self.env["backflush.write.off"].with_user(user)
        wizards = wizards.with_context(
            active_model="backflush.error", active_ids=error.ids
        )
        return wizards.create({"reason": "Counted", **vals})

    def test_the_write_off_shows_the_entry_that_it_posts(self):
        self._park()
        error = self._produce(self.thing, 2).backflush_error_ids
        for kind, account in (
            ("not_consumed", self.policy.usage_variance_account_id),
            ("never_recorded", self.policy.inventory_difference_account_id),
        ):
            wizard = self._write_off(error, self.accountant, kind=kind)
            self.assertEqual(wizard.credit_account, account.display_name)
            self.assertEqual(wizard.amount, 12)
            self.assertFalse(wizard.second_person_count)
        wizard.action_apply()
        self.assertEqual(error.state, "written_off")
        self.assertEqual(self._balance(account), -12)
        self.assertBalances(suspense=0.0)

    def test_a_request_can_be_declined(self):
        self._park()
        self.company.backflush_write_off_limit = 5
        error = self._produce(self.thing, 2).backflush_error_ids
        wizard = self._write_off(error, self.accountant)
        self.assertEqual(wizard.second_person_count, 1)
        wizard.action_apply()
        self.assertEqual(error.write_off_requested_by_id, self.accountant)
        second = self._user("second", "group_cost_accountant")
        error.with_user(second).action_decline_write_off()
        self.assertFalse(error.write_off_requested_by_id)
        self.assertEqual(error.state, "open")

    def test_the_opening_wizard_posts_and_then_has_nothing_to_post(self):
        self._put(self.part, 10)
        equity = self.env["account.account"].create(
            {"name": "Opening", "code": "OPEN", "account_type": "equity"}
        )
        wizards = self.env["backflush.opening"].with_user(self.accountant)
        vals = {"policy_id": self.policy.id, "counterpart_account_id": equity.id}
        wizard = wizards.create(vals)
        before = wizard.difference
        action = wizard.action_post()
        if before:
            self.assertEqual(action["res_model"], "account.move")
        again = wizards.create(vals)
        self.assertEqual(again.difference, 0)
        self.assertEqual(again.action_post()["tag"], "display_notification")

    def test_a_cost_accountant_makes_a_policy(self):
        policies = self.env["backflush.costing.policy"].with_user(self.accountant)
        with Form(policies) as form:
            form.name = "Second"
        policy = form.save()
        self.assertTrue(policy._backflush_lacks_accounts())
        policy.action_propose_accounts()
        self.assertFalse(policy._backflush_lacks_accounts())

    def test_a_roll_up_opens_the_drafts_beside_the_present_cost(self):
        self.part.standard_price = 4.0
        costs = self.env["backflush.standard.cost"].with_user(self.accountant)
        action = costs.action_roll_up_and_open(self.thing.ids)
        drafts = costs.search(action["domain"])
        self.assertEqual(drafts.product_id, self.thing)
        self.assertEqual(drafts.difference, drafts.total - drafts.previous_total)

    def test_every_view_opens_for_every_role_that_has_its_menu(self):
        root = self.env.ref("backflush_costing.menu_backflush_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        users = self.operator | self.supervisor | self.accountant
        for user in users:
            visible = menus.with_user(user)._filter_visible_menus()
            for menu in visible.sudo().filtered("action"):
                if menu.action._name != "ir.actions.act_window":
                    continue
                model = self.env[menu.action.res_model].with_user(user)
                for mode in menu.action.view_mode.split(","):
                    with self.subTest(user=user.login, menu=menu.name, mode=mode):
                        model.get_views([(False, mode)])

    def test_settings_write_to_the_company(self):
        admin = self.env.ref("base.user_admin")
        admin.company_ids += self.company
        settings = self.env["res.config.settings"].with_user(admin)
        with Form(settings.with_company(self.company)) as form:
            form.backflush_shortage_profile = "block"
            form.backflush_write_off_limit = 250
        self.assertEqual(self.company.shortage_profile, "block")
        self.assertEqual(self.company.backflush_write_off_limit, 250)
