from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .triggers_common import TriggersCommon
from .walk_common import WalkCommon

# What an income statement sums up.
INCOME_STATEMENT = ("income", "expense")


class Undone(Exception):
    """A run is over; nothing of it stays."""


class PresentationCases:
    """By function and by nature: the same inventory and the same profit, always."""

    steps = 8

    def _profit(self):
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.internal_group", "in", INCOME_STATEMENT),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def _state(self):
        """What both ways of showing it must agree on."""
        accounts = self.policy._inventory_accounts() | self.policy.suspense_account_id
        return {a.name: self._balance(a) for a in accounts}, self._profit()

    def _assert_nothing_negative(self):
        """Called after every step of a walk: take down where it stands."""
        res = super()._assert_nothing_negative()
        self.states.append(self._state())
        return res

    def _run(self, presentation, seed):
        """The states of one walk, after which the plant is as it was."""
        self.states = []
        try:
            with self.env.cr.savepoint():
                self.policy.presentation = presentation
                self._walk(seed, self.steps)
                raise Undone
        except Undone:
            self.env.invalidate_all()
        return self.states

    def test_a_walk_through_the_plant(self):
        function, nature = self._run("function", 2), self._run("nature", 2)
        self.assertEqual(len(function), self.steps)
        self.assertEqual(function, nature)
        self.assertGreater(len({str(state) for state in function}), 3)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPresentationPurchaseCompletionSale(PresentationCases, WalkCommon):
    """All three events are trigger points."""


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPresentationPurchaseSale(PresentationCases, WalkCommon):
    """No entry at the completion."""

    trigger_set = "purchase_sale"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPresentationCompletionSale(PresentationCases, WalkCommon):
    """Bills go to the clearing account."""

    trigger_set = "completion_sale"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestPresentationSale(PresentationCases, WalkCommon):
    """Everything is made up for at the sale."""

    trigger_set = "sale"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestByNature(TriggersCommon):
    """The figures of docs/accounting.md: batteries and vehicles, by nature."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.presentation = "nature"

    def _make(self, product, quantity):
        order = self._produce(product, quantity)
        self.assertProven()
        return order.move_finished_ids.account_move_id

    def test_entries(self):
        self._stock_up()
        self.assertEntry(
            self._make(self.battery, 2),
            [
                ("rip", 20.0),  # 140 received, 120 issued
                ("material_expense", 120.0),
                ("inventory_change", -140.0),
            ],
        )
        self.assertEntry(
            self._make(self.vehicle, 2),
            [
                ("fg", 400.0),
                ("rip", -340.0),  # batteries 140, bodies 180, cells 20
                ("material_expense", 200.0),
                ("inventory_change", -260.0),  # 400 made, 140 used
            ],
        )
        invoice = self._sell_vehicles(1)
        cost = invoice.line_ids.filtered(lambda line: line.display_type == "cogs")
        self.assertEqual(
            {(line.account_id, line.balance) for line in cost},
            {
                (self.policy.fg_account_id, -200.0),
                (self.policy.inventory_change_account_id, 200.0),
            },
        )
        self.assertBalances(conversion_allocated=0.0, standard_variance=0.0)

    def test_what_is_missing_is_material_expense_all_the_same(self):
        self._put(self.cell, 2, self.store)
        self.assertEntry(
            self._make(self.battery, 1),
            [
                ("rip", 50.0),
                ("suspense", -40.0),
                ("material_expense", 60.0),
                ("inventory_change", -70.0),
            ],
        )

    def test_over_use_stays_on_its_account(self):
        self._stock_up()
        self._over_use(self.battery, self.cell, 8)
        self.assertProven()
        self.assertBalances(
            material_expense=60.0, usage_variance=20.0, inventory_change=-70.0
        )

    def test_an_unbuild_takes_it_all_back(self):
        self._stock_up()
        self._make(self.battery, 1)
        order = self._produce(self.vehicle, 1)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertBalances(material_expense=60.0, inventory_change=-70.0)

    def test_purchased_goods_that_are_sold_are_material_expense(self):
        self._stock_up()
        sale = self._sell(self.cell, 3, 20)
        self._deliver(sale)
        self._invoice(sale)
        self.assertProven()
        self.assertBalances(material_expense=30.0, inventory_change=0.0)

    def test_nothing_is_left_to_settle_at_the_end_of_a_period(self):
        self._stock_up()
        self._make(self.battery, 1)
        close = self.env["backflush.period.close"].with_user(self.accountant).create({})
        self.assertFalse(close.line_ids)
        close.action_post()
        self.assertFalse(close.move_ids)

    def test_the_accounts_of_the_other_way_are_not_asked_for(self):
        bare = self.env["backflush.costing.policy"].create(
            {"name": "Bare", "trigger_set": "sale", "presentation": "nature"}
        )
        required = bare._required_accounts()
        self.assertIn("material_expense_account_id", required)
        self.assertNotIn("inventory_change_account_id", required)
        self.assertNotIn("conversion_allocated_account_id", required)

    def test_nothing_can_be_prorated(self):
        with self.assertRaisesRegex(ValidationError, "prorated"):
            self.policy.disposition = "prorate"

    def test_an_account_that_holds_stock_is_no_expense(self):
        with self.assertRaisesRegex(ValidationError, "holds stock"):
            self.policy.material_expense_account_id = self.policy.rip_account_id

    def test_allocated_conversion_is_settled_before_the_change(self):
        self.policy.presentation = "function"
        self._stock_up()
        self._produce(self.battery, 1)
        with self.assertRaisesRegex(ValidationError, "Close the period"):
            self.policy.presentation = "nature"
        self.env["backflush.period.close"].create({}).action_post()
        self.policy.presentation = "nature"
        self._make(self.battery, 1)
        self.assertBalances(conversion_allocated=0.0, material_expense=60.0)
