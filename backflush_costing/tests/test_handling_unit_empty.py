from itertools import permutations

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..said import Said
from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitEmpty(HandlingUnitCommon):
    """What the books held and nobody used, whatever order reports arrive in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reasons = cls.env["backflush.residue.reason"]
        cls.short = reasons._by_code("short_supply", cls.company)
        cls.unknown = reasons._by_code("unknown", cls.company)
        cls.accounts = cls._accounts("short", "unknown")
        cls.short.account_id = cls.accounts["short"]
        cls.unknown.account_id = cls.accounts["unknown"]
        plan = cls.env["account.analytic.plan"].create({"name": "Cost centres"})
        cls.cost_centre = cls.env["account.analytic.account"].create(
            {"name": "Sawing", "plan_id": plan.id}
        )
        cls.short.analytic_distribution = {str(cls.cost_centre.id): 100}

    def _at(self, hour):
        return f"2026-03-02 0{hour}:00:00"

    def test_the_residue_leaves_stock_for_the_cost_centre_of_its_cause(self):
        order = self._order(self.cable, 950)
        self._mount(self.coil)
        self._use(self.coil, 4000, order)
        self._use(self.coil, 5500, order)
        log = self._empty(self.coil, "short_supply")
        self.assertEqual(log.residue_quantity, 500)
        self.assertEqual(self._left(self.coil), 0)
        self.assertEqual(self.coil.backflush_state, "empty")
        self.assertFalse(self.coil.backflush_workcenter_id)
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self._balance(self.accounts["short"]), 50)
        item = log.move_ids.account_move_id.line_ids.filtered(
            lambda line: line.account_id == self.accounts["short"]
        )
        self.assertEqual(item.analytic_distribution, {str(self.cost_centre.id): 100})
        self.assertEqual(item.analytic_line_ids.mapped("amount"), [-50])
        postings = self.env["backflush.posting.line"].search([("kind", "=", "residue")])
        self.assertRecordValues(
            postings,
            [
                {
                    "account_id": self.accounts["short"].id,
                    "product_id": self.wire.id,
                    "amount": 50,
                    "analytic_distribution": {str(self.cost_centre.id): 100},
                }
            ],
        )
        self.assertProven()
        self.assertEqual(self._empty(self.coil, "short_supply"), log, "said twice")
        self._finish(order)
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertProven()
        with self.assertRaisesRegex(UserError, "Known are: adjusting, short_supply"):
            self._empty(self._coil("COIL-2", 1), "broken")

    def test_a_consumption_that_arrives_later_takes_its_share_back(self):
        order = self._order(self.cable, 950)
        self._mount(self.coil, event_time=self._at(1))
        log = self._empty(self.coil, "short_supply", event_time=self._at(4))
        self.assertEqual(log.residue_quantity, 10000)
        self.assertProven()
        self._use(self.coil, 5500, order, event_time=self._at(3))
        self.assertEqual(log.residue_quantity, 4500)
        self.assertProven()
        self._use(self.coil, 4000, order, event_time=self._at(2))
        self.assertEqual(log.residue_quantity, 500)
        self.assertEqual(self._balance(self.accounts["short"]), 50)
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self.coil.backflush_state, "empty")
        # What was used after it was empty cannot have come from it.
        self._use(self.coil, 30, order, event_time=self._at(5))
        self.assertRecordValues(
            order.backflush_error_ids,
            [{"cause": "handling_unit_empty", "quantity_open": 30}],
        )
        self.assertEqual(log.residue_quantity, 500)
        self.assertEqual(self._left(self.coil), 0)
        self.assertProven()

    def test_the_ledger_does_not_depend_on_the_order_of_arrival(self):
        """Three consumptions, one order complete, the coil empty in between."""
        events = (("one", 400, 1), ("two", 500, 2), ("empty", 0, 3), ("three", 60, 4))
        found = []
        arrivals = list(permutations(events))[::5]
        for number, arrival in enumerate(arrivals):
            coil = self._coil(f"WALK-{number}", 1000)
            done, running = self._order(self.cable, 50), self._order(self.cable, 50)
            self._finish(done)
            orders = {"one": done, "two": running, "three": done}
            start = self._ledger()
            for name, quantity, hour in arrival:
                if name == "empty":
                    self._empty(coil, "unknown", event_time=self._at(hour))
                else:
                    self._use(coil, quantity, orders[name], event_time=self._at(hour))
                self.assertGreaterEqual(self._left(coil), 0)
            found.append(
                (
                    self._ledger(start),
                    self._left(coil),
                    self._open(done),
                    self._open(running),
                )
            )
        self.assertEqual(found, [found[0]] * len(found))
        self.assertEqual(found[0][2], {"handling_unit_empty": 60, "not_reported": 40})
        self.assertEqual(found[0][0][self.accounts["unknown"].name], 10)
        self.assertProven()

    def test_who_came_earlier_gets_it_even_if_he_reports_later(self):
        first, second = self._order(self.cable, 10), self._order(self.cable, 10)
        coil = self._coil("SMALL", 100)
        self._use(coil, 80, second, event_time=self._at(3))
        self._use(coil, 60, first, event_time=self._at(2))
        self.assertFalse(first.backflush_error_ids)
        self.assertEqual(second.backflush_error_ids.quantity_open, 40)
        self.assertProven()
        self._finish(second)
        self.assertBalances(suspense=-6.0)
        self._use(coil, 30, first, event_time=self._at(1))
        self.assertEqual(
            self._open(second), {"handling_unit_empty": 70, "not_reported": 20}
        )
        self.assertBalances(suspense=-9.0)
        self.assertProven()

    def test_it_was_not_empty_after_all(self):
        order = self._order(self.cable, 100)
        self._mount(self.coil, position="A", event_time=self._at(1))
        self._use(self.coil, 400, order, event_time=self._at(2))
        log = self._empty(self.coil, "short_supply", event_time=self._at(3))
        late = self._use(self.coil, 100, order, event_time=self._at(4))
        self.assertEqual(late.confirmation_id.error_ids.quantity_open, 100)
        back = self._log(self._as(self.supervisor, self.coil).reverse_empty())
        self.assertEqual(back.reverses_id, log)
        self.assertEqual(log.state, "reversed")
        self.assertEqual(self._left(self.coil), 9500)
        self.assertRecordValues(
            self.coil,
            [
                {
                    "backflush_state": "mounted",
                    "backflush_workcenter_id": self.saw.id,
                    "backflush_position": "A",
                    "location_id": self.line_side.id,
                }
            ],
        )
        self.assertEqual(late.confirmation_id.error_ids.state, "resolved")
        self.assertEqual(self._balance(self.accounts["short"]), 0)
        items = log.move_ids.account_move_id.line_ids
        self.assertEqual(sum(items.analytic_line_ids.mapped("amount")), 0)
        self.assertProven()
        with self.assertRaisesRegex(UserError, "has not been reported empty"):
            self._as(self.supervisor, self.coil).reverse_empty()

    def test_the_container_is_full_again_with_the_unit(self):
        """Unit, stock, entry and kanban: what was emptied, the reversal fills."""
        action = (
            self.env["backflush.supply.area"]
            .create({"name": "Coils", "from_stock": True})
            .action_create()
        )
        area = self.env["stock.location"].browse(
            action["context"]["default_supply_area_id"]
        )
        self.saw.backflush_location_id = area
        coil = self._coil("LOOP", 1000, area)
        cycle = self.env["backflush.control.cycle"].create(
            {
                "product_id": self.wire.id,
                "supply_area_id": area.id,
                "bin_id": area.id,
                "route_id": area.backflush_route_ids.id,
                "container_quantity": 1000,
                "container_count": 1,
                "signal_lock": 0,
            }
        )
        self._as(self.supervisor, cycle).action_start()
        card = cycle.kanban_ids
        self.assertEqual((card.state, card.quantity), ("full", 1000))
        self._mount(coil, position="A")
        self._use(coil, 400, self._order(self.cable, 60))
        self.assertEqual((card.state, card.quantity), ("in_use", 600))
        log = self._empty(coil, "short_supply")
        self.assertEqual((card.state, card.quantity), ("empty", 0))
        self.assertEqual(self._balance(self.accounts["short"]), 60)
        self.assertEqual(self._left(coil), 0)
        self._as(self.supervisor, coil).reverse_empty()
        self.assertEqual((card.state, card.quantity), ("in_use", 600))
        self.assertEqual(cycle.quantity_loose, 0)
        self.assertEqual(self._balance(self.accounts["short"]), 0)
        self.assertEqual(log.residue_quantity, 0)
        self.assertEqual(self._left(coil), 600)
        self.assertEqual(coil.location_id, area)
        self.assertEqual(coil.backflush_workcenter_id, self.saw)
        moved = [(own.state_from, own.state_to) for own in card.log_ids.sorted("id")]
        self.assertEqual(moved[-2:], [("in_use", "empty"), ("empty", "in_use")])
        self.assertProven()

    def test_two_of_the_same_second_do_not_depend_on_arrival(self):
        """The sender's numbers tell them apart, else what was reported."""
        first, second = self._order(self.cable, 10), self._order(self.cable, 10)
        rows = [(first, 80, "line/m10"), (second, 70, "line/m9")]
        for is_numbered, expected in (
            (False, {first: 80, second: 20}),
            (True, {first: 30, second: 70}),
        ):
            for arrival in (rows, rows[::-1]):
                coil = self._coil(f"TIE-{is_numbered}-{arrival[0][1]}", 100)
                for order, quantity, name in arrival:
                    said = {"backflush_event_reference": Said(name)}
                    unit = coil.with_context(**said) if is_numbered else coil
                    self._use(unit, quantity, order, event_time=self._at(2))
                logs = coil.backflush_log_ids.filtered(
                    lambda log: log.kind == "consumption"
                )
                issued = {o.production_id: o._line()._issued_from(coil) for o in logs}
                with self.subTest(numbered=is_numbered, first=arrival[0][1]):
                    self.assertEqual(issued, expected)
        self.assertProven()

    def test_above_a_limit_another_supervisor_confirms(self):
        order = self._order(self.cable, 100)
        for limit, value in (
            ("backflush_residue_percent", 5),
            ("backflush_residue_quantity", 50),
            ("backflush_residue_amount", 5),
        ):
            self.company[limit] = value
            coil = self._coil(limit, 1000)
            self._use(coil, 900, order, event_time=self._at(1))
            log = self._empty(coil, user=self.operator, event_time=self._at(3))
            with self.subTest(limit=limit):
                self.assertEqual(log.state, "waiting")
                self.assertEqual(self._left(coil), 100)
                self.assertEqual(coil.backflush_state, "empty")
                with self.assertRaises(AccessError):
                    self._as(self.operator, log).action_confirm()
                self._use(coil, 60, order, event_time=self._at(2))
                self._as(self.supervisor, log).action_confirm()
                self.assertEqual(log.state, "done")
                self.assertEqual(log.residue_quantity, 40)
                self.assertEqual(self._left(coil), 0)
            self.company[limit] = 0
        self.assertProven()

    def test_a_coil_that_is_filled_again_begins_anew(self):
        order = self._order(self.cable, 100)
        self._use(self.coil, 400, order)
        first = self._empty(self.coil)
        self._stock(self.wire, 300, self.line_side, package_id=self.coil.id)
        self.assertFalse(self.coil.backflush_emptied)
        self._use(self.coil, 100, order)
        self.assertEqual(self._left(self.coil), 200)
        self.assertEqual(first.residue_quantity, 9600)
        second = self._empty(self.coil)
        self.assertEqual(second.residue_quantity, 200)
        self.assertProven()

    def test_another_company_leaves_an_empty_unit_alone(self):
        """Nothing in it says whose it is; where it was last does."""
        order = self._order(self.cable, 100)
        self._use(self.coil, 400, order)
        self._mount(self.coil)
        other = self._create_company(name="Other plant")
        stranger = self._user("stranger", "group_backflush_supervisor", other)
        empty = self._coil("COIL-9", 0)
        self._mount(empty, position="B")
        self._empty(self.coil)
        for unit, call in (
            (self.coil, "reverse_empty"),
            (self.coil, "report_empty"),
            (empty, "unmount"),
        ):
            with self.subTest(call), self.assertRaisesRegex(UserError, "none of your"):
                getattr(self._as(stranger, unit), call)()
        self.assertEqual(self._left(self.coil), 0)
        self.assertEqual(empty.backflush_workcenter_id, self.saw)

    # -- facts -------------------------------------------------------------------

    def _ledger(self, before=None):
        """``{account: balance}`` of the posted ledger, or what was added to it."""
        rows = self.env["account.move.line"]._read_group(
            [("parent_state", "=", "posted"), ("company_id", "=", self.company.id)],
            ["account_id"],
            ["balance:sum"],
        )
        found = {account.name: total for account, total in rows}
        changed = {
            name: round(total - (before or {}).get(name, 0.0), 2)
            for name, total in found.items()
        }
        return {name: total for name, total in changed.items() if total}

    def _open(self, order):
        """What is open of an order, by cause."""
        found = {}
        for error in order.backflush_error_ids.filtered("quantity_open"):
            found.setdefault(error.cause, 0.0)
            found[error.cause] += error.quantity_open
        return found
