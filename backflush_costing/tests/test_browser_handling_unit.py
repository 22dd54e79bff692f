from odoo.tests import tagged

from .browser_common import BrowserCommon
from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
class TestBrowserHandlingUnit(BrowserCommon, HandlingUnitCommon):
    """The terminal at the line, as an operator."""

    def test_mount_start_report_empty(self):
        self.company.backflush_start_check = "content"
        order = self._order(self.cable, 100)
        self._tour(
            "backflush_unit_terminal",
            "backflush_costing.action_backflush_unit_terminal",
            self.operator,
        )
        self.assertEqual(order.workorder_ids.state, "progress")
        log = self.coil.backflush_log_ids.filtered(lambda one: one.kind == "empty")
        self.assertEqual(log.reason_id.code, "adjusting")
        self.assertEqual(log.residue_quantity, 9960)
        self.assertProven()

    def test_a_supervisor_starts_anyway(self):
        self.company.backflush_start_check = "content"
        order = self._order(self.cable, 100)
        self._tour(
            "backflush_unit_terminal_anyway",
            "backflush_costing.action_backflush_unit_terminal",
            self.supervisor,
        )
        self.assertEqual(order.workorder_ids.state, "progress")
        self.assertTrue(
            order.message_ids.filtered(lambda m: "Coil is on its way" in m.body)
        )

    def test_a_unit_of_two_products_is_mounted_in_a_position(self):
        mixed = self._coil("MIXED", 50)
        self._stock(self.plug, 7, self.store, package_id=mixed.id)
        order = self._order(self.cable, 10)
        self._tour(
            "backflush_unit_terminal_mixed",
            "backflush_costing.action_backflush_unit_terminal",
            self.operator,
        )
        self.assertEqual(mixed.backflush_position, "Left")
        used = order.backflush_confirmation_ids.line_ids
        self.assertEqual(used.product_id, self.wire)
        self.assertEqual(used.issued_quantity, 4)
