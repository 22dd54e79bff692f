from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .deviation_common import SubstitutionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestSubstitutionOfOrders(SubstitutionCommon):
    """What becomes of a substitute with the order that it was applied to."""

    def test_it_can_be_taken_back_before_the_completion(self):
        deviation = self._substitution(self.a, self.b, quantity=30)
        order = self._order(self.mix, 10)
        line = self._apply(deviation, order, 30)
        with self.assertRaisesRegex(UserError, "planned on"):
            deviation.with_user(self.supervisor).action_cancel()
        line.with_user(self.operator).action_backflush_take_back()
        self.assertRecordValues(
            order.move_raw_ids, [{"product_id": self.a.id, "product_uom_qty": 100}]
        )
        self.assertEqual(deviation.quantity_left, 30)
        deviation.with_user(self.supervisor).action_cancel()
        self.assertEqual(deviation.state, "cancelled")

    def test_a_backorder_goes_on_with_the_substitute(self):
        deviation = self._substitution(self.a, self.b, quantity=30)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        order.qty_producing = 4
        order.set_qty_producing()
        order.with_user(self.operator).with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        self.assertLine(order, self.a, 40, -12, -12)
        self.assertLine(order, self.b, 0, 12, 12)
        self.assertEqual(
            (deviation.quantity_used, deviation.quantity_planned), (12, 18)
        )
        backorder = order.production_group_id.production_ids - order
        self._complete(backorder)
        self.assertLine(backorder, self.a, 60, -18, -18)
        self.assertEqual(deviation.state, "closed")

    def test_a_copy_of_the_order_does_not_draw_on_the_approval(self):
        deviation = self._substitution(self.a, self.b, quantity=30)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        order.copy().action_confirm()
        self.assertEqual(deviation.quantity_planned, 30)
        self.assertEqual(deviation.planned_move_ids.raw_material_production_id, order)

    def test_a_reversed_completion_gives_the_approval_back(self):
        deviation = self._substitution(self.a, self.b, quantity=50)
        order = self._order(self.mix, 10)
        self._apply(deviation, order, 30)
        self._complete(order)
        self.assertEqual(deviation.quantity_left, 20)
        order.backflush_confirmation_ids.with_user(self.supervisor).action_reverse(
            "Wrong order", reopen=False
        )
        self.assertEqual(deviation.quantity_left, 50)
        lines = order.backflush_confirmation_ids.line_ids
        self.assertFalse(any(lines.mapped("undocumented_quantity")))

    def test_components_of_kits_are_replaced_too(self):
        kit = self._product("Kit", 0.0)
        self._bom(kit, [(self.a, 5)], type="phantom")
        thing = self._product("Thing", 40.0)
        self._bom(thing, [(kit, 2)])
        order = self._order(thing, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self._complete(order)
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertLine(order, self.b, 0, 30, 30)

    def test_an_order_without_a_bill_of_materials_keeps_what_it_planned(self):
        order = self.env["mrp.production"].create(
            {
                "product_id": self._product("Loose", 40.0).id,
                "product_qty": 1,
                "bom_id": False,
                "move_raw_ids": [
                    Command.create({"product_id": self.a.id, "product_uom_qty": 10})
                ],
            }
        )
        order.action_confirm()
        self._apply(self._substitution(self.a, self.b), order, 3)
        self._complete(order)
        self.assertLine(order, self.a, 10, -3, -3)
        self.assertLine(order, self.b, 0, 3, 3)

    def test_applied_after_the_quantity_was_entered(self):
        order = self._order(self.mix, 10)
        order.qty_producing = 10
        order.set_qty_producing()
        self._apply(self._substitution(self.a, self.b), order, 30)
        order.with_user(self.operator).with_context(
            skip_redirection=True
        ).button_mark_done()
        self.assertLine(order, self.a, 100, -30, -30)
        self.assertLine(order, self.b, 0, 30, 30)

    def test_a_reserved_component_frees_what_is_replaced(self):
        self.a.product_tmpl_id.flush_method = "manual"
        order = self._order(self.mix, 10)
        order.action_assign()
        original = order.move_raw_ids
        self.assertEqual(original.quantity, 100)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self.assertEqual(original.quantity, 70)

    def test_a_strict_bill_of_materials_accepts_the_substitute(self):
        self.bom.consumption = "strict"
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        mine = order.with_user(self.operator).with_context(skip_redirection=True)
        mine.qty_producing = 10
        mine.set_qty_producing()
        self.assertIs(mine.button_mark_done(), True)
        self.assertEqual(order.state, "done")

    def test_the_operator_applies_what_is_approved_with_a_few_taps(self):
        deviation = self._substitution(self.a, self.b)
        order = self._order(self.mix, 10)
        wizard = Form(
            self.env["backflush.deviation.record"]
            .with_user(self.operator)
            .with_context(active_model="mrp.production", active_id=order.id)
        )
        wizard.kind = "substitution"
        self.assertEqual(wizard.product_id, self.a)
        self.assertEqual(wizard.deviation_id, deviation)
        wizard.quantity = 30
        wizard.save().action_record()
        self.assertEqual(deviation.quantity_planned, 30)

    def test_the_operator_asks_for_a_substitution(self):
        order = self._order(self.mix, 10)
        wizard = Form(
            self.env["backflush.deviation.record"]
            .with_user(self.operator)
            .with_context(active_model="mrp.production", active_id=order.id)
        )
        wizard.kind = "substitution"
        wizard.substitute_id = self.b
        wizard.quantity = 30
        wizard.reason_id = self.reason
        answer = wizard.save().action_record()
        self.assertEqual(answer["tag"], "display_notification")
        deviation = order.backflush_deviation_ids
        self.assertEqual(deviation.state, "draft")
        deviation.with_user(self.supervisor).action_approve()
        self._apply(deviation, order, 30)
        self._complete(order)
        self.assertEqual(deviation.state, "closed")
