from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .errors_common import ErrorsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestErrorRemedies(ErrorsCommon):
    """What somebody can do about a record, one by one and for many at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._product("Other cell", 12.0, cls.material)
        cls._at_line(cls.other)
        cls.second = cls._user("second", "group_cost_accountant")

    def _history(self, errors):
        return [(r.kind, r.quantity, r.quantity_after) for r in errors.remedy_ids]

    def _approve(self, **vals):
        deviation = self.env["backflush.deviation"].create(
            {
                "kind": "substitution",
                "product_id": self.cell.id,
                "substitute_id": self.other.id,
                "reason_id": self.ref("backflush_costing.deviation_reason_shortage"),
                **vals,
            }
        )
        self._as(self.supervisor, deviation).action_approve()
        return deviation.with_env(self.env)

    # -- retry ------------------------------------------------------------------

    def test_the_chain_stays_readable(self):
        errors = self._use(10)
        self._receive_at_line(3)
        self._as(self.supervisor, errors).action_retry()
        self._count(5, location=self.store, date="2026-03-01 10:00:00")
        self._as(self.supervisor, errors).action_issue_from(self.store.id)
        self._as(self.accountant, errors).action_write_off("Lost", quantity=1)
        self._count(0)
        self.assertEqual(
            self._history(errors),
            [
                ("first", 10, 10),
                ("retry", 3, 7),
                ("issue_from", 5, 2),
                ("write_off", 1, 1),
                ("count", 1, 0),
            ],
        )
        self.assertEqual(errors.remedy_ids[1].user_id, self.supervisor)
        issued = errors.remedy_ids.filtered("stock_move_id")
        self.assertEqual(issued.stock_move_id.mapped("quantity"), [3, 5, 1])
        self.assertTrue(all(errors.remedy_ids[1:].mapped("account_move_id")))
        self.assertEqual(errors.state, "resolved")
        self.assertBooks(0, 0)

    def test_many_at_once_with_a_preview(self):
        errors = self._use(4) | self._use(4, at="2026-03-01 10:00:00")
        self._receive_at_line(6)
        preview = self._remedy(errors, "retry")
        self.assertEqual(sorted(preview), [(4, 2), (4, 4)])
        self.assertEqual(sorted(errors.mapped("quantity_open")), [0, 2])
        self.assertBooks(0, 2)

    def test_many_in_the_background(self):
        errors = self._use(4)
        self._receive_at_line(6)
        self.assertIs(self._as(self.supervisor, errors).action_queue(), True)
        self.assertEqual((bool(errors.date_due), errors.state), (True, "open"))
        self._run_cron()
        self.assertEqual((errors.date_due, errors.state), (False, "resolved"))

    # -- substitute ---------------------------------------------------------------

    def test_a_substitute(self):
        errors = self._use(10)
        self._receive_at_line(20, self.other)
        deviation = self._approve(ratio=1.0, quantity=8)
        mine = self._as(self.supervisor, errors)
        self.assertIs(mine.action_substitute(self.other.id, 6), True)
        self.assertRecordValues(
            errors, [{"quantity_open": 4, "quantity_substituted": 6, "state": "open"}]
        )
        self.assertEqual(self._on_hand(self.other), 14)
        self.assertBooks(0, 4)
        # Six at 12 in place of six at 10.
        self.assertBalances(substitution_variance=12.0, usage_variance=0.0)
        with self.assertRaisesRegex(UserError, "may still be replaced"):
            mine.action_substitute(self.other.id, 3)
        dozen = self.ref("uom.product_uom_dozen")
        mine.action_substitute(self.other.id, 2 / 12, dozen)
        self.assertEqual((deviation.state, deviation.quantity_used), ("closed", 8))
        self.assertEqual(errors.quantity_open, 2)
        lines = errors.confirmation_id.line_ids
        self.assertFalse(any(lines.mapped("difference_quantity")))
        self.assertFalse(any(lines.mapped("undocumented_quantity")))
        self.assertBooks(0, 2)

    def test_a_substitute_by_ratio(self):
        errors = self._use(10)
        self._receive_at_line(20, self.other)
        self._approve(ratio=1.5)
        preview = self._remedy(errors, "substitute", product_id=self.other, quantity=15)
        self.assertEqual(preview, [(10, 10)])
        self.assertEqual(errors.state, "resolved")
        self.assertBooks(0, 0)
        self.assertBalances(substitution_variance=80.0)
        self._unbuild(errors.production_id, 10)
        self.assertEqual(self._on_hand(self.other, self.store), 15)
        self.assertProven()

    def test_no_substitute_without_an_approval(self):
        errors = self._use(10)
        self._receive_at_line(20, self.other)
        mine = self._as(self.supervisor, errors)
        with self.assertRaisesRegex(UserError, "No approved deviation"):
            mine.action_substitute(self.other.id, 6)
        self._approve(date_from="2026-03-03")
        with self.assertRaisesRegex(UserError, "valid from"):
            mine.action_substitute(self.other.id, 6)
        self._approve()
        with self.assertRaisesRegex(UserError, "10.0 Units are open"):
            mine.action_substitute(self.other.id, 11)
        with self.assertRaises(AccessError):
            self._as(self.operator, errors).action_substitute(self.other.id, 6)

    def test_a_substitute_that_is_short(self):
        errors = self._use(10)
        self._receive_at_line(5, self.other)
        self._approve()
        with self.assertRaisesRegex(UserError, "are free at"):
            self._as(self.supervisor, errors).action_substitute(self.other.id, 6)

    def test_a_substitute_for_many(self):
        """Each takes what stands for what it lacks, as far as stock and approval go."""
        errors = self._use(4, at="2026-03-01 10:00:00") | self._use(5) | self._use(2)
        self._receive_at_line(9, self.other)
        self._approve(quantity=8)
        preview = self._remedy(errors, "substitute", product_id=self.other)
        self.assertEqual(preview, [(4, 4), (5, 4), (2, 0)])
        self.assertEqual(errors.mapped("quantity_open"), [0, 1, 2])
        self.assertEqual(self._on_hand(self.other), 1)
        self.assertBooks(0, 3)
        with self.assertRaisesRegex(UserError, "No approved deviation"):
            self._remedy(errors[1:], "substitute", product_id=self.cell)

    # -- stock ------------------------------------------------------------------------

    def test_many_from_elsewhere(self):
        errors = self._use(4) | self._use(4, at="2026-03-01 10:00:00")
        self._buy(self.cell, 6, 10.0)
        preview = self._remedy(errors, "issue_from", location_id=self.store)
        self.assertEqual(sorted(preview), [(4, 2), (4, 4)])
        self.assertEqual(errors.mapped("quantity_open"), [2, 0])
        self.assertEqual(errors[1].remedy_ids[-1].kind, "issue_from")
        self.assertBooks(0, 2)

    def test_what_is_offered_to_whom(self):
        errors = self._use(3)
        order = self._order(self.pack, 2)
        order.move_raw_ids.product_uom = self.ref("uom.product_uom_meter")
        self._as(self.operator, order).backflush_complete()
        failure = order.backflush_error_ids
        # Both stand on one page of the list.
        together = self._as(self.supervisor, errors | failure)
        self.assertEqual(together.mapped("flush_free_quantity"), [0, 0])
        stock = ["retry", "issue_from", "substitute", "count", "transfer"]
        for user, records, kinds in (
            (self.supervisor, errors, stock),
            (self.accountant, errors, ["correct"]),
            (self.supervisor, failure, ["retry", "reject"]),
            (self.supervisor, errors | failure, [*stock, "reject"]),
        ):
            with self.subTest(user=user.login, records=records):
                context = {"active_model": errors._name, "active_ids": records.ids}
                forms = self._as(user, self.env["backflush.remedy"])
                form = forms.with_context(**context).create({})
                self.assertEqual((form.kind, form.offered_kinds), (kinds[0], kinds))

    def test_a_lot_is_named(self):
        paint = self._product("Paint", 2.0, self.material, tracking="lot")
        door = self._product("Door", 0.0, self.goods)
        self._at_line(paint)
        self._bom(door, [(paint, 1)])
        self._release(door)
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": paint.id} for name in ("P1", "P2")]
        )
        self._count(5, paint, lot_id=lots[0].id)
        errors = self._use(3, product=door)
        self.assertEqual(errors.cause, "lot_required")
        with self.assertRaisesRegex(UserError, "no lot or serial number of"):
            self._as(self.supervisor, errors).action_assign_lot(0)
        self.assertEqual(self._remedy(errors, "lot", lot_id=lots[0]), [(3, 3)])
        self.assertEqual((errors.state, errors.lot_id), ("resolved", lots[0]))
        self.assertEqual(self._on_hand(paint), 2)
        self.assertProven()

    def test_another_handling_unit(self):
        """What was taken from a unit is issued from that one, and no other stock."""
        errors = self._use(5)
        units = self.env["stock.package"].create([{"name": "HU1"}, {"name": "HU2"}])
        for unit, quantity in zip(units, (2, 10), strict=True):
            self._count(
                quantity,
                location=self.store,
                date="2026-03-01 10:00:00",
                package_id=unit.id,
            )
        mine = self._as(self.supervisor, errors)
        mine.action_issue_from(self.store.id, package_id=units[0].id)
        self.assertEqual(errors.quantity_open, 3)
        mine.action_issue_from(self.store.id, package_id=units[1].id)
        self.assertEqual(errors.state, "resolved")
        self.assertEqual([sum(u.quant_ids.mapped("quantity")) for u in units], [0, 7])
        issued = errors.confirmation_line_id.move_ids.move_line_ids.package_id
        self.assertEqual(issued, units)
        self.assertBooks(0, 0)

    def test_a_count_is_asked_for(self):
        errors = self._use(3)
        self._remedy(errors, "count", user_id=self.counter)
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.cell.id),
                ("location_id", "=", self.line_side.id),
            ]
        )
        self.assertEqual(quant.user_id, self.counter)
        self._count(4)
        self.assertEqual(errors.state, "resolved")
        self.assertBooks(4, 0)

    def test_a_transfer_from_the_store(self):
        self._buy(self.cell, 100, 10.0)
        errors = self._use(3) | self._use(4)
        self._remedy(errors, "transfer")
        picking = errors.transfer_id
        self.assertEqual(picking.move_ids.product_uom_qty, 7)
        self.assertEqual(picking.location_id, self.store)
        self.assertEqual(errors.mapped("transfer_state"), ["assigned"] * 2)
        with self.assertRaisesRegex(UserError, "already"):
            self._as(self.supervisor, errors).action_transfer()
        picking.move_ids.picked = True
        self._as(self.counter, picking).button_validate()
        self._run_cron()
        self.assertEqual(errors.mapped("state"), ["resolved"] * 2)
        self.assertEqual(errors[0].remedy_ids[1].picking_id, picking)
        self.assertBooks(0, 0)

    def test_a_transfer_from_nowhere(self):
        errors = self._use(3)
        mine = self._as(self.supervisor, errors)
        with self.assertRaisesRegex(UserError, "part of"):
            mine.action_transfer(self.line_side.id)
        with self.assertRaisesRegex(UserError, "no store of the same company"):
            mine.action_transfer(self.ref("stock.stock_location_customers"))

    # -- rejection ---------------------------------------------------------------------

    def test_a_wrong_report_is_rejected(self):
        order = self._order(self.pack, 2)
        order.move_raw_ids.product_uom = self.ref("uom.product_uom_meter")
        self._as(self.operator, order).backflush_complete()
        failure = order.backflush_error_ids
        mine = self._as(self.supervisor, failure)
        with self.assertRaisesRegex(UserError, "needs a reason"):
            mine.action_reject(" ")
        self._remedy(failure, "reject", reason="Never made")
        self.assertRecordValues(
            failure, [{"state": "rejected", "reject_reason": "Never made"}]
        )
        with self.assertRaisesRegex(UserError, "Closed already"):
            mine.action_reject("Again")
        self.assertEqual(failure.remedy_ids[-1].kind, "reject")

    def test_what_was_used_is_never_rejected(self):
        with self.assertRaisesRegex(UserError, "was used"):
            self._as(self.supervisor, self._use(3)).action_reject("Not mine")

    def test_documents_have_no_quantity(self):
        order = self._order(self.pack, 2)
        order.move_raw_ids.product_uom = self.ref("uom.product_uom_meter")
        self._as(self.operator, order).backflush_complete()
        for name, args in (
            ("action_transfer", ()),
            ("action_request_count", ()),
            ("action_assign_lot", (1,)),
            ("action_substitute", (self.other.id, 1)),
        ):
            with self.assertRaisesRegex(UserError, "as a whole"):
                getattr(self._as(self.supervisor, order.backflush_error_ids), name)(
                    *args
                )

    def test_every_remedy_answers_something(self):
        """XML-RPC reports a call without a result as a fault, after its commit."""
        self._approve()
        self._receive_at_line(20, self.other)
        errors = [self._use(3) for _n in range(4)]
        mine = [self._as(self.supervisor, error) for error in errors]
        answers = [
            mine[0].action_retry(),
            mine[0].action_take(),
            mine[0].action_request_count(),
            mine[0].action_transfer(),
            mine[0].action_queue(),
            mine[1].action_substitute(self.other.id, 3),
            self._as(self.accountant, errors[2]).action_correct_quantity(1, "Less"),
            self._as(self.accountant, errors[3]).action_write_off("Lost"),
            self._as(self.supervisor, self.line_side).action_backflush_begin_count(),
            self._as(self.supervisor, self.line_side).action_backflush_end_count(),
        ]
        self.assertEqual(answers, [True] * len(answers))

    def test_history_cannot_be_changed(self):
        errors = self._use(3)
        remedy = errors.remedy_ids
        self.assertEqual(remedy.kind, "first")
        for user in (self.supervisor, self.accountant, self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                self._as(user, remedy).write({"quantity": 1})
            with self.assertRaises(UserError):
                self._as(user, remedy).unlink()
        with self.assertRaisesRegex(UserError, "never deleted"):
            remedy.sudo().unlink()
