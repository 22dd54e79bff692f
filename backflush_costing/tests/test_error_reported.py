from freezegun import freeze_time

from odoo.tests import tagged

from .errors_common import ErrorsCommon
from .message_common import MessageCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestErrorReported(MessageCommon, ErrorsCommon):
    """What machines report fails for each of its causes, and is worked off."""

    @classmethod
    def _make_products(cls):
        """Those of a plant that is costed, with codes that machines know."""
        cls.cell.default_code = "CELL"
        cls.pack.default_code = "PACK"

    def setUp(self):
        super().setUp()
        self._count(5, date="2026-03-01 10:00:00")
        self.order = self._order(self.pack, 5)
        self.code = self.order.name

    def _failed(self, cause, **values):
        """Report the whole order, which fails; the message and its record."""
        message = self._report(**{"order": self.code, "quantity": 5, **values})
        self.assertState(message, "failed", cause)
        self.assertRecordValues(
            message.error_ids, [{"cause": cause, "state": "open", "amount": 0.0}]
        )
        self.assertTrue(message.error_ids.cause_checks)
        # The receipt has not happened, so nothing is in suspense.
        self.assertEqual(self.order.state, "confirmed")
        self.assertBalances(suspense=0.0)
        return message, message.error_ids

    def _retry_in_background(self):
        self._run_cron()
        self._process()

    def assertWorkedOff(self, message, record):
        """It took effect after all, and nothing is left in suspense."""
        self.assertState(message, "done")
        self.assertEqual((record.state, self.order.state), ("resolved", "done"))
        self.assertBooks(on_hand=0, still_open=0)

    def test_an_order_that_is_unknown_is_created(self):
        message, record = self._failed("unknown_reference", order="WH/MO/LATER")
        self._retry_in_background()
        self.assertEqual(record.attempts, 0)
        self.order.production_group_id.name = self.order.name = "WH/MO/LATER"
        self._retry_in_background()
        self.assertWorkedOff(message, record)

    def test_a_product_that_is_unknown_gets_its_code(self):
        self.pack.default_code = "P"
        message, record = self._failed("unknown_reference", product="PACK")
        self.pack.default_code = "PACK"
        # It was looked for as soon as something carried the code.
        self._process()
        self.assertWorkedOff(message, record)

    def test_a_message_that_makes_no_sense_is_corrected(self):
        message, record = self._failed("invalid_message", quantity=0.0001)
        self.assertEqual(record._remedies()[0], "reject")
        self._retry_in_background()
        self.assertState(message, "failed", "invalid_message")
        self._as(self.supervisor, message).action_resubmit({"quantity": 5})
        self._process()
        self.assertState(message, "replaced", "invalid_message")
        self.assertWorkedOff(message.replaced_by_id, record)

    def test_a_message_that_makes_no_sense_is_rejected(self):
        message, record = self._failed("invalid_message", quantity=0.0001)
        self._as(self.supervisor, record).action_reject("Somebody tried the sensor")
        self.assertEqual((message.state, record.state), ("rejected", "rejected"))
        self.assertBooks(on_hand=5, still_open=0)

    def test_a_gap_in_the_sequence_is_filled(self):
        second = self._message(order=self.code, quantity=3, sequence_number=2)
        message = self._accepted(second)
        self._process()
        with freeze_time("2026-03-02 12:06:00"):
            self._process()
            self.assertState(message, "failed", "sequence_gap")
            record = message.error_ids
            self.assertEqual((record.cause, record.state), ("sequence_gap", "open"))
            self._accepted(
                self._message(order=self.code, quantity=2, sequence_number=1)
            )
            self._process()
        self.assertState(message, "done")
        self.assertEqual(record.state, "resolved")
        self.assertBooks(on_hand=0, still_open=0)

    def test_a_unit_that_does_not_convert_is_corrected(self):
        message, record = self._failed("missing_uom_conversion", uom="kg")
        self._as(self.supervisor, message).action_resubmit({"uom": None})
        self._process()
        self.assertWorkedOff(message.replaced_by_id, record)

    def test_a_conversion_is_created(self):
        box = self.env["uom.uom"].create({"name": "Box of one"})
        message, record = self._failed("missing_uom_conversion", uom="Box of one")
        box.write({"relative_uom_id": self.pack.uom_id.id, "relative_factor": 1})
        self._process()
        self.assertWorkedOff(message, record)

    def test_a_sender_without_rights_gets_them(self):
        self.machine.active = False
        message, record = self._failed("no_rights")
        self.machine.active = True
        self._as(self.supervisor, record).action_retry()
        self._process()
        self.assertWorkedOff(message, record)

    def test_a_period_that_is_closed_opens(self):
        self.company.fiscalyear_lock_date = "2026-03-31"
        message, record = self._failed("period_closed")
        self.company.fiscalyear_lock_date = "2026-02-28"
        self._process()
        self.assertWorkedOff(message, record)

    def test_what_is_missing_for_a_message_arrives(self):
        message = self._report(order=self.code, quantity=5)
        self.assertState(message, "done")
        order = self._order(self.pack, 3)
        message = self._report(order=order, quantity=3)
        record = message.error_ids
        self.assertEqual((record.cause, record.amount), ("insufficient_stock", 30.0))
        self.assertBooks(on_hand=0, still_open=3)
        self._receive_at_line(3)
        self._run_cron()
        self.assertEqual(record.state, "resolved")
        self.assertBooks(on_hand=0, still_open=0)
