from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from ..exceptions import UnknownReferenceError
from .errors_common import ErrorsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestErrorWaiting(ErrorsCommon):
    """What waits is worked off by itself as soon as its reason goes away."""

    def setUp(self):
        super().setUp()
        self.cron = self.env.ref("backflush_costing.cron_retry_errors")
        self._sleep()

    def _sleep(self):
        """Nobody has woken the scheduler up."""
        self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)]).unlink()

    def _woken(self):
        triggers = self.env["ir.cron.trigger"]
        return bool(triggers.search([("cron_id", "=", self.cron.id)], limit=1))

    # -- stock arrives -----------------------------------------------------------

    def test_ten_a_hundred_and_five_hundred(self):
        self._count(10)
        errors = self._use(100)
        self.assertBooks(on_hand=0, still_open=90)
        self._sleep()
        self._receive_at_line(500)
        # The receiver does not wait for it.
        self.assertEqual((errors.state, self._on_hand(self.cell)), ("open", 500))
        self.assertTrue(self._woken())
        self._run_cron()
        self.assertEqual(errors.state, "resolved")
        self.assertBooks(on_hand=410, still_open=0)

    def test_the_oldest_first_as_far_as_it_goes(self):
        young = self._use(5)
        old = self._use(5, at="2026-03-01 10:00:00")
        self._receive_at_line(7)
        self._run_cron()
        self.assertEqual((old.state, young.quantity_open), ("resolved", 3))
        self.assertBooks(0, 3)

    def test_stock_in_a_bin_below(self):
        errors = self._use(5)
        place = self.env["stock.location"].create(
            {"name": "A", "location_id": self.line_side.id}
        )
        self._sleep()
        self._receive_at_line(5, location=place)
        self.assertTrue(self._woken())
        self._run_cron()
        self.assertEqual(errors.state, "resolved")

    def test_stock_that_nothing_waits_for(self):
        self._use(5)
        self._sleep()
        other = self._product("Other", 1.0, self.material)
        self._receive_at_line(5, other)
        self._buy(self.cell, 5, 10.0)
        self.assertFalse(self._woken())

    def test_one_query_however_much_arrives(self):
        self._use(1)
        products = [self._product(f"P{n}", 1.0, self.material) for n in range(5)]
        places = {(p.id, self.line_side.id) for p in products}
        errors = self.env["backflush.error"]
        errors.flush_model()
        with self.assertQueryCount(1):
            errors._wake_for_stock(self.company, places)

    def test_what_cannot_succeed_is_not_tried(self):
        errors = self._use(5)
        self._receive_at_line(5)
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "location_id": self.line_side.id,
                "location_dest_id": self.ref("stock.stock_location_customers"),
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.cell.id,
                            "product_uom_qty": 5,
                            "location_id": self.line_side.id,
                            "location_dest_id": self.ref(
                                "stock.stock_location_customers"
                            ),
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self._run_cron()
        self.assertRecordValues(errors, [{"state": "open", "attempts": 0}])
        # The reservation is given back: the regular run finds it.
        picking.do_unreserve()
        self._run_cron()
        self.assertEqual(errors.state, "resolved")

    def test_one_that_fails_stops_no_other(self):
        account = self.policy.suspense_account_id.copy()
        policy = self._policy(name="Jars", suspense_account_id=account.id)
        goods = self._category("Jars")
        goods.write(
            {
                "property_backflush_role": "finished",
                "property_backflush_policy_id": policy.id,
            }
        )
        jar = self._product("Jar", 0.0, goods)
        self._bom(jar, [(self.cell, 1)])
        self._release(jar)
        bad = self._use(2, at="2026-03-01 10:00:00", product=jar)
        good = self._use(2)
        self.assertEqual(bad._backflush_parking_account(), account)
        account.active = False
        self._receive_at_line(4)
        self._run_cron()
        self.assertEqual((bad.state, good.state), ("open", "resolved"))
        self.assertRecordValues(
            bad, [{"is_held": True, "attempts": 1, "cause": "other"}]
        )
        self.assertTrue(bad.last_answer)
        # It is not tried again and again, but by who has looked at it.
        self._run_cron()
        self.assertEqual(bad.attempts, 1)
        account.active = True
        self._as(self.supervisor, bad).action_retry()
        self.assertEqual((bad.state, self._on_hand(self.cell)), ("resolved", 0))
        self.assertProven()

    # -- other reasons ----------------------------------------------------------------

    def _failed(self, order, **context):
        """Complete an order in a batch; the record of its failure."""
        self._as(self.operator, order).with_context(**context).backflush_complete()
        self.env.invalidate_all()
        return order.backflush_error_ids.filtered("description")

    def test_a_period_opens(self):
        self._count(10)
        order = self._order(self.pack, 2)
        self.company.fiscalyear_lock_date = "2026-02-28"
        failure = self._failed(order, backflush_event_time="2026-02-20 10:00:00")
        self.assertEqual(failure.cause, "period_closed")
        self.assertEqual(str(failure.event_date), "2026-02-20 10:00:00")
        self.company.fiscalyear_lock_date = "2026-02-25"
        self.assertFalse(failure.date_due)
        self.company.fiscalyear_lock_date = "2026-01-31"
        self.assertTrue(failure.date_due)
        self._run_cron()
        self.assertEqual((failure.state, order.state), ("resolved", "done"))
        confirmation = order.backflush_confirmation_ids
        self.assertEqual(str(confirmation.move_id.date), "2026-02-20")
        self.assertProven()

    def test_an_attempt_in_a_closed_period(self):
        errors = self._use(5)
        self._receive_at_line(5)
        self.env.flush_all()
        self.company.fiscalyear_lock_date = "2026-03-31"
        self._run_cron()
        self.assertRecordValues(
            errors, [{"state": "open", "cause": "period_closed", "is_held": True}]
        )
        self.company.fiscalyear_lock_date = "2026-02-28"
        self._run_cron()
        self.assertEqual(errors.state, "resolved")
        self.assertFalse(errors.last_answer)
        self.assertBooks(0, 0)

    def test_a_new_period_begins(self):
        """The day on which it would be booked is no longer one of the closed ones."""
        errors = self._use(5)
        self._receive_at_line(5)
        self.env.flush_all()
        self.company.fiscalyear_lock_date = "2026-03-02"
        self._run_cron()
        self.assertRecordValues(
            errors, [{"cause": "period_closed", "is_held": True, "attempts": 1}]
        )
        self._run_cron()
        self.assertEqual(errors.attempts, 1)
        with freeze_time("2026-03-03 10:00:00"):
            self._run_cron()
            self.assertEqual((errors.state, errors.is_held), ("resolved", False))
            self.assertBooks(0, 0)

    def test_a_unit_is_corrected(self):
        self._count(10)
        order = self._order(self.pack, 2)
        metre = self.env.ref("uom.product_uom_meter")
        kilo = self.env.ref("uom.product_uom_kgm")
        order.move_raw_ids.product_uom = metre
        failure = self._failed(order)
        self.assertEqual(failure.cause, "missing_uom_conversion")
        self.env["uom.uom"].create({"name": "Sack", "relative_uom_id": kilo.id})
        self.assertFalse(failure.date_due)
        order.move_raw_ids.product_uom = self.cell.uom_id
        self.env["uom.uom"].create({"name": "Bag", "relative_uom_id": kilo.id})
        self.assertTrue(failure.date_due)
        self._run_cron()
        self.assertEqual((failure.state, order.state), ("resolved", "done"))

    def test_a_code_is_created(self):
        self._count(10)
        order = self._order(self.pack, 2)
        failure = self.env["backflush.error"]._record_failure(
            {"company_id": self.company.id, "production_id": order.id},
            UnknownReferenceError("Nothing is known by X-1.", "X-1"),
        )
        self.assertEqual(
            (failure.cause, failure.reference), ("unknown_reference", "X-1")
        )
        self._product("Another", default_code="X-2")
        self.assertFalse(failure.date_due)
        self._product("The one", barcode="X-1")
        self.assertTrue(failure.date_due)
        self._run_cron()
        self.assertEqual((failure.state, order.state), ("resolved", "done"))

    def test_an_order_that_may_not_lack_anything(self):
        self.company.shortage_profile = "block"
        order = self._order(self.pack, 2)
        failure = self._failed(order)
        self.assertEqual(failure.cause, "insufficient_stock")
        self._receive_at_line(1)
        self._run_cron()
        self.assertEqual((failure.state, failure.attempts), ("open", 0))
        self._sleep()
        self._receive_at_line(1)
        self.assertTrue(self._woken())
        self._run_cron()
        self.assertEqual((failure.state, order.state), ("resolved", "done"))
        self.assertBooks(0, 0)

    # -- pages -----------------------------------------------------------------------

    def test_pages(self):
        errors = self.env["backflush.error"].union(*(self._use(1) for _n in range(5)))
        self._receive_at_line(4)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr, su=True)["backflush.error"]._cron_retry(page=2)
        self.env.invalidate_all()
        self.assertEqual(errors.mapped("state"), ["resolved"] * 4 + ["open"])
        self.assertBooks(0, 1)
