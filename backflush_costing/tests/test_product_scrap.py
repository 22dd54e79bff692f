from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .product_scrap_common import ProductScrapCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestProductScrap(ProductScrapCommon):
    """Scrap of the product in stock alone, without a costing policy."""

    def setUp(self):
        super().setUp()
        self._stock()

    def test_pieces_lost_at_an_operation_take_what_they_consumed_so_far(self):
        for name, left in (
            ("Welding", [92, 100, 100, 100]),
            ("Painting", [84, 98, 100, 100]),
            ("Assembly", [76, 96, 98, 100]),
            (None, [68, 94, 96, 98]),
        ):
            order = self._order(self.frame, 10)
            document = self._scrap(order, 2, name)
            self.assertEqual(self._stocks(), left)
            self.assertEqual(document.state, "closed")
            self.assertRecordValues(
                order.backflush_confirmation_ids,
                [
                    {
                        "trigger": "scrap",
                        "quantity": 2,
                        "deviation_id": document.id,
                        "user_id": self.operator.id,
                        "workorder_id": self._at(order, name).id if name else False,
                    }
                ],
            )
            self.assertRequirementsHold(order)
            self.assertEqual(self._on_hand(self.frame, self.store), 0)

    def test_what_is_made_afterwards_is_issued_for_what_is_made(self):
        for made in (8, 10):
            with self.subTest(made=made):
                order = self._order(self.frame, 10)
                before = self._stocks()
                self._scrap(order, 2, "Painting")
                self._complete(order, made)
                used = [b - n for b, n in zip(before, self._stocks(), strict=True)]
                self.assertEqual(used, [4 * (made + 2), made + 2, made, made])
                self.assertEqual(order.qty_produced, made)
                self.assertEqual(order.backflush_scrapped_quantity, 2)
                self.assertRequirementsHold(order)

    def test_what_an_operation_issued_for_the_pieces_is_taken_over(self):
        self.bom.bom_line_ids[:2].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self.assertEqual(self._stocks(), [60, 100, 100, 100])
        self._scrap(order, 2, "Painting")
        # The tubes are in the pieces already, the paint is not reported yet.
        self.assertEqual(self._stocks(), [60, 98, 100, 100])
        tube = order.move_raw_ids.filtered(
            lambda m: m.product_id == self.tube and not m.additional
        )
        self.assertEqual(tube.product_uom_qty, 8)
        self._finish(order, "Painting")
        self.assertEqual(self._stocks(), [60, 90, 100, 100])
        self._complete(order, 8)
        self.assertEqual(self._stocks(), [60, 90, 92, 92])
        self.assertRequirementsHold(order)

    def test_pieces_made_in_their_place_are_issued_for_once_more(self):
        self.bom.bom_line_ids[:2].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        self._complete(order)
        self.assertEqual(self._stocks(), [52, 88, 90, 90])
        self.assertRequirementsHold(order)

    def test_starting_again_issues_nothing_for_pieces_that_are_lost(self):
        self.bom.bom_line_ids[0].flush_method = "start"
        order = self._order(self.frame, 10)
        welding = self._at(order, "Welding").with_user(self.operator)
        welding.button_start()
        self._scrap(order, 2, "Welding")
        welding.button_pending()
        welding.button_start()
        self.assertEqual(self._on_hand(self.tube, self.store), 60)
        self._complete(order, 8)
        self.assertEqual(self._stocks(), [60, 92, 92, 92])
        self.assertRequirementsHold(order)

    def test_more_pieces_than_an_operation_reported_are_issued_for_directly(self):
        self.bom.bom_line_ids[0].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding", 3)
        self._scrap(order, 5, "Welding")
        self.assertEqual(self._on_hand(self.tube, self.store), 80)
        scrap = order.backflush_confirmation_ids.filtered(lambda c: c._is_scrap())
        self.assertEqual(scrap.scrap_share_ids.quantity, 3)
        self.assertEqual(scrap.line_ids.required_quantity, 8)
        self._complete(order, 5)
        self.assertEqual(self._on_hand(self.tube, self.store), 60)
        self.assertRequirementsHold(order)

    def test_a_component_that_is_short_waits_as_error_record(self):
        self._put(self.paint, 1, self.store)
        order = self._order(self.frame, 10)
        self._scrap(order, 3, "Painting")
        error = order.backflush_error_ids
        self.assertRecordValues(
            error, [{"product_id": self.paint.id, "quantity_open": 2}]
        )
        self.assertEqual(self._on_hand(self.paint, self.store), 0)
        self._put(self.paint, 10, self.store)
        error.with_user(self.supervisor).action_retry()
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._on_hand(self.paint, self.store), 8)
        self._complete(order, 7)
        self.assertRequirementsHold(order)
        used = order.move_finished_ids.move_line_ids.consume_line_ids
        paint = used.filtered(lambda line: line.product_id == self.paint)
        self.assertEqual(sum(paint.mapped("quantity")), 7)

    def test_a_profile_that_blocks_refuses_and_leaves_everything_as_it_was(self):
        self.company.shortage_profile = "block"
        self._put(self.paint, 1, self.store)
        order = self._order(self.frame, 10)
        with self.assertRaisesRegex(UserError, "Paint"), self.env.cr.savepoint():
            self._scrap(order, 3, "Painting")
        self.assertEqual(self._stocks(), [100, 1, 100, 100])
        self.assertFalse(order.backflush_confirmation_ids)

    def test_what_the_order_has_reserved_is_what_its_scrap_takes(self):
        self.company.flush_method = False
        self._put(self.tube, 40, self.store)
        order = self._order(self.frame, 10)
        tube = order.move_raw_ids.filtered(lambda m: m.product_id == self.tube)
        self.assertEqual(tube.quantity, 40)
        self._scrap(order, 2, "Welding")
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self._on_hand(self.tube, self.store), 32)
        self.assertEqual(tube.quantity, 32)
        self._complete(order, 8)
        self.assertEqual(self._on_hand(self.tube, self.store), 0)
        self.assertFalse(order.backflush_error_ids)

    def test_what_was_entered_stays_entered_and_gives_way_to_the_scrap(self):
        self._put(self.tube, 40, self.store)
        order = self._order(self.frame, 10)
        tube = order.move_raw_ids.filtered(lambda m: m.product_id == self.tube)
        tube.write({"quantity": 40, "picked": True})
        self._scrap(order, 2, "Welding")
        self.assertEqual((tube.quantity, tube.picked), (40, True))
        self.assertFalse(order.backflush_error_ids)
        self._complete(order, 10)
        self.assertEqual(order.backflush_error_ids.quantity_open, 8)
        self.assertEqual(self._on_hand(self.tube, self.store), 0)
        self.assertRequirementsHold(order)

    def test_stock_that_others_have_reserved_is_left_to_them(self):
        self._put(self.tube, 10, self.store)
        move = self.env["stock.move"].create(
            {
                "product_id": self.tube.id,
                "product_uom": self.tube.uom_id.id,
                "product_uom_qty": 8,
                "location_id": self.store.id,
                "location_dest_id": self.customer.property_stock_customer.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        order = self._order(self.frame, 10)
        self._scrap(order, 1, "Welding")
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)
        self.assertEqual(move.quantity, 8)

    def test_manual_components_are_consumed_as_entered_and_only_so(self):
        self.bom.bom_line_ids[0].flush_method = "manual"
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Painting")
        self.assertEqual(self._stocks(), [100, 98, 100, 100])

    def test_where_operations_block_each_other_their_ancestors_count(self):
        self.env.user.group_ids += self.env.ref("mrp.group_mrp_workorder_dependencies")
        self.bom.allow_operation_dependencies = True
        weld, coat, fit = self.bom.operation_ids
        fit.blocked_by_operation_ids = weld
        coat.blocked_by_operation_ids = fit
        order = self._order(self.frame, 10)
        self._scrap(order, 1, "Assembly")
        self.assertEqual(self._stocks(), [96, 100, 99, 100])

    def test_an_order_without_operations_scraps_at_its_end(self):
        self.bom.operation_ids.unlink()
        order = self._order(self.frame, 10)
        self._scrap(order, 1)
        self.assertEqual(self._stocks(), [96, 99, 99, 99])

    def test_pieces_in_another_unit_than_the_order(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order(self.frame, 2, product_uom_id=dozen.id)
        self._scrap(order, 3, "Welding", uom_id=self.frame.uom_id.id)
        self.assertEqual(self._on_hand(self.tube, self.store), 88)
        report = order.backflush_confirmation_ids
        self.assertEqual((report.quantity, report.uom_id), (0.25, dozen))

    def test_the_whole_order_is_lost_and_cancelled(self):
        order = self._order(self.frame, 10)
        self._scrap(order, 10, "Welding")
        order.with_user(self.operator).action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(self._stocks(), [60, 100, 100, 100])
        self.assertEqual(order.backflush_confirmation_ids.state, "posted")
        self.assertRequirementsHold(order)

    def test_missing_components_of_a_cancelled_order_are_issued_all_the_same(self):
        self._put(self.tube, 30, self.store)
        order = self._order(self.frame, 10)
        self._scrap(order, 10, "Welding")
        order.with_user(self.operator).action_cancel()
        self._put(self.tube, 50, self.store)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertEqual(self._on_hand(self.tube, self.store), 40)
        self.assertEqual(order.state, "cancel")
        self.assertRequirementsHold(order)

    # -- taking back -------------------------------------------------------------------

    def test_taken_back_the_components_return_and_the_records_shrink(self):
        self._put(self.paint, 1, self.store)
        order = self._order(self.frame, 10)
        document = self._scrap(order, 3, "Painting")
        report = order.backflush_confirmation_ids
        self.assertTrue(report.with_user(self.supervisor).action_reverse("Not lost"))
        self.assertEqual(report.state, "reversed")
        self.assertEqual(self._stocks(), [100, 1, 100, 100])
        self.assertEqual(order.backflush_error_ids.state, "resolved")
        self.assertEqual(document.quantity_used, 0)
        self.assertEqual(order.backflush_scrapped_quantity, 0)
        self._put(self.paint, 100, self.store)
        self._complete(order)
        self.assertEqual(self._stocks(), [60, 90, 90, 90])
        self.assertRequirementsHold(order)

    def test_taken_back_the_pieces_are_in_process_again(self):
        self.bom.bom_line_ids[0].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        scrap = order.backflush_confirmation_ids.filtered(lambda c: c._is_scrap())
        scrap.with_user(self.supervisor).action_reverse("Could be saved")
        self.assertEqual(self._stocks(), [60, 100, 100, 100])
        self._complete(order)
        self.assertEqual(self._stocks(), [60, 90, 90, 90])
        self.assertRequirementsHold(order)

    def test_taken_back_after_the_completion_everything_returns_to_stock(self):
        self.bom.bom_line_ids[0].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        self._complete(order, 8)
        scrap = order.backflush_confirmation_ids.filtered(lambda c: c._is_scrap())
        scrap.with_user(self.supervisor).action_reverse("Counted twice")
        self.assertEqual(self._stocks(), [68, 92, 92, 92])
        self.assertRequirementsHold(order)

    def test_an_operation_whose_pieces_were_scrapped_names_the_scrap(self):
        self.bom.bom_line_ids[0].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 10, "Painting")
        report = order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "operation"
        )
        with self.assertRaisesRegex(UserError, f"scrap report of {order.name}"):
            report.with_user(self.supervisor).action_reverse("Wrong")

    def test_an_unbuild_brings_back_the_product_and_not_the_scrap(self):
        self.bom.bom_line_ids[0].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        self._complete(order, 8)
        self.assertEqual(self._stocks(), [60, 90, 92, 92])
        completion = order.backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "completion"
        )
        completion.with_user(self.supervisor).action_reverse("Wrong", False)
        self.assertEqual(self._stocks(), [92, 98, 100, 100])
        self.assertRequirementsHold(order)

    # -- backorders, tolerances, checks ------------------------------------------------

    def test_a_backorder_goes_on_with_what_was_not_scrapped(self):
        self.bom.bom_line_ids[:2].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        backorder = self._complete_with_backorder(order, 4)
        self.assertEqual(self._stocks(), [60, 94, 96, 96])
        # Four of the six are welded, two are to be made in place of the lost ones.
        tube = backorder.move_raw_ids.filtered(lambda m: m.product_id == self.tube)
        self.assertEqual(tube.product_uom_qty, 8)
        self._scrap(backorder, 1, "Painting")
        self.assertEqual(self._stocks(), [60, 93, 96, 96])
        self._complete(backorder, 3)
        self.assertEqual(self._stocks(), [60, 90, 93, 93])
        self.assertRequirementsHold(order | backorder)

    def test_scrapped_pieces_explain_a_smaller_quantity_within_no_tolerance(self):
        self.company.write(
            {
                "component_tolerance_rule": "percent",
                "component_tolerance": 0,
                "quantity_tolerance_rule": "percent",
                "quantity_tolerance_over": 0,
                "quantity_tolerance_under": 0,
            }
        )
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Painting")
        with self.assertRaisesRegex(UserError, "tolerance"), self.env.cr.savepoint():
            self._complete(order, 7)
        self._complete(order, 8)
        self.assertEqual(order.state, "done")

    def test_scrapped_pieces_explain_the_smaller_quantity_of_a_backorder(self):
        self.company.write(
            {
                "quantity_tolerance_rule": "percent",
                "quantity_tolerance_over": 0,
                "quantity_tolerance_under": 0,
            }
        )
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Painting")
        backorder = self._complete_with_backorder(order, 4)
        self._complete(backorder, 4)
        self.assertEqual(backorder.state, "done")

    def test_a_strict_bill_of_materials_asks_nothing_about_scrap(self):
        self.bom.consumption = "strict"
        self.bom.bom_line_ids[0].flush_method = "operation"
        order = self._order(self.frame, 10)
        self._finish(order, "Welding")
        self._scrap(order, 2, "Painting")
        mine = order.with_user(self.operator)
        mine.qty_producing = 8
        mine.set_qty_producing()
        done = mine.with_context(
            skip_redirection=True, skip_backorder=True
        ).button_mark_done()
        self.assertIs(done, True)

    def test_recorded_scrap_of_components_waits_for_its_own_report(self):
        order = self._order(self.frame, 10)
        part = self._record(order, "scrap", self.tube, 3)
        self._scrap(order, 2, "Welding")
        self.assertEqual(part.state, "approved")
        self.assertEqual(self._on_hand(self.tube, self.store), 92)
        self._complete(order, 8)
        self.assertEqual(part.state, "closed")
        self.assertEqual(self._on_hand(self.tube, self.store), 57)
        self.assertRequirementsHold(order)

    def test_what_cannot_be_scrapped_is_refused_by_name(self):
        order, other = self._order(self.frame, 10), self._order(self.frame, 1)
        cases = (
            (ValidationError, "not Tube", {"product_id": self.tube.id}),
            (
                ValidationError,
                "not an operation",
                {"workorder_id": other.workorder_ids[0].id},
            ),
            (ValidationError, "cannot be converted", {"uom_id": self.kilogram.id}),
        )
        for kind, message, vals in cases:
            with (
                self.assertRaisesRegex(kind, message),
                self.env.cr.savepoint(),
            ):
                self.env["backflush.deviation"].with_user(self.operator).create(
                    {
                        "kind": "product_scrap",
                        "production_id": order.id,
                        "product_id": self.frame.id,
                        "quantity": 1,
                        "reason_id": self.reason.id,
                        **vals,
                    }
                )
        done = self._produce(self.frame, 1)
        with self.assertRaisesRegex(ValidationError, "before it is completed"):
            self._scrap(done, 1)

    def test_a_substitute_is_scrapped_in_place_of_what_it_replaces(self):
        steel = self._product("Steel Tube", 12.0, self.parts)
        self._put(steel, 100, self.store)
        approved = self._substitution(self.tube, steel)
        order = self._order(self.frame, 10)
        self._apply(approved, order, 20)
        self._scrap(order, 2, "Welding")
        self.assertEqual(self._on_hand(self.tube, self.store), 96)
        self.assertEqual(self._on_hand(steel, self.store), 96)
        lines = order.backflush_confirmation_ids.line_ids
        self.assertFalse(any(lines.mapped("undocumented_quantity")))
        self.assertRequirementsHold(order)

    def test_another_bill_of_materials_is_refused_once_pieces_were_scrapped(self):
        order = self._order(self.frame, 10)
        self._scrap(order, 2, "Welding")
        other = self.bom.copy()
        with self.assertRaisesRegex(UserError, "issued for this order already"):
            order._link_bom(other)
