from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .deviation_common import DeviationCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviationKept(DeviationCommon):
    """What was recorded takes effect, or somebody is told; nobody gets around it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wheel = cls._product("Wheel", 10.0)
        cls.rubber = cls._product("Rubber wheel", 12.0)
        cls.body = cls._product("Body", 100.0)
        cls.cart = cls._product("Cart", 140.0)
        cls.bom = cls._bom(cls.cart, [(cls.wheel, 4), (cls.body, 1)])
        cls.colleague = cls._user("colleague", "group_backflush_operator")

    def setUp(self):
        super().setUp()
        for product in (self.wheel, self.rubber, self.body):
            self._put(product, 1000, self.store)

    def _move(self, order, product):
        return order.move_raw_ids.filtered(lambda m: m.product_id == product)

    # -- nothing recorded is lost ----------------------------------------------------

    def test_a_component_taken_off_the_order_leaves_no_document_behind(self):
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        self._move(order, self.wheel).with_user(self.operator).unlink()
        with self.assertRaisesRegex(UserError, scrap.name):
            self._complete(order)
        scrap.with_user(self.supervisor).action_cancel()
        self._complete(order)

    def test_a_document_that_waits_holds_the_order_without_its_component_too(self):
        self.company.backflush_deviation_limit = 10
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        self.assertEqual(scrap.state, "draft")
        self._move(order, self.wheel).with_user(self.operator).unlink()
        with self.assertRaisesRegex(UserError, scrap.name):
            self._complete(order)

    def test_a_merged_order_does_not_drop_documents(self):
        orders = self._order(self.cart, 5) | self._order(self.cart, 5)
        scrap = self._record(orders[0], "scrap", self.wheel, 3)
        action = orders.with_user(self.operator).action_merge()
        merged = self.env["mrp.production"].browse(action["res_id"])
        self.assertEqual(scrap.state, "approved")
        self.assertEqual(scrap.production_id, merged)
        self._complete(merged)
        self.assertEqual(self._on_hand(self.wheel, self.store), 957)
        self.assertLine(merged, self.wheel, 40, 3, 3)

    def _asked_for(self, order, approve=False):
        """A substitution for this order alone."""
        return self._substitution(
            self.wheel, self.rubber, approve=approve, production_id=order.id
        )

    def test_a_substitution_for_one_order_ends_with_it(self):
        done, gone = self._order(self.cart, 5), self._order(self.cart, 5)
        documents = [
            self._asked_for(order, approve)
            for order in (done, gone)
            for approve in (False, True)
        ]
        general = self._substitution(self.wheel, self.rubber, approve=False)
        self._complete(done)
        self._as(self.planner, gone).action_cancel()
        self.assertRecordValues(
            self.env["backflush.deviation"].concat(*documents),
            [
                {"state": "cancelled", "end_reason": f"{done.name} was completed."},
                {"state": "closed", "end_reason": f"{done.name} was completed."},
                {"state": "cancelled", "end_reason": f"{gone.name} was cancelled."},
                {"state": "closed", "end_reason": f"{gone.name} was cancelled."},
            ],
        )
        self.assertEqual(general.state, "draft", "for any order")
        with self.assertRaisesRegex(UserError, "cannot become|is Cancelled"):
            documents[0].with_user(self.supervisor).action_approve()

    def test_a_backorder_goes_on_with_what_was_asked_for(self):
        order = self._order(self.cart, 5)
        asked, approved = self._asked_for(order), self._asked_for(order, True)
        mine = order.with_user(self.operator)
        mine.qty_producing = 2
        mine.set_qty_producing()
        mine.with_context(
            skip_backorder=True, skip_redirection=True, mo_ids_to_backorder=order.ids
        ).button_mark_done()
        rest = order.production_group_id.production_ids - order
        self.assertEqual((asked | approved).production_id, rest)
        self.assertEqual(approved.state, "approved")
        self._apply(approved, rest)
        self._complete(rest)
        self.assertLine(rest, self.rubber, 0, 12, 12)
        self.assertEqual((asked.state, approved.state), ("cancelled", "closed"))

    def test_a_merged_order_goes_on_with_what_was_asked_for(self):
        orders = self._order(self.cart, 5) | self._order(self.cart, 5)
        asked = self._asked_for(orders[0])
        action = orders.with_user(self.operator).action_merge()
        self.assertEqual(asked.production_id.id, action["res_id"])
        self.assertEqual(asked.state, "draft")

    def test_an_order_whose_completion_asks_first_has_not_ended(self):
        order = self._order(self.cart, 5)
        asked = self._asked_for(order)
        mine = order.with_user(self.operator)
        mine.qty_producing = 2
        mine.set_qty_producing()
        question = mine.button_mark_done()
        self.assertEqual(question["res_model"], "mrp.production.backorder")
        self.assertEqual(asked.state, "draft")

    def test_scrap_of_a_component_with_lots_that_nobody_named(self):
        self.company.backflush_lot_picking = "fifo"
        resin = self._product("Resin", 2.0, tracking="lot")
        lot = self.env["stock.lot"].create({"name": "A", "product_id": resin.id})
        self.env["stock.quant"]._update_available_quantity(
            resin, self.store, 100, lot_id=lot
        )
        panel = self._product("Panel", 20.0)
        self._bom(panel, [(resin, 10)])
        order = self._order(panel, 1)
        scrap = self._record(order, "scrap", resin, 3)
        self._complete(order)
        self.assertEqual(self._on_hand(resin, self.store), 87)
        self.assertLine(order, resin, 10, 3, 3)
        self.assertEqual(scrap.quantity_used, 3)

    def test_only_substitutions_are_closed_by_hand(self):
        order = self._order(self.cart, 5)
        scrap = self._record(order, "scrap", self.wheel, 3)
        with self.assertRaises(UserError):
            scrap.with_user(self.supervisor).action_close()
        self.assertEqual(scrap.state, "approved")

    def test_what_was_used_is_not_cancelled(self):
        deviation = self._substitution(self.wheel, self.rubber)
        order = self._order(self.cart, 5)
        self._apply(deviation, order, 4)
        self._complete(order)
        with self.assertRaisesRegex(UserError, "Close it"):
            deviation.with_user(self.supervisor).action_cancel()
        self.assertEqual(deviation.state, "approved")

    # -- a substitute stands for what it replaced ---------------------------------

    def test_taken_back_the_component_has_its_demand_again(self):
        deviation = self._substitution(self.wheel, self.rubber, ratio=1 / 3)
        order = self._order(self.cart, 5)
        line = self._apply(deviation, order, 10)
        self.assertEqual(line.product_uom_qty, 3.34)
        self.assertEqual(deviation.quantity_planned, 10)
        line.with_user(self.operator).action_backflush_take_back()
        self.assertEqual(self._move(order, self.wheel).product_uom_qty, 20)

    def test_what_rounding_adds_to_a_substitute_stands_for_nothing(self):
        deviation = self._substitution(
            self.wheel, self.rubber, ratio=1 / 3, quantity=10
        )
        order = self._order(self.cart, 5)
        self._apply(deviation, order, 10)
        self._complete(order)
        self.assertLine(order, self.wheel, 20, -10, -10)
        self.assertLine(order, self.rubber, 0, 3.34, 3.34)
        self.assertEqual(deviation.state, "closed")

    def test_in_one_call_nobody_uses_what_is_planned_for_another(self):
        deviation = self._substitution(self.wheel, self.rubber, quantity=20)
        greedy, modest = self._order(self.cart, 5), self._order(self.cart, 5)
        for order in (greedy, modest):
            self._apply(deviation, order, 10)
        mine = greedy.with_user(self.operator)
        mine.qty_producing = 5
        mine.set_qty_producing()
        self._move(mine, self.rubber).quantity = 18
        self._complete_entered(greedy | modest)
        self.assertLine(modest, self.rubber, 0, 10, 10)
        self.assertLine(greedy, self.rubber, 0, 18, 10)

    def _complete_entered(self, orders):
        return (
            orders.with_user(self.operator)
            .with_context(
                skip_consumption=True, skip_backorder=True, skip_redirection=True
            )
            .button_mark_done()
        )

    def test_the_line_that_a_substitute_stands_for_stays(self):
        deviation = self._substitution(self.wheel, self.rubber)
        order = self._order(self.cart, 5)
        self._apply(deviation, order)
        with self.assertRaisesRegex(UserError, "Take"):
            self._move(order, self.wheel).with_user(self.operator).unlink()

    # -- rights ------------------------------------------------------------------------

    def test_a_substitute_is_made_by_applying_alone(self):
        """Neither an approval that waits nor an approved one is written on a line."""
        waiting = self._substitution(self.wheel, self.rubber, approve=False)
        approved = self._substitution(self.wheel, self.rubber)
        order = self._order(self.cart, 5)
        move = self._move(order, self.wheel).with_user(self.operator)
        for deviation in (waiting, approved):
            with self.assertRaises(AccessError):
                move.write({"backflush_deviation_id": deviation.id})
            with self.assertRaises(AccessError):
                order.with_user(self.operator).write(
                    {
                        "move_raw_ids": [
                            Command.create(
                                {
                                    "product_id": self.rubber.id,
                                    "product_uom_qty": 20,
                                    "product_uom": self.rubber.uom_id.id,
                                    "backflush_deviation_id": deviation.id,
                                    "backflush_substituted_move_id": move.id,
                                }
                            )
                        ]
                    }
                )
        made = (
            self.env["backflush.deviation"]
            .with_user(self.operator)
            .create(
                {
                    "kind": "scrap",
                    "production_id": order.id,
                    "product_id": self.wheel.id,
                    "quantity": 1,
                    "reason_id": self.reason.id,
                    "move_ids": [Command.link(move.id)],
                }
            )
        )
        self.assertFalse(made.move_ids)
        self.assertFalse(move.backflush_deviation_id)
        with self.assertRaises(AccessError):
            move.copy({"backflush_deviation_id": approved.id})

    def test_when_it_was_recorded_and_approved_cannot_be_made_up(self):
        order = self._order(self.cart, 5)
        scrap = self._record(
            order,
            "scrap",
            self.wheel,
            1,
            date_requested="2020-01-01 00:00:00",
            date_applied="2020-01-01 00:00:00",
        )
        self.assertEqual(str(scrap.date_requested), "2026-03-02 10:00:00")
        self.assertFalse(scrap.date_applied)

    def test_who_recorded_does_not_approve_after_somebody_touched_it(self):
        asked = (
            self.env["backflush.deviation"]
            .with_user(self.supervisor)
            .create(
                {
                    "kind": "substitution",
                    "product_id": self.wheel.id,
                    "substitute_id": self.rubber.id,
                    "reason_id": self.reason.id,
                }
            )
        )
        asked.with_user(self.operator).note = "Seen"
        with self.assertRaisesRegex(AccessError, "another supervisor"):
            asked.action_approve()
        self.assertFalse(asked.can_approve)
        asked.with_user(self.second).action_approve()
        self.assertEqual(asked.state, "approved")

    def test_drafts_of_others_are_not_deleted(self):
        self.company.backflush_deviation_limit = 10
        scrap = self._record(self._order(self.cart, 5), "scrap", self.wheel, 3)
        with self.assertRaises(AccessError):
            scrap.with_user(self.colleague).unlink()
        self.assertTrue(scrap.exists())
        scrap.with_user(self.supervisor).unlink()
        self.assertFalse(scrap.exists())

    def test_a_reason_is_of_its_kind_and_company(self):
        other = self._create_company(name="Other plant")
        theirs, overuse = self.env["backflush.deviation.reason"].create(
            [
                {"name": "Theirs", "company_id": other.id},
                {"name": "More", "kind": "overuse"},
            ]
        )
        order = self._order(self.cart, 5)
        for reason in (theirs, overuse):
            with self.assertRaises(UserError):
                self._record(order, "scrap", self.wheel, 1, reason_id=reason.id)
        self._record(order, "overuse", self.wheel, 1, reason_id=overuse.id)

    def test_only_people_of_the_floor_take_a_substitute_back(self):
        order = self._order(self.cart, 5)
        line = self._apply(self._substitution(self.wheel, self.rubber), order)
        worker = self.env["res.users"].create(
            {
                "name": "Worker",
                "login": "worker_of_core",
                "group_ids": [(6, 0, self.env.ref("mrp.group_mrp_user").ids)],
            }
        )
        with self.assertRaises(AccessError):
            line.with_user(worker).action_backflush_take_back()

    # -- bad input ---------------------------------------------------------------

    def test_a_quantity_that_is_no_number_is_refused(self):
        order = self._order(self.cart, 5)
        deviation = self._substitution(self.wheel, self.rubber)
        for junk in (float("nan"), float("inf"), float("-inf"), "many"):
            with self.subTest(quantity=junk):
                with self.assertRaises(UserError):
                    self._apply(deviation, order, junk)
                with self.assertRaises(UserError):
                    self._record(order, "scrap", self.wheel, junk)
                with self.assertRaises(UserError):
                    self._substitution(self.wheel, self.rubber, ratio=junk)
        for junk in (-1, 0, 1e300):
            with self.subTest(quantity=junk), self.assertRaises(UserError):
                self._apply(deviation, order, junk)
        for junk in (0, False, 10**8):
            with self.subTest(order=junk), self.assertRaises(UserError):
                deviation.with_user(self.operator).action_apply(junk)

    def test_the_form_records_no_junk_either(self):
        order = self._order(self.cart, 5)
        form = Form(
            self.env["backflush.deviation.record"]
            .with_user(self.operator)
            .with_context(default_production_id=order.id)
        )
        form.product_id = self.wheel
        form.quantity = 3
        form.reason_id = self.reason
        form.save().action_record()
        self.assertEqual(order.backflush_deviation_ids.state, "approved")
