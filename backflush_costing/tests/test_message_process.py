from datetime import datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .message_common import MessageCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMessageProcess(MessageCommon):
    """Messages are carried out as people would, when it happened."""

    def setUp(self):
        super().setUp()
        self._put(self.cell, 100)

    def test_parts_of_an_order_are_received_one_by_one(self):
        order = self._order(self.pack, 10)
        code = order.name
        first = self._report(order=order, quantity=4)
        self.assertState(first, "done")
        self.assertEqual(order.qty_produced, 4)
        self.assertEqual(first.confirmation_ids.quantity, 4)
        self.assertEqual(first.confirmation_ids.user_id, self.machine)
        self.assertEqual(first.confirmation_ids.date_event, datetime(2026, 3, 2, 10))
        second = self._report(order=code, quantity=3, final=True)
        self.assertState(second, "done")
        orders = order.production_group_id.production_ids
        self.assertEqual(sum(orders.mapped("qty_produced")), 7)
        self.assertEqual(set(orders.mapped("state")), {"done"})
        self.assertEqual(self._on_hand(self.cell), 100 - 28)
        third = self._report(order=code, quantity=1)
        self.assertState(third, "failed", "other")
        self.assertIn("Done", third.reason)

    def test_what_is_missing_is_parked_and_belongs_to_the_message(self):
        order = self._order(self.pack, 30)
        message = self._report(order=order, quantity=30)
        self.assertState(message, "done")
        self.assertRecordValues(
            message.error_ids, [{"product_id": self.cell.id, "quantity_open": 20}]
        )
        self.assertEqual(order.state, "done")

    def test_units_lots_and_what_makes_no_sense(self):
        order = self._order(self.pack, 24)
        kg = self._report(order=order, quantity=1, uom="kg")
        self.assertState(kg, "failed", "missing_uom_conversion")
        kg._set_state("rejected")
        wrong = self._report(order=order, quantity=1, product="CELL")
        self.assertState(wrong, "failed", "invalid_message")
        wrong._set_state("rejected")
        unit = self.env.ref("uom.product_uom_dozen")
        unit.active = True
        dozen = self._report(order=order, quantity=1, uom=unit.name)
        self.assertState(dozen, "done")
        self.assertEqual(order.qty_produced, 12)

    def test_a_code_that_is_created_later_is_found_then(self):
        message = self._report(order="WH/MO/LATER", quantity=1)
        self.assertState(message, "failed", "unknown_reference")
        error = message.error_ids
        self.assertEqual(error.reference, "WH/MO/LATER")
        self.assertEqual(error.message_id, message)
        order = self._order(self.pack, 1)
        order.production_group_id.name = order.name = "WH/MO/LATER"
        retry = self.env.ref("backflush_costing.cron_retry_errors")
        with self.enter_registry_test_mode():
            retry.method_direct_trigger()
        self._process()
        self.assertState(message, "done")
        self.assertEqual(error.state, "resolved")
        self.assertEqual(order.state, "done")

    def test_scrap_of_the_product_and_of_a_component(self):
        order = self._order(self.pack, 10)
        pieces = self._report("scrap", order=order, quantity=2, reason="Dropped")
        self.assertState(pieces, "done")
        self.assertEqual(pieces.confirmation_ids.trigger, "scrap")
        self.assertEqual(order.backflush_scrapped_quantity, 2)
        self.assertEqual(self._on_hand(self.cell), 92)
        cells = self._report(
            "scrap", order=order, quantity=3, product="CELL", reason="Dropped"
        )
        self.assertState(cells, "done")
        self.assertRecordValues(
            cells.deviation_ids, [{"kind": "scrap", "quantity": 3, "state": "approved"}]
        )
        unknown = self._report("scrap", order=order, quantity=1, reason="Bad luck")
        self.assertState(unknown, "failed", "unknown_reference")
        self.assertIn("Dropped", unknown.reason)

    def test_an_unknown_reason_is_answered_by_at_most_ten_that_are_known(self):
        reasons = self.env["backflush.deviation.reason"]
        reasons.create([{"name": f"Reason {number}"} for number in range(20)])
        order = self._order(self.pack, 10)
        wrong = self._report("scrap", order=order, quantity=1, reason="Bad luck")
        domain = [
            ("kind", "in", (False, "product_scrap", "scrap")),
            ("company_id", "in", (False, self.company.id)),
        ]
        named = [
            name
            for name in reasons.search(domain).mapped("name")
            if f"{name}," in wrong.reason or f"{name} and" in wrong.reason
        ]
        self.assertEqual(len(named), 10, wrong.reason)

    def test_an_approved_substitution_is_applied_and_taken_back(self):
        other = self._product("Cell B", 3.0, default_code="CELL-B")
        order = self._order(self.pack, 10)
        values = {"order": order, "product": "CELL", "substitute": "CELL-B"}
        message = self._report("substitution", quantity=8, **values)
        self.assertState(message, "failed", "other")
        deviation = self.env["backflush.deviation"].create(
            {
                "kind": "substitution",
                "product_id": self.cell.id,
                "substitute_id": other.id,
                "reason_id": self.reason.id,
            }
        )
        deviation.with_user(self.supervisor).action_approve()
        message.with_user(self.supervisor).action_reprocess()
        self._process()
        self.assertState(message, "done")
        planned = {m.product_id: m.product_uom_qty for m in order.move_raw_ids}
        self.assertEqual(planned, {self.cell: 32, other: 8})
        back = self._report("substitution", reverses=message.external_id, **values)
        self.assertState(back, "done")
        self.assertEqual(order.move_raw_ids.product_id, self.cell)

    def test_operations_are_reporting_points(self):
        center = self._workcenter("Press", 60, code="PRESS-1")
        tray = self._product("Tray", 1.0, default_code="TRAY")
        bom = self._bom(tray, [(self.cell, 2)], [(center, 5)])
        bom.bom_line_ids.flush_method = "operation"
        bom.bom_line_ids.operation_id = bom.operation_ids
        order = self._order(tray, 10)
        start = self._report("operation_start", order=order, workcenter="PRESS-1")
        self.assertState(start, "done")
        self.assertEqual(order.workorder_ids.state, "progress")
        finish = self._report(
            "operation_finish", order=order, operation="At Press", quantity=10
        )
        self.assertState(finish, "done")
        self.assertEqual(finish.confirmation_ids.trigger, "operation")
        self.assertEqual(self._on_hand(self.cell), 80)
        again = self._report("operation_finish", order=order, workcenter="PRESS-1")
        self.assertState(again, "failed", "other")
        again._set_state("rejected")
        back = self._report(
            "operation_finish", order=order, reverses=finish.external_id
        )
        self.assertState(back, "done")
        self.assertEqual(self._on_hand(self.cell), 100)

    def test_an_operation_that_issued_nothing_is_taken_back_too(self):
        center = self._workcenter("Press", 60, code="PRESS-1")
        tray = self._product("Tray", 1.0, default_code="TRAY")
        self._bom(tray, [(self.cell, 2)], [(center, 5)])
        order = self._order(tray, 10)
        values = {"order": order, "workcenter": "PRESS-1"}
        finish = self._report("operation_finish", **values)
        self.assertState(finish, "done")
        self.assertFalse(finish.confirmation_ids)
        self.assertEqual(order.workorder_ids.state, "done")
        back = self._report("operation_finish", reverses=finish.external_id, **values)
        self.assertState(back, "done")
        self.assertEqual(order.workorder_ids.state, "ready")
        self.assertEqual(order.workorder_ids.qty_produced, 0)
        self.assertState(self._report("operation_finish", **values), "done")
        self.assertState(self._report(order=order, quantity=10), "done")
        self.assertEqual(self._on_hand(self.cell), 80)

    def test_a_work_center_that_nobody_knows_is_looked_for(self):
        order = self._order(self.pack, 5)
        lost = self._report(order=order, quantity=5, workcenter="NOWHERE")
        self.assertState(lost, "failed", "unknown_reference")
        self._workcenter("Packing", 60, code="NOWHERE")
        lost.sudo()._requeue()
        self._process()
        self.assertState(lost, "done")

    def test_consumption_is_added_up_for_what_is_entered(self):
        line = self.pack.bom_ids.bom_line_ids
        refused = self._order(self.pack, 1)
        message = self._report("consumption", order=refused, product="CELL", quantity=3)
        self.assertState(message, "failed", "invalid_message")
        line.flush_method = "manual"
        order = self._order(self.pack, 5)
        uses = [
            self._report("consumption", order=order, product="CELL", quantity=quantity)
            for quantity in (7, 5, 12)
        ]
        back = self._report(
            *("consumption",),
            **{"order": order, "product": "CELL", "reverses": uses[1].external_id},
        )
        self.assertState(back, "done")
        self.assertState(self._report(order=order, quantity=5), "done")
        self.assertEqual(self._on_hand(self.cell), 100 - 19)

    def test_a_report_is_taken_back_once(self):
        order = self._order(self.pack, 5)
        message = self._report(order=order, quantity=5)
        self.assertEqual(self._on_hand(self.cell), 80)
        back = self._report(order=order, reverses=message.external_id)
        self.assertState(back, "done")
        self.assertEqual(message.confirmation_ids.state, "reversed")
        self.assertEqual(self._on_hand(self.cell), 100)
        twice = self._report(order=order, reverses=message.external_id)
        self.assertState(twice, "failed", "other")
