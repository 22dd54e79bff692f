from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitReported(HandlingUnitCommon):
    """Consumed as reported, never by the bill of materials."""

    def test_what_was_used_is_issued_from_the_coil_and_waits_for_the_product(self):
        other = self._coil("COIL-0", 500, self.line_side)
        order = self._order(self.cable, 100)
        self._mount(self.coil)
        log = self._use(self.coil, 400, order)
        self.assertEqual(self._left(self.coil), 9600)
        self.assertEqual(self._left(other), 500, "older, and not mounted")
        self.assertRecordValues(
            log.confirmation_id,
            [
                {
                    "trigger": "reported",
                    "package_id": self.coil.id,
                    "quantity": 400,
                    "uom_id": self.meter.id,
                    "user_id": self.operator.id,
                    "workcenter_id": self.saw.id,
                }
            ],
        )
        report = self.assertProven()
        rip = report.line_ids.filtered(
            lambda line: line.account_id == self.policy.rip_account_id
        )
        self.assertEqual(rip.in_process, 40)
        self._use(self.coil, 600, order)
        self._finish(order)
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertFalse(order.backflush_error_ids)
        self.assertProven()
        consumed = order.move_finished_ids.move_line_ids.consume_line_ids
        wire = consumed.filtered(lambda line: line.product_id == self.wire)
        self.assertEqual(sum(wire.mapped("quantity")), 1000)
        self.assertEqual(wire.package_id, self.coil)
