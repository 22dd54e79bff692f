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

    def test_completion_shows_the_difference_and_parks_what_nobody_reported(self):
        order = self._order(self.cable, 100)
        self._mount(self.coil)
        self._use(self.coil, 900, order)
        self._finish(order)
        line = self._wire_line(order)
        self.assertRecordValues(
            line,
            [
                {
                    "required_quantity": 1000,
                    "reported_quantity": 900,
                    "open_quantity": 100,
                    "undocumented_quantity": 0,
                }
            ],
        )
        error = order.backflush_error_ids
        self.assertRecordValues(
            error, [{"cause": "not_reported", "quantity_open": 100, "amount": 10}]
        )
        self.assertBalances(suspense=-10.0, usage_variance=0.0)
        self.assertProven()
        # Stock at the line, and a retry, do not decide what was used.
        self._buy(self.wire, 500, 0.1, self.line_side)
        self._as(self.supervisor, error).action_retry()
        self.assertEqual(error.quantity_open, 100)
        # The report after all works it off.
        self._use(self.coil, 60, order)
        self.assertEqual(error.quantity_open, 40)
        self.assertBalances(suspense=-4.0, usage_variance=0.0)
        self.assertProven()
        # The rest was not used.
        self._as(self.accountant, error).action_write_off("Unused", "not_consumed")
        self.assertBalances(suspense=0.0, usage_variance=-4.0)
        self.assertEqual(self._left(self.coil), 9040)
        self.assertProven()

    def test_a_report_before_or_after_the_completion_comes_to_the_same(self):
        early, late = self._order(self.cable, 100), self._order(self.cable, 100)
        self._mount(self.coil)
        self._use(self.coil, 400, early)
        self._use(self.coil, 650, early)
        self._finish(early)
        before = self._facts(early)
        self._finish(late)
        self.assertEqual(late.backflush_error_ids.quantity_open, 1000)
        self._use(self.coil, 400, late)
        self._use(self.coil, 650, late)
        self.assertFalse(late.backflush_open_error_count)
        self.assertEqual(self._facts(late), before)
        self.assertEqual(self._wire_line(late).undocumented_quantity, 50)
        self.assertBalances(suspense=0.0, usage_variance=10.0)
        self.assertProven()

    def test_nobody_fills_in_what_was_used(self):
        """Not Produce All, not for a component without an operation of its own."""
        self.bom.bom_line_ids.operation_id = False
        order = self._order(self.cable, 10)
        self._mount(self.coil)
        self._use(self.coil, 70, order)
        order = self._as(self.operator, order)
        self.assertIs(
            order.with_context(skip_redirection=True).button_mark_done(), True
        )
        self.assertEqual(order.sudo().backflush_error_ids.quantity_open, 30)
        self.assertEqual(self._left(self.coil), 9930)
        self.assertBalances(suspense=-3.0, usage_variance=0.0)
        self.assertProven()

    def test_a_backorder_takes_over_what_was_reported_for_it(self):
        order = self._order(self.cable, 100)
        self._mount(self.coil)
        self._use(self.coil, 700, order)
        order.qty_producing = 40
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        backorder = order.production_group_id.production_ids - order
        self.assertFalse(order.backflush_error_ids)
        self.assertBalances(usage_variance=0.0, suspense=0.0)
        self.assertProven()
        self._use(self.coil, 250, backorder)
        self._finish(backorder)
        self.assertEqual(backorder.backflush_error_ids.quantity_open, 50)
        self.assertBalances(usage_variance=0.0, suspense=-5.0)
        self.assertProven()

    def test_a_report_is_taken_back_into_its_coil(self):
        order = self._order(self.cable, 100)
        self._mount(self.coil)
        log = self._use(self.coil, 400, order)
        report = self._as(self.supervisor, log.confirmation_id)
        self.assertTrue(report.action_reverse("Wrong order"))
        self.assertEqual(self._left(self.coil), 10000)
        self._finish(order)
        self.assertEqual(order.backflush_error_ids.quantity_open, 1000)
        self.assertProven()

    def test_more_than_the_coil_holds_is_never_dropped(self):
        order = self._order(self.cable, 1000)
        short = self._coil("SHORT", 300)
        self._stock(self.wire, 1000, self.line_side)
        self._mount(short)
        log = self._use(short, 500, order)
        error = order.backflush_error_ids
        self.assertRecordValues(
            error,
            [
                {
                    "cause": "handling_unit_empty",
                    "package_id": short.id,
                    "quantity_open": 200,
                }
            ],
        )
        self.assertEqual(self._left(short), 0)
        self.assertEqual(self._on_hand(self.wire), 1000, "loose stock is left alone")
        self.assertProven()
        # It came from somewhere else, as a supervisor knows.
        self._as(self.supervisor, error).action_issue_from(self.line_side.id)
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._on_hand(self.wire), 800)
        with freeze_time("2026-03-02 10:01:00"):
            # There was more in the unit than the books said: a count says so.
            again = self._use(short, 50, order)
            open_one = again.confirmation_id.error_ids
            self.assertEqual(open_one.quantity_open, 50)
            self.assertEqual(log.confirmation_id.line_ids.difference_quantity, 0)
            self._count_stock(self.wire, 20, self.line_side, package_id=short.id)
            self.assertFalse(open_one.quantity_open)
            self.assertEqual(self._left(short), 20)
            self.assertProven()
            self._finish(order)
            self.assertProven()

    def test_what_the_coil_lacked_is_worked_off_to_an_empty_suspense(self):
        order = self._order(self.cable, 50)
        short = self._coil("SHORT", 300)
        self._stock(self.wire, 1000, self.line_side)
        self._mount(short)
        self._use(short, 500, order)
        self._finish(order)
        error = order.backflush_error_ids
        self.assertEqual((error.cause, error.amount), ("handling_unit_empty", 20))
        self.assertBalances(suspense=-20.0)
        self.assertProven()
        # What the form shows before, for many records and for one.
        place = self.line_side
        self.assertEqual(error._preview_issue(), {error: 0})
        self.assertEqual(error._preview_issue(place), {error: 200})
        self.assertEqual(error._free_at(place), 1000)
        self._as(self.supervisor, error).action_issue_from(place.id)
        self.assertEqual(error.state, "resolved")
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertProven()

    def test_the_company_says_what_happens_to_what_is_missing(self):
        order = self._order(self.cable, 1000)
        first, second = self._coil("FIRST", 300), self._coil("SECOND", 300)
        self._stock(self.wire, 120, self.line_side)
        self.company.backflush_unit_shortage = "all"
        self._mount(first)
        self._use(first, 301, order)
        self.assertEqual(self._left(first), 300)
        self.assertEqual(order.backflush_error_ids.quantity_open, 301)
        self.company.backflush_unit_shortage = "loose"
        self._mount(second)
        self._use(second, 500, order)
        self.assertEqual(self._left(second), 0)
        self.assertEqual(self._on_hand(self.wire), 300, "loose stock is used up")
        self.assertEqual(sum(order.backflush_error_ids.mapped("quantity_open")), 381)
        self.assertProven()
        self._finish(order)
        self.assertProven()

    def test_what_makes_no_sense_is_refused_by_name(self):
        order = self._order(self.cable, 1)
        coil = self._as(self.operator, self.coil)
        kilo = self.env.ref("uom.product_uom_kgm")
        draft = self.env["mrp.production"].create({"product_id": self.cable.id})
        plugs = self._coil("PLUGS", 10, product=self.plug)
        for call, message in (
            (lambda: coil.report_consumption(0, self.meter.id, order.id), "above zero"),
            (lambda: coil.report_consumption(-1, self.meter.id, order.id), "above"),
            (lambda: coil.report_consumption("1", self.meter.id, order.id), "above"),
            (lambda: coil.report_consumption(1, kilo.id, order.id), "is kept in m"),
            (lambda: coil.report_consumption(1, self.meter.id, 0), "no manufacturing"),
            (
                lambda: coil.report_consumption(1, self.meter.id, draft.id),
                "nothing can be used for it",
            ),
            (
                lambda: plugs.with_user(self.operator).report_consumption(
                    1, self.plug.uom_id.id, order.id
                ),
                "Plug is not consumed as reported",
            ),
        ):
            with self.assertRaisesRegex(UserError, message):
                call()
        self.assertEqual(self._left(self.coil), 10000)

    # -- facts -------------------------------------------------------------------

    def _wire_line(self, order):
        """The wire on the confirmation of the completion."""
        completion = order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "completion"
        )
        return completion.line_ids.filtered(lambda line: line.product_id == self.wire)

    def _facts(self, order):
        """What the documents about the wire, and the subledger, come to."""
        lines = order.backflush_confirmation_ids.line_ids
        wire = lines.filtered(lambda line: line.product_id == self.wire)
        postings = self.env["backflush.posting.line"].search(
            [("production_id", "=", order.id)]
        )
        amounts = {}
        for posting in postings.filtered(lambda p: p.kind != "rounding"):
            amounts.setdefault(posting.account_id.name, 0.0)
            amounts[posting.account_id.name] += posting.amount
        return (
            [
                (
                    line.required_quantity,
                    line.deviation_quantity,
                    line.reported_quantity,
                    line.issued_quantity,
                    line.open_quantity,
                )
                for line in wire.sorted(lambda w: (w.required_quantity, w.id))
            ],
            {name: round(total, 6) for name, total in amounts.items() if total},
        )
