from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .deviation_common import SubstitutionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestSubstitution(SubstitutionCommon):
    """Approved in general, applied order by order, within its bounds."""

    def test_part_of_the_demand_moves_to_the_substitute(self):
        deviation = self._substitution(self.a, self.b)
        order = self._order(self.mix, 10)
        line = self._apply(deviation, order, 30)
        original = order.move_raw_ids - line
        self.assertRecordValues(
            line | original,
            [
                {
                    "product_id": self.b.id,
                    "product_uom_qty": 30,
                    "location_id": self.line_side.id,
                    "flush_method": "completion",
                    "backflush_substituted_move_id": original.id,
                },
                {
                    "product_id": self.a.id,
                    "product_uom_qty": 70,
                    "location_id": self.store.id,
                    "flush_method": "completion",
                    "backflush_substituted_move_id": False,
                },
            ],
        )
        self._complete(order)
        self.assertEqual(self._on_hand(self.a, self.store), 930)
        self.assertEqual(self._on_hand(self.b), 970)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertLine(order, self.b, 0, 30, 30)
        self.assertEqual(deviation.quantity_used, 30)
        self.assertEqual(deviation.state, "approved")

    def test_all_of_it_where_nothing_is_said(self):
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order)
        self._complete(order)
        self.assertLine(order, self.a, 100, -100, -100)
        self.assertLine(order, self.b, 0, 100, 100)
        self.assertEqual(self._on_hand(self.a, self.store), 1000)

    def test_the_ratio_holds_across_units(self):
        """1 kg of A is replaced by 1,200 g of B."""
        deviation = self._substitution(
            self.a, self.b, ratio=1200, substitute_uom_id=self.gram.id, quantity=50
        )
        order = self._order(self.mix, 10)
        line = self._apply(deviation, order, 20)
        self.assertEqual(line.product_uom_qty, 24000)
        self.assertEqual(line.product_uom, self.gram)
        self.assertEqual(deviation.quantity_planned, 20)
        self.assertEqual(deviation.quantity_left, 30)
        self._complete(order)
        self.assertEqual(self._on_hand(self.b), 976)
        self.assertLine(order, self.a, 100, -20, -20)
        self.assertLine(order, self.b, 0, 24, 24)
        self.assertEqual(deviation.quantity_used, 20)

    def test_the_approved_quantity_is_used_up_and_no_more(self):
        deviation = self._substitution(self.a, self.b, quantity=50)
        first = self._order(self.mix, 10)
        self._apply(deviation, first, 30)
        second = self._order(self.mix, 10)
        with self.assertRaisesRegex(UserError, "20.0 kg of A may still be replaced"):
            self._apply(deviation, second, 21)
        self._apply(deviation, second)
        self.assertEqual(deviation.quantity_left, 0)
        with self.assertRaisesRegex(UserError, "is exhausted"):
            self._apply(deviation, self._order(self.mix, 1))
        self._complete(first | second)
        self.assertEqual(deviation.quantity_used, 50)
        self.assertEqual(deviation.state, "closed")

    def test_more_of_the_substitute_than_planned_draws_on_the_approval(self):
        deviation = self._substitution(self.a, self.b, quantity=40)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        self._report(order, 10, {self.a: 70, self.b: 32})
        self.assertLine(order, self.b, 0, 32, 32)
        self.assertLine(order, self.a, 100, -30, -32)
        self.assertEqual(deviation.quantity_left, 8)

    def test_beyond_the_approval_nothing_is_documented(self):
        deviation = self._substitution(self.a, self.b, quantity=30)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        self._report(order, 10, {self.a: 70, self.b: 32})
        self.assertLine(order, self.b, 0, 32, 30)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertEqual(deviation.state, "closed")

    def test_scrap_of_a_substitute_is_a_document_of_its_own(self):
        deviation = self._substitution(self.a, self.b)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        scrap = self._record(order, "scrap", self.b, 2)
        self._complete(order)
        self.assertLine(order, self.b, 0, 32, 32)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertEqual((deviation.quantity_used, scrap.quantity_used), (30, 2))

    def test_validity_is_that_of_the_event_day(self):
        order = self._order(self.mix, 10)
        over = self._substitution(
            self.a, self.b, date_from="2026-02-01", date_to="2026-03-01"
        )
        with self.assertRaisesRegex(UserError, "valid until 2026-03-01"):
            self._apply(over, order)
        ahead = self._substitution(self.a, self.b, date_from="2026-03-03")
        with self.assertRaisesRegex(UserError, "valid from 2026-03-03"):
            self._apply(ahead, order)
        self._apply(
            over.with_context(backflush_event_time="2026-03-01 12:00:00"), order, 10
        )
        today = self._substitution(
            self.a, self.b, date_from="2026-03-02", date_to="2026-03-02"
        )
        self._apply(today, order, 10)
        self.assertEqual(
            order.move_raw_ids.filtered(
                lambda m: m.product_id == self.a
            ).product_uom_qty,
            80,
        )

    def test_a_substitute_is_reported_within_the_validity_of_its_approval(self):
        """Planned while it was valid; what counts is when it was used."""
        approval = self._substitution(self.a, self.b, date_to="2026-03-02")
        late, after, back = (self._order(self.mix, 1) for _number in range(3))
        for order in late | after | back:
            self._apply(approval, order, 4)
        with freeze_time("2026-03-05 10:00:00"):
            with self.assertRaisesRegex(UserError, f"{after.name}.*until 2026-03-02"):
                self._complete(after)
            self.assertEqual(self._on_hand(self.b), 1000)
            self._complete(late.with_context(backflush_event_time="2026-03-02 15:00"))
            back.move_raw_ids.filtered("backflush_deviation_id").with_user(
                self.operator
            ).action_backflush_take_back()
            self._complete(back)
        self.assertLine(late, self.b, 0, 4, 4)
        self.assertLine(back, self.a, 10, 0, 0)

    def test_a_substitute_is_reported_at_its_operation_within_the_validity(self):
        self.company.flush_method = "operation"
        station = self._workcenter("Mixer", 60)
        drink = self._product("Drink", 40.0)
        self._bom(drink, [(self.a, 10)], [(station, 5)])
        approval = self._substitution(self.a, self.b, date_to="2026-03-02")
        order, after = self._order(drink, 1), self._order(drink, 1)
        for one in order | after:
            self._apply(approval, one, 4)
        with freeze_time("2026-03-05 10:00:00"):
            work = self._as(self.operator, order.workorder_ids)
            work.with_context(
                backflush_event_time="2026-03-02 15:00:00"
            ).button_finish()
            self.assertLine(order, self.b, 0, 4, 4)
            with self.assertRaisesRegex(UserError, "valid until 2026-03-02"):
                self._as(self.operator, after.workorder_ids).button_finish()

    def test_the_day_is_the_plants(self):
        """10:00 UTC on 2 March is 23:00 in Auckland, and the 3rd in Kiritimati."""
        deviation = self._substitution(self.a, self.b, date_to="2026-03-02")
        order = self._order(self.mix, 10)
        self.company.resource_calendar_id.tz = "Pacific/Kiritimati"
        with self.assertRaisesRegex(UserError, "valid until"):
            self._apply(deviation, order)
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        self._apply(deviation, order, 10)

    def test_restrictions_are_named(self):
        order = self._order(self.mix, 10)
        other = self._order(self.mix, 1)
        with self.assertRaisesRegex(UserError, f"it is for {other.name} alone"):
            self._apply(
                self._substitution(self.a, self.b, production_id=other.id), order
            )
        elsewhere = self._bom(self._product("Else"), [(self.a, 1)])
        with self.assertRaisesRegex(UserError, "it is for .*Else.* alone"):
            self._apply(self._substitution(self.a, self.b, bom_id=elsewhere.id), order)
        oven = self._workcenter("Oven", 60)
        with self.assertRaisesRegex(UserError, "it is for Oven alone"):
            self._apply(
                self._substitution(self.a, self.b, workcenter_id=oven.id), order
            )
        unapproved = self._substitution(self.a, self.b, approve=False)
        with self.assertRaisesRegex(UserError, "not an approved substitution"):
            self._apply(unapproved, order)
        foreign = self._substitution(self._product("C"), self.b)
        with self.assertRaisesRegex(UserError, "no open component C"):
            self._apply(foreign, order)
        with self.assertRaisesRegex(UserError, "needs 100.0 kg"):
            self._apply(self._substitution(self.a, self.b), order, 101)

    def test_a_substitution_is_well_formed(self):
        for vals, message in (
            ({"substitute_id": self.a.id}, "own substitute"),
            (
                {"substitute_id": self._product("Ink", is_storable=False).id},
                "Ink is not kept in stock",
            ),
            (
                {"substitute_uom_id": self.env.ref("uom.product_uom_unit").id},
                "converted",
            ),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                self._substitution(self.a, self.b, approve=False, **vals)
