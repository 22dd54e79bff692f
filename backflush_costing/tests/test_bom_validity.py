from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .validity_common import ValidityCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 10:00:00")
class TestBomValidity(ValidityCommon):
    """An order takes the lines that are valid on its day."""

    def test_a_planned_order_takes_the_lines_of_its_planned_start(self):
        self.assertUses(self._order(self.cart, 1), self.body, self.steel)
        later = self._order(self.cart, 1, date_start="2026-04-02 10:00:00")
        self.assertUses(later, self.body, self.plastic)
        self.assertEqual(str(later.backflush_bom_date), "2026-04-02")

    def test_both_days_are_included_in_the_plants_time_zone(self):
        """22:30 UTC on 31 March is the 1st of April in Brussels, the 31st in Rio."""
        moment = "2026-03-31 22:30:00"
        self.company.resource_calendar_id.tz = "Europe/Brussels"
        self.assertUses(
            self._order(self.cart, 1, date_start=moment), self.body, self.plastic
        )
        self.company.resource_calendar_id.tz = "America/Sao_Paulo"
        self.assertUses(
            self._order(self.cart, 1, date_start=moment), self.body, self.steel
        )

    def test_a_draft_that_is_moved_takes_the_lines_of_its_new_day(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.cart.id, "product_qty": 2}
        )
        self.assertUses(order, self.body, self.steel)
        order.date_start = "2026-04-02 10:00:00"
        self.assertUses(order, self.body, self.plastic)
        order.action_confirm()
        self.assertUses(order, self.body, self.plastic)
        self.assertEqual(order.move_raw_ids.mapped("product_uom_qty"), [2, 8])

    def test_a_form_that_is_dated_last_is_put_right_when_it_is_saved(self):
        form = Form(self.env["mrp.production"].with_user(self.operator))
        form.product_id = self.cart
        form.date_start = "2026-04-02 10:00:00"
        order = form.save()
        self.assertUses(order, self.body, self.plastic)

    def test_what_somebody_deleted_from_a_draft_does_not_come_back(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.cart.id, "product_qty": 1}
        )
        order.move_raw_ids.filtered(lambda m: m.product_id in (self.body, self.steel))[
            1:
        ].unlink()
        order.action_confirm()
        self.assertUses(order, self.body)

    def test_the_event_day_decides_at_completion(self):
        order = self._order(self.cart, 2)
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)
        self.assertEqual(self._on_hand(self.plastic, self.store), 92)
        self.assertIn("2026-04-03", self._said(order))
        self.assertIn("Plastic wheel (valid from 2026-04-01)", self._said(order))
        lines = order.backflush_confirmation_ids.line_ids
        self.assertFalse(any(lines.mapped("deviation_quantity")))

    def test_a_report_of_the_past_takes_the_lines_of_the_past(self):
        with freeze_time("2026-04-03 10:00:00"):
            order = self._order(self.cart, 2)
            self.assertUses(order, self.body, self.plastic)
            self._complete(
                order.with_context(backflush_event_time="2026-03-31 12:00:00")
            )
        self.assertEqual(self._on_hand(self.steel, self.store), 92)
        self.assertEqual(self._on_hand(self.plastic, self.store), 100)

    def test_the_confirmation_pins_what_was_used(self):
        order = self._order(self.cart, 1)
        self._complete(order)
        line = self._line(self.steel)
        confirmation = order.backflush_confirmation_ids
        pinned = confirmation.line_ids.filtered(lambda c: c.product_id == self.steel)
        line.valid_to = "2026-03-25"
        self.assertEqual(str(confirmation.bom_date), "2026-03-20")
        self.assertEqual(pinned.bom_line_id, line)
        self.assertEqual(str(pinned.bom_line_valid_to), "2026-03-31")
        self.assertFalse(pinned.bom_line_valid_from)
        line.unlink()
        self.assertEqual(str(pinned.bom_line_valid_to), "2026-03-31")

    def test_an_order_that_nobody_reported_on_takes_the_lines_of_the_day(self):
        order = self._order(self.cart, 2)
        with freeze_time("2026-04-03 10:00:00"):
            order.with_user(self.operator).with_context(
                skip_redirection=True
            ).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.plastic, self.store), 92)

    def test_dates_that_change_after_the_confirmation_lose_no_component(self):
        """The change-over is brought forward while an order of the old day is open."""
        order = self._order(self.cart, 2)
        self.assertUses(order, self.body, self.steel)
        self._line(self.steel).valid_to = "2026-03-15"
        self._line(self.plastic).valid_from = "2026-03-16"
        with freeze_time("2026-03-21 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)
        self.assertEqual(self._on_hand(self.plastic, self.store), 92)

    def test_dates_that_change_on_the_day_itself_count(self):
        order = self._order(self.cart, 2)
        self._line(self.steel).valid_to = "2026-03-15"
        self._line(self.plastic).valid_from = "2026-03-16"
        self._complete(order)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)
        self.assertEqual(self._on_hand(self.plastic, self.store), 92)

    def test_what_was_deleted_stays_deleted_when_dates_change(self):
        order = self._order(self.cart, 2)
        order.move_raw_ids.filtered(lambda m: m.product_id == self.steel).unlink()
        self._line(self.steel).valid_to = "2026-03-25"
        with freeze_time("2026-03-21 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)

    def test_nobody_writes_the_day_of_the_lines(self):
        order = self._order(self.cart, 2)
        mine = order.with_user(self.operator)
        with self.assertRaises(AccessError):
            mine.backflush_bom_date = "2026-04-03"
        made = mine.create(
            {
                "product_id": self.cart.id,
                "product_qty": 1,
                "backflush_bom_date": "2026-04-03",
            }
        )
        self.assertEqual(str(made.backflush_bom_date), "2026-03-20")
        self.assertUses(made, self.body, self.steel)

    def test_without_any_flush_setting_the_dates_count_too(self):
        self.company.write({"flush_method": False, "shortage_profile": False})
        order = self._order(self.cart, 2)
        order.action_assign()
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)
        self.assertEqual(self._on_hand(self.plastic, self.store), 92)

    def test_what_was_edited_stays(self):
        for edit in ({"product_uom_qty": 9}, {"flush_method": "manual"}):
            order = self._order(self.cart, 2)
            steel = order.move_raw_ids.filtered(lambda m: m.product_id == self.steel)
            steel.write(edit)
            with freeze_time("2026-04-03 10:00:00"):
                self._complete(order)
            self.assertNotIn(self.plastic, order.move_raw_ids.product_id)
            self.assertEqual(self._on_hand(self.plastic, self.store), 100)
            self.assertIn("edited", self._said(order))
            self.assertEqual(str(order.backflush_bom_date), "2026-03-20")

    def test_what_was_entered_stays(self):
        order = self._order(self.cart, 2).with_user(self.operator)
        order.qty_producing = 2
        order.set_qty_producing()
        order.move_raw_ids.filtered(lambda m: m.product_id == self.steel).quantity = 7
        with freeze_time("2026-04-03 10:00:00"):
            order.with_context(
                skip_consumption=True, skip_redirection=True
            ).button_mark_done()
        self.assertEqual(self._on_hand(self.steel, self.store), 93)
        self.assertEqual(self._on_hand(self.plastic, self.store), 100)

    def test_what_a_substitute_stands_for_stays(self):
        reason = self.env.ref("backflush_costing.deviation_reason_other")
        rubber = self._product("Rubber wheel", 11.0)
        self._put(rubber, 100, self.store)
        order = self._order(self.cart, 2)
        deviation = (
            self.env["backflush.deviation"]
            .with_user(self.operator)
            .create(
                {
                    "kind": "substitution",
                    "product_id": self.steel.id,
                    "substitute_id": rubber.id,
                    "reason_id": reason.id,
                }
            )
        )
        deviation.with_user(self.supervisor).action_approve()
        deviation.action_apply(order.id)
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(rubber, self.store), 92)
        self.assertEqual(self._on_hand(self.plastic, self.store), 100)

    def test_a_reserved_component_is_freed(self):
        self.steel.product_tmpl_id.flush_method = "manual"
        self.plastic.product_tmpl_id.flush_method = "completion"
        order = self._order(self.cart, 2)
        order.action_assign()
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.steel.id), ("location_id", "=", self.store.id)]
        )
        self.assertEqual(quant.reserved_quantity, 8)
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(order)
        self.assertEqual(quant.reserved_quantity, 0)
        self.assertEqual(self._on_hand(self.plastic, self.store), 92)

    def test_a_backorder_is_completed_by_its_own_day(self):
        order = self._order(self.cart, 5)
        order.qty_producing = 2
        order.set_qty_producing()
        order.with_user(self.operator).with_context(
            skip_backorder=True, skip_redirection=True, mo_ids_to_backorder=order.ids
        ).button_mark_done()
        self.assertEqual(self._on_hand(self.steel, self.store), 92)
        backorder = order.production_group_id.production_ids - order
        self.assertUses(backorder, self.body, self.steel)
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(backorder)
        self.assertEqual(self._on_hand(self.steel, self.store), 92)
        self.assertEqual(self._on_hand(self.plastic, self.store), 88)

    def test_an_operation_uses_the_lines_of_its_day(self):
        self.company.flush_method = "operation"
        station = self._workcenter("Station", 60)
        self.bom.operation_ids = [
            Command.create(
                {
                    "name": "Mount",
                    "workcenter_id": station.id,
                    "time_mode": "manual",
                    "time_cycle_manual": 1,
                }
            )
        ]
        self.bom.bom_line_ids.operation_id = self.bom.operation_ids
        order = self._order(self.cart, 2)
        with freeze_time("2026-04-03 10:00:00"):
            workorder = order.workorder_ids.with_user(self.operator)
            workorder.button_start()
            workorder.qty_produced = 2
            workorder.button_finish()
            self.assertEqual(self._on_hand(self.plastic, self.store), 92)
            report = order.backflush_confirmation_ids
            self.assertEqual(str(report.bom_date), "2026-04-03")
        # What was issued stays issued, whatever the day of the completion.
        with freeze_time("2026-04-04 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(self.plastic, self.store), 92)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)

    def test_a_strict_bill_of_materials_compares_with_the_lines_of_the_day(self):
        self.bom.consumption = "strict"
        order = self._order(self.cart, 2)
        with freeze_time("2026-04-03 10:00:00"):
            mine = order.with_user(self.operator).with_context(skip_redirection=True)
            mine.qty_producing = 2
            mine.set_qty_producing()
            self.assertIs(mine.button_mark_done(), True)
        self.assertEqual(order.state, "done")

    def test_kits_are_taken_apart_by_the_day(self):
        kit = self._product("Wheel set", 0.0)
        bom = self._bom(kit, [(self.steel, 4), (self.plastic, 4)], type="phantom")
        self._line(self.steel, bom).valid_to = "2026-03-31"
        self._line(self.plastic, bom).valid_from = "2026-04-01"
        trolley = self._product("Trolley", 140.0)
        self._bom(trolley, [(self.body, 1), (kit, 1)])
        order = self._order(trolley, 2)
        self.assertUses(order, self.body, self.steel)
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)
        self.assertEqual(self._on_hand(self.plastic, self.store), 92)
        lines = order.backflush_confirmation_ids.line_ids
        self.assertFalse(any(lines.mapped("deviation_quantity")))

    def test_a_line_that_ends_without_a_successor_goes_away(self):
        self._line(self.plastic).unlink()
        order = self._order(self.cart, 1)
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)
        self.assertEqual(order.state, "done")

    def test_dates_that_come_later_reach_orders_that_were_there(self):
        self.bom.bom_line_ids.write({"valid_from": False, "valid_to": False})
        self._line(self.plastic).unlink()
        order = self._order(self.cart, 1, date_start="2026-04-10 10:00:00")
        self.assertFalse(order.backflush_bom_date)
        self._line(self.steel).valid_to = "2026-03-31"
        self.bom.bom_line_ids = [
            Command.create(
                {
                    "product_id": self.plastic.id,
                    "product_qty": 4,
                    "valid_from": "2026-04-01",
                }
            )
        ]
        with freeze_time("2026-04-10 10:00:00"):
            self._complete(order)
        self.assertEqual(self._on_hand(self.steel, self.store), 100)
        self.assertEqual(self._on_hand(self.plastic, self.store), 96)

    def test_update_bom_takes_the_lines_of_the_orders_day(self):
        order = self._order(self.cart, 1, date_start="2026-04-02 10:00:00")
        self._line(self.plastic).product_qty = 5
        order.action_update_bom()
        self.assertUses(order, self.body, self.plastic)
        plastic = order.move_raw_ids.filtered(lambda m: m.product_id == self.plastic)
        self.assertEqual(plastic.product_uom_qty, 5)

    def test_the_overviews_show_the_lines_of_the_day(self):
        data = self.env["report.mrp.report_bom_structure"]._get_report_data(self.bom.id)
        shown = {line["product_id"] for line in data["lines"]["components"]}
        self.assertEqual(shown, {self.body.id, self.steel.id})
        order = self._order(self.cart, 1, date_start="2026-04-02 10:00:00")
        report = self.env["report.mrp.report_mo_overview"]._get_report_data(order.id)
        used = {line["summary"]["product_id"] for line in report["components"]}
        self.assertEqual(used, {self.body.id, self.plastic.id})
        # 100 + 4 × 4, with nothing of the steel wheel missing.
        self.assertEqual(report["extras"]["unit_bom_cost"], 116)

    def test_the_cost_of_the_bill_is_that_of_the_day(self):
        self.cart.standard_price = 0
        self.cart.action_bom_cost()
        self.assertEqual(self.cart.standard_price, 140)
        with freeze_time("2026-04-03 10:00:00"):
            self.cart.action_bom_cost()
        self.assertEqual(self.cart.standard_price, 116)

    def test_a_validity_that_ends_before_it_begins_is_refused_by_name(self):
        with self.assertRaisesRegex(
            ValidationError, "Plastic wheel on the bill of materials of Cart"
        ):
            self._line(self.plastic).valid_to = "2026-03-31"

    def test_lines_that_overlap_are_pointed_at(self):
        self.assertFalse(self.bom.backflush_overlap_text)
        self.bom.bom_line_ids = [
            Command.create(
                {
                    "product_id": self.plastic.id,
                    "product_qty": 2,
                    "valid_from": "2026-05-01",
                }
            )
        ]
        self.assertIn("Plastic wheel", self.bom.backflush_overlap_text)
        self.bom.bom_line_ids.filtered(
            lambda line: str(line.valid_from) == "2026-04-01"
        ).valid_to = "2026-04-30"
        self.assertFalse(self.bom.backflush_overlap_text)

    def test_bills_without_dates_are_cores(self):
        plain = self._product("Plain", 10.0)
        self._bom(plain, [(self.body, 1)])
        order = self._order(plain, 1)
        with freeze_time("2026-04-03 10:00:00"):
            self._complete(order)
        self.assertEqual(order.message_ids.filtered("body"), order.message_ids.browse())
