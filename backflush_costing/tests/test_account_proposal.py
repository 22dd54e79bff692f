from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestAccountProposal(BackflushCommon):
    """Accounts are proposed from the chart, looked at, and made when confirmed."""

    def _bare(self, **vals):
        """A policy without accounts, as the cost accountant sees it."""
        policies = self.env["backflush.costing.policy"].with_user(self.accountant)
        return policies.create({"name": "Bare", **vals})

    def _review(self, policy):
        action = policy.action_review_accounts()
        return (
            self.env[action["res_model"]]
            .with_user(self.accountant)
            .browse(action["res_id"])
        )

    def _line(self, review, name):
        return review.line_ids.filtered(lambda line: line.field_name == name)

    def _account(self, name, code, kind="asset_current", **vals):
        accounts = self.env["account.account"]
        return accounts.create(
            {"name": name, "code": code, "account_type": kind, **vals}
        )

    def test_nothing_is_made_before_it_is_confirmed(self):
        policy = self._bare()
        before = self.env["account.account"].search_count([])
        review = self._review(policy)
        self.assertEqual(self.env["account.account"].search_count([]), before)
        announced = {line.field_name: line.new_code for line in review.line_ids}
        review.action_apply()
        self.assertFalse(policy.lacks_accounts)
        self.assertEqual(policy.rip_account_id.code, announced["rip_account_id"])

    def test_only_what_the_trigger_points_post_on_is_ticked(self):
        review = self._review(self._bare(trigger_set="sale"))
        self.assertTrue(self._line(review, "material_clearing_account_id").is_included)
        self.assertFalse(self._line(review, "fg_account_id").is_included)
        review.action_apply()
        self.assertTrue(review.policy_id.material_clearing_account_id)
        self.assertFalse(review.policy_id.fg_account_id)

    def test_the_proposal_can_be_edited(self):
        chosen = self._account("Stores", "110555")
        policy = self._bare()
        with Form(self._review(policy)) as form:
            for index in range(len(form.line_ids)):
                with form.line_ids.edit(index) as line:
                    if line.field_name == "rip_account_id":
                        line.account_id = chosen
                    if line.field_name == "fg_account_id":
                        line.new_code = "110777"
                        line.new_name = "Vehicles"
        form.save().action_apply()
        self.assertEqual(policy.rip_account_id, chosen)
        self.assertEqual(policy.fg_account_id.code, "110777")
        self.assertEqual(policy.fg_account_id.name, "Vehicles")

    def test_a_line_without_account_and_code_is_refused(self):
        review = self._review(self._bare())
        self._line(review, "rip_account_id").new_code = False
        with self.assertRaisesRegex(UserError, "Raw and In-Process"):
            review.action_apply()

    def test_an_account_of_that_name_is_taken_when_nothing_uses_it(self):
        account = self._account("Finished Products", "110666")
        proposal = self._line(self._review(self._bare()), "fg_account_id")
        self.assertEqual(proposal.account_id, account)
        self.assertFalse(proposal.new_code)

    def test_an_account_with_entries_is_not_taken(self):
        account = self._account("Finished Products", "110666")
        other = self.company.expense_account_id
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    (0, 0, {"account_id": account.id, "balance": 5}),
                    (0, 0, {"account_id": other.id, "balance": -5}),
                ]
            }
        )
        self.assertEqual(entry.state, "draft")
        proposal = self._line(self._review(self._bare()), "fg_account_id")
        self.assertFalse(proposal.account_id)

    def test_what_odoo_s_closing_rebooks_is_neither_proposed_nor_accepted(self):
        account = self._account(
            "Finished Products",
            "110666",
            account_stock_expense_id=self.company.expense_account_id.id,
        )
        review = self._review(self._bare())
        line = self._line(review, "fg_account_id")
        self.assertFalse(line.account_id)
        line.account_id = account
        with self.assertRaisesRegex(ValidationError, "rebook"):
            review.action_apply()

    def test_what_odoo_reconciles_holds_nothing_of_a_policy(self):
        """Neither chosen by hand nor changed below it; what is there is left alone."""
        policy = self._bare()
        policy.action_propose_accounts()
        stores = self._account("Stores", "110555", reconcile=True)
        for name, label in (
            ("rip_account_id", "Raw and In-Process"),
            ("fg_account_id", "Finished Goods"),
            ("suspense_account_id", "Unissued Components"),
            ("material_clearing_account_id", "Materials Clearing"),
            ("received_not_billed_account_id", "Received, Not Billed"),
            ("consignment_account_id", "Consignment Payable"),
        ):
            refused = self.assertRaisesRegex(ValidationError, f"Stores.*{label}")
            with self.subTest(account=name), refused, self.env.cr.savepoint():
                policy[name] = stores
        policy.price_variance_account_id = stores
        refused = self.assertRaisesRegex(ValidationError, "Bare.*Raw and In-Process")
        with refused, self.env.cr.savepoint():
            policy.rip_account_id.sudo().reconcile = True
        self.env.cr.execute(
            "UPDATE account_account SET reconcile = true WHERE id = %s",
            [policy.rip_account_id.id],
        )
        self.env.invalidate_all()
        policy.write({"name": "As it always was", "disposition": "prorate"})
        proposal = self._line(self._review(self._bare(name="Next")), "rip_account_id")
        self.assertNotEqual(proposal.account_id, policy.rip_account_id)

    def test_price_differences_stay_on_the_account_that_has_them(self):
        account = self._account("Prices", "500666", "expense")
        category = self._category("Merchandise")
        category.property_price_difference_account_id = account
        proposal = self._line(self._review(self._bare()), "price_variance_account_id")
        self.assertEqual(proposal.account_id, account)

    def test_a_second_policy_shares_the_accounts_of_the_first(self):
        first, second = self._policy(), self._policy(name="Second")
        for name in ("rip_account_id", "usage_variance_account_id"):
            self.assertEqual(first[name], second[name])

    def test_new_numbers_have_the_length_of_the_chart_and_stand_beside_their_kind(self):
        stock = self.company.account_stock_valuation_id
        review = self._review(self._bare())
        for line in review.line_ids.filtered("new_code"):
            self.assertEqual(len(line.new_code), len(stock.code))
        code = self._line(review, "rip_account_id").new_code
        self.assertEqual(code[:2], stock.code[:2])
        codes = [line.new_code for line in review.line_ids if line.new_code]
        self.assertEqual(len(set(codes)), len(codes))

    def test_only_a_cost_accountant_is_proposed_anything(self):
        policy = self._bare()
        for user in (self.operator, self.supervisor):
            with self.assertRaises(AccessError):
                self._as(user, policy).action_review_accounts()
            with self.assertRaises(AccessError):
                self._as(user, policy).action_propose_accounts()
