import importlib

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.tests import tagged

from ..exceptions import InvalidMessageError, UnknownReferenceError
from ..models.error.backflush_error import CAUSES
from ..models.error.backflush_error_guide import GUIDE
from .errors_common import ErrorsCommon

CAUSED = "test_error_causes.TestErrorCauses."
REPORTED = "test_error_reported.TestErrorReported."
UNITS = "test_handling_unit_reported.TestHandlingUnitReported."
BLOCKED = "test_error_blocked.TestBlockedLocation."
#: Per cause the tests that produce it by the real process, and work it off until
#: nothing is in suspense.
PROVEN = {
    "no_location": (CAUSED + "test_no_location",),
    "location_blocked": (
        CAUSED + "test_a_count_at_the_start_of_an_operation",
        BLOCKED + "test_a_report_waits_and_is_issued_when_the_count_ends",
    ),
    "insufficient_stock": (
        CAUSED + "test_insufficient_stock_at_completion",
        CAUSED + "test_insufficient_stock_at_an_operation",
        REPORTED + "test_what_is_missing_for_a_message_arrives",
    ),
    "missing_uom_conversion": (
        CAUSED + "test_missing_uom_conversion",
        REPORTED + "test_a_unit_that_does_not_convert_is_corrected",
        REPORTED + "test_a_conversion_is_created",
    ),
    "lot_required": (CAUSED + "test_lot_required",),
    "not_reported": (
        UNITS + "test_completion_shows_the_difference_and_parks_what_nobody_reported",
    ),
    "period_closed": (
        CAUSED + "test_period_closed",
        REPORTED + "test_a_period_that_is_closed_opens",
    ),
    "no_rights": (
        CAUSED + "test_no_rights",
        REPORTED + "test_a_sender_without_rights_gets_them",
    ),
    "handling_unit_empty": (
        UNITS + "test_what_the_coil_lacked_is_worked_off_to_an_empty_suspense",
    ),
    "unknown_reference": (
        REPORTED + "test_an_order_that_is_unknown_is_created",
        REPORTED + "test_a_product_that_is_unknown_gets_its_code",
    ),
    "invalid_message": (
        REPORTED + "test_a_message_that_makes_no_sense_is_corrected",
        REPORTED + "test_a_message_that_makes_no_sense_is_rejected",
    ),
    "sequence_gap": (REPORTED + "test_a_gap_in_the_sequence_is_filled",),
    "other": (
        CAUSED + "test_another_reason",
        "test_kanban_supply.TestKanbanSupply."
        "test_a_product_that_nobody_sells_says_so_on_the_card",
    ),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestErrorCauses(ErrorsCommon):
    """Each cause is recognised where it arises, explained, and can be worked off."""

    def _fail(self, order):
        """Complete in a batch, where a failure becomes a record."""
        answer = self._as(self.operator, order).backflush_complete()
        self.assertEqual(len(answer["failed"]), 1)
        self.env.invalidate_all()
        return order.backflush_error_ids

    def _retry(self, errors):
        self._as(self.supervisor, errors).action_retry()
        self.env.invalidate_all()
        self.assertEqual(set(errors.mapped("state")), {"resolved"})
        self.assertBalances(suspense=0.0)
        self.assertProven()

    def test_insufficient_stock_at_completion(self):
        errors = self._use(5)
        self.assertEqual(errors.cause, "insufficient_stock")
        self._receive_at_line(5)
        self._retry(errors)

    def _at_operation(self, method):
        station = self._workcenter("Station", 0)
        box = self._product("Box", 0.0, self.goods)
        bom = self._bom(box, [(self.cell, 1)], [(station, 1)])
        bom.bom_line_ids.write(
            {"operation_id": bom.operation_ids.id, "flush_method": method}
        )
        self._release(box)
        order = self._order(box, 5)
        work = self._as(self.operator, order.workorder_ids)
        work.button_start()
        if method == "operation":
            work.qty_producing = 5
            work.button_finish()
        self.env.invalidate_all()
        return order

    def test_insufficient_stock_at_an_operation(self):
        order = self._at_operation("operation")
        errors = order.backflush_error_ids
        self.assertEqual(
            (errors.cause, errors.confirmation_id.trigger),
            ("insufficient_stock", "operation"),
        )
        self._complete(order)
        self._receive_at_line(5)
        self._retry(errors)

    def test_a_count_at_the_start_of_an_operation(self):
        self._count(5)
        place = self._as(self.supervisor, self.line_side)
        place.action_backflush_begin_count()
        order = self._at_operation("start")
        errors = order.backflush_error_ids
        self.assertEqual(
            (errors.cause, errors.confirmation_id.trigger),
            ("location_blocked", "start"),
        )
        self._as(self.supervisor, self.line_side).action_backflush_end_count()
        self._retry(errors)

    def test_lot_required(self):
        cell = self._product("Battery cell", 3.0, self.material, tracking="lot")
        box = self._product("Box", 0.0, self.goods)
        self._at_line(cell)
        self._bom(box, [(cell, 1)])
        self._release(box)
        lot = self.env["stock.lot"].create({"name": "L", "product_id": cell.id})
        self._count(5, cell, lot_id=lot.id)
        errors = self._use(5, product=box)
        self.assertEqual(errors.cause, "lot_required")
        self._as(self.supervisor, errors).action_assign_lot(lot.id)
        self.assertEqual(errors.state, "resolved")
        self.assertBalances(suspense=0.0)

    def test_no_location(self):
        order = self._order(self.pack, 5)
        self.line_side.active = False
        self._complete(order)
        errors = order.backflush_error_ids
        self.assertEqual(errors.cause, "no_location")
        self._buy(self.cell, 5, 10.0)
        self._as(self.supervisor, errors).action_issue_from(self.store.id)
        self.assertEqual(errors.state, "resolved")
        self.assertBalances(suspense=0.0)

    def test_no_rights(self):
        self._count(5)
        order = self._order(self.pack, 5)
        rule = self.env["ir.rule"].create(
            {
                "name": "Cells are not for everybody",
                "model_id": self.env.ref("stock.model_stock_move").id,
                "domain_force": [("product_id", "!=", self.cell.id)],
                "perm_read": False,
                "groups": [
                    Command.link(self.ref("backflush_costing.group_backflush_operator"))
                ],
            }
        )
        errors = self._fail(order)
        self.assertEqual(errors.cause, "no_rights")
        rule.unlink()
        self._retry(errors)
        self.assertEqual(order.state, "done")

    def test_missing_uom_conversion(self):
        self._count(5)
        order = self._order(self.pack, 5)
        order.move_raw_ids.product_uom = self.ref("uom.product_uom_meter")
        errors = self._fail(order)
        self.assertEqual(errors.cause, "missing_uom_conversion")
        order.move_raw_ids.product_uom = self.cell.uom_id
        self._retry(errors)

    def test_period_closed(self):
        self._count(5)
        order = self._order(self.pack, 5)
        self.env.flush_all()
        self.company.fiscalyear_lock_date = "2026-03-31"
        errors = self._fail(order)
        self.assertEqual(errors.cause, "period_closed")
        self.company.fiscalyear_lock_date = False
        self._retry(errors)

    def test_another_reason(self):
        self._count(5)
        order = self._order(self.pack, 5)
        account = self.policy.fg_account_id
        account.active = False
        errors = self._fail(order)
        self.assertEqual(errors.cause, "other")
        account.active = True
        self._retry(errors)

    def test_reports_that_name_nothing_or_make_no_sense(self):
        """What a program reports reaches the queue by the same boundary."""
        order = self._order(self.pack, 5)
        document = {"company_id": self.company.id, "production_id": order.id}
        errors = self.env["backflush.error"]
        unknown = errors._record_failure(
            document, UnknownReferenceError("Nothing is known by X-1.", "X-1")
        )
        self.assertRecordValues(
            unknown, [{"cause": "unknown_reference", "reference": "X-1"}]
        )
        again = errors._record_failure(document, InvalidMessageError("Minus 5 made."))
        self.assertEqual((again, again.cause), (unknown, "invalid_message"))
        self.assertEqual(again._remedies()[0], "reject")
        self._as(self.supervisor, again).action_reject("Sent again as 5")
        self.assertBalances(suspense=0.0)

    def test_every_cause_is_produced_and_worked_off(self):
        words = self.env["backflush.error"]._fields["cause"].get_description(self.env)
        self.assertEqual(set(PROVEN), {cause for cause, _word in words["selection"]})
        for tests in PROVEN.values():
            for name in tests:
                module, case, test = name.split(".")
                found = importlib.import_module(f".{module}", __package__)
                self.assertTrue(callable(getattr(getattr(found, case), test)), name)

    # -- the guide -----------------------------------------------------------------

    def test_every_cause_is_explained(self):
        self.assertEqual(set(GUIDE), {cause for cause, _words in CAUSES})
        errors = self._use(5)
        self.assertIn("Less was in stock", errors.cause_explanation)
        self.assertIn("counted", errors.cause_checks)

    def test_every_remedy_is_a_button_that_its_cause_shows(self):
        view = self.env.ref("backflush_costing.backflush_error_view_form")
        form = etree.fromstring(view.arch)
        shown = {
            code
            for button in form.iterfind(".//header/button")
            for code in (button.get("invisible") or "").split("'")
            if code.startswith("|")
        }
        buttons = {code.strip("|") for code in shown}
        names = {button.get("name") for button in form.iterfind(".//header/button")}
        offered = {code for _m, _c, remedies in GUIDE.values() for code in remedies}
        self.assertIn("action_retry_on_screen", names)
        self.assertEqual(offered, buttons)

    def test_what_is_offered_fits_the_record(self):
        errors = self._use(5)
        self.assertEqual(errors._remedies()[0], "retry")
        self.assertNotIn("|reject|", errors.offered_remedies)
        order = self._order(self.pack, 5)
        order.move_raw_ids.product_uom = self.ref("uom.product_uom_meter")
        self.assertEqual(self._fail(order)._remedies(), ("retry", "reject"))
        self._as(self.accountant, errors).action_write_off("Lost")
        self.assertFalse(errors.offered_remedies)
