from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SubcontractingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestSubcontractReceipt(SubcontractingCommon):
    """The receipt issues what the subcontractor used, and parks what he lacked."""

    def test_the_receipt_flushes_at_the_subcontractor(self):
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 30, self.at_painter)
        order = self._order_from(self.painter, self.frame, 4)
        picking = self._take_in(order)
        self.assertEqual(self._on_hand(self.blank, self.at_painter), 6)
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 22)
        self.assertEqual(self._on_hand(self.frame, self.store), 4)
        self.assertEqual(self._on_hand(self.frame, self.at_painter), 0)
        confirmation = picking._get_subcontract_production().backflush_confirmation_ids
        self.assertRecordValues(
            confirmation,
            [{"quantity": 4, "trigger": "completion", "user_id": self.receiver.id}],
        )
        self.assertRecordValues(
            confirmation.line_ids.sorted("required_quantity"),
            [
                {
                    "product_id": self.blank.id,
                    "required_quantity": 4,
                    "issued_quantity": 4,
                    "difference_quantity": 0,
                    "location_id": self.at_painter.id,
                    "flush_rule": "receipt:subcontractor",
                },
                {
                    "product_id": self.primer.id,
                    "required_quantity": 8,
                    "issued_quantity": 8,
                    "difference_quantity": 0,
                    "location_id": self.at_painter.id,
                    "flush_rule": "receipt:subcontractor",
                },
            ],
        )

    def test_what_is_missing_there_is_parked_there(self):
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 5, self.at_painter)
        self._put(self.primer, 100, self.store)
        picking = self._take_in(self._order_from(self.painter, self.frame, 4))
        self.assertEqual(self._on_hand(self.frame, self.store), 4)
        self.assertEqual(self._on_hand(self.primer, self.store), 100)
        self.assertRecordValues(
            self._errors(picking),
            [
                {
                    "product_id": self.primer.id,
                    "location_id": self.at_painter.id,
                    "cause": "insufficient_stock",
                    "quantity_open": 3,
                    "amount": 15,
                }
            ],
        )
        self.assertEqual(picking.backflush_open_error_count, 1)
        self.assertEqual(
            self.env["backflush.error"].search(
                picking.action_open_backflush_errors()["domain"]
            ),
            self._errors(picking),
        )
        self.assertNothingNegative()

    def test_a_receipt_without_any_component_goes_through(self):
        picking = self._take_in(self._order_from(self.painter, self.frame, 2))
        self.assertEqual(
            sorted(self._errors(picking).mapped("quantity_open")), [2.0, 4.0]
        )
        self.assertNothingNegative()

    def test_block_refuses_and_names_what_is_missing(self):
        self.company.shortage_profile = "block"
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 5, self.at_painter)
        order = self._order_from(self.painter, self.frame, 4)
        with self.assertRaisesRegex(UserError, "3.00 .* of Primer at .*Painter"):
            self._take_in(order)

    def test_ask_refuses_where_nobody_can_answer(self):
        self.company.shortage_profile = "ask"
        order = self._order_from(self.painter, self.frame, 4)
        with self.assertRaisesRegex(UserError, "components are missing"):
            self._take_in(order)

    def test_a_program_answers_beforehand(self):
        self.company.shortage_profile = "ask"
        picking = self._open_receipt(self._order_from(self.painter, self.frame, 4))
        picking.move_ids.picked = True
        picking.with_user(self.receiver).with_context(
            backflush_shortage="park"
        ).button_validate()
        self.assertEqual(len(self._errors(picking)), 2)

    def test_a_retry_issues_what_was_sent_after_all(self):
        self._put(self.blank, 4, self.at_painter)
        self._put(self.primer, 5, self.at_painter)
        picking = self._take_in(self._order_from(self.painter, self.frame, 4))
        error = self._errors(picking)
        self._put(self.primer, 10, self.at_other)
        error.with_user(self.supervisor).action_retry()
        self.assertEqual(error.quantity_open, 3)
        self._put(self.primer, 10, self.at_painter)
        error.with_user(self.supervisor).action_retry()
        self.assertRecordValues(error, [{"state": "resolved", "quantity_issued": 3}])
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 7)
        self.assertEqual(self._on_hand(self.primer, self.at_other), 10)
        made = picking._get_subcontract_production().move_finished_ids.move_line_ids
        used = made.consume_line_ids.filtered(lambda m: m.product_id == self.primer)
        self.assertEqual(sum(used.mapped("quantity")), 8)

    def test_what_was_handed_over_without_a_transfer_is_issued_from_the_store(self):
        self._put(self.blank, 4, self.at_painter)
        self._put(self.primer, 100, self.store)
        self._put(self.primer, 100, self.at_other)
        picking = self._take_in(self._order_from(self.painter, self.frame, 1))
        error = self._errors(picking).with_user(self.supervisor)
        for place in (self.at_other, self.outside):
            with self.assertRaisesRegex(UserError, "was used by Painter"):
                error.action_issue_from(place.id)
        error.action_issue_from(self.store.id)
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._on_hand(self.primer, self.store), 98)

    def test_subcontractors_without_a_place_do_not_draw_on_those_of_others(self):
        third = self.env["res.partner"].create({"name": "Third Painter"})
        self.assertEqual(third.property_stock_subcontractor, self.outside)
        self.bom.subcontractor_ids += third
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": self.outside.id}
        )
        self._put(self.blank, 10, self.at_other)
        self._put(self.primer, 10, self.at_other)
        self._put(self.primer, 3, shelf)
        picking = self._take_in(self._order_from(third, self.frame, 2))
        self.assertEqual(self._on_hand(self.blank, self.at_other), 10)
        self.assertEqual(self._on_hand(self.primer, self.at_other), 10)
        self.assertEqual(self._on_hand(self.primer, shelf), 0)
        self.assertEqual(
            sorted(self._errors(picking).mapped("quantity_open")), [1.0, 2.0]
        )

    # -- how and from where --------------------------------------------------------

    def test_the_subcontractors_location_wins_over_every_other(self):
        self.primer.product_tmpl_id.property_backflush_location_id = self.line_side
        self.bom.bom_line_ids.backflush_location_id = self.store
        order = self._order_from(self.painter, self.frame, 1)
        raw = self._open_receipt(order)._get_subcontract_production().move_raw_ids
        self.assertEqual(raw.location_id, self.at_painter)
        self.assertEqual(
            raw[0].flush_explanation,
            "At completion (received from a subcontractor). Taken from "
            f"{self.at_painter.display_name} (location of the subcontractor).",
        )

    def test_methods_of_the_shop_floor_do_not_concern_him(self):
        for method in ("manual", "operation", "start"):
            self.primer.product_tmpl_id.flush_method = method
            order = self._order_from(self.painter, self.frame, 1)
            raw = self._open_receipt(order)._get_subcontract_production().move_raw_ids
            self.assertEqual(set(raw.mapped("flush_method")), {"completion"})

    def test_a_line_of_his_bill_of_materials_can_ask_for_what_is_entered(self):
        self.bom.bom_line_ids[1].flush_method = "manual"
        self._put(self.blank, 4, self.at_painter)
        self._put(self.primer, 9, self.at_painter)
        order = self._order_from(self.painter, self.frame, 1)
        made = self._open_receipt(order)._get_subcontract_production()
        primer = made.move_raw_ids.filtered(lambda m: m.product_id == self.primer)
        self.assertRecordValues(
            primer, [{"flush_method": "manual", "flush_rule": "bom_line:subcontractor"}]
        )
        primer.quantity = 3
        primer.picked = True
        picking = self._take_in(order)
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 6)
        self.assertFalse(self._errors(picking))

    def test_without_settings_a_receipt_is_odoos(self):
        self.company.write({"flush_method": False, "shortage_profile": False})
        order = self._order_from(self.painter, self.frame, 2)
        raw = self._open_receipt(order)._get_subcontract_production().move_raw_ids
        self.assertFalse(any(raw.mapped("flush_rule")))
        picking = self._take_in(order)
        self.assertFalse(self._errors(picking))
        self.assertFalse(
            picking._get_subcontract_production().backflush_confirmation_ids
        )
        self.assertEqual(self._on_hand(self.primer, self.at_painter), -4)

    def test_a_profile_alone_explains_the_place(self):
        self.company.flush_method = False
        self._put(self.blank, 1, self.at_painter)
        order = self._order_from(self.painter, self.frame, 2)
        raw = self._open_receipt(order)._get_subcontract_production().move_raw_ids
        self.assertEqual(set(raw.mapped("flush_rule")), {":subcontractor"})
        picking = self._take_in(order)
        self.assertEqual(
            sorted(self._errors(picking).mapped("quantity_open")), [1.0, 4.0]
        )
        self.assertNothingNegative()

    def test_resupply_on_order_still_sends_components_for_the_order(self):
        route = self.env.ref("mrp_subcontracting.route_resupply_subcontractor_mto")
        self.primer.route_ids = route
        self._put(self.primer, 50, self.store)
        self._put(self.blank, 50, self.at_painter)
        order = self._order_from(self.painter, self.frame, 3)
        sending = self._open_receipt(order)._get_subcontract_production().picking_ids
        sending = sending.filtered(lambda p: p.location_dest_id == self.at_painter)
        self.assertRecordValues(
            sending.move_ids, [{"product_id": self.primer.id, "product_uom_qty": 6}]
        )
        sending.move_ids.write({"quantity": 6, "picked": True})
        sending.button_validate()
        picking = self._take_in(order)
        self.assertFalse(self._errors(picking))
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 0)
        self.assertEqual(self._on_hand(self.primer, self.store), 44)

    # -- quantities ----------------------------------------------------------------

    def test_partial_receipts_each_flush_their_share(self):
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 13, self.at_painter)
        order = self._order_from(self.painter, self.frame, 10)
        first = self._take_in(order, 6, self.foreman)
        self.assertFalse(self._errors(first))
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 1)
        second = self._take_in(order)
        self.assertEqual(self._errors(second).quantity_open, 7)
        self.assertEqual(self._on_hand(self.frame, self.store), 10)
        self.assertEqual(order.order_line.qty_received, 10)
        confirmations = self.env["backflush.confirmation"].search(
            [("product_id", "=", self.frame.id)], order="id"
        )
        self.assertEqual(confirmations.mapped("quantity"), [6, 4])
        self.assertNothingNegative()

    def test_more_than_ordered_flushes_more(self):
        self._put(self.blank, 20, self.at_painter)
        self._put(self.primer, 20, self.at_painter)
        picking = self._take_in(self._order_from(self.painter, self.frame, 5), 7)
        self.assertFalse(self._errors(picking))
        self.assertEqual(self._on_hand(self.blank, self.at_painter), 13)
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 6)

    def test_several_receipts_in_one_validation_share_what_is_there(self):
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 10, self.at_painter)
        orders = [self._order_from(self.painter, self.frame, 3) for _n in range(2)]
        pickings = self.env["stock.picking"].concat(
            *(self._open_receipt(order) for order in orders)
        )
        pickings.move_ids.picked = True
        pickings.with_user(self.receiver).button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertEqual(self._errors(pickings).quantity_open, 2)
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 0)
        self.assertNothingNegative()

    def test_a_returned_product_waits_at_the_subcontractor(self):
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 10, self.at_painter)
        order = self._order_from(self.painter, self.frame, 3)
        picking = self._take_in(order)
        self._return(picking, 1)
        self.assertEqual(self._on_hand(self.frame, self.at_painter), 1)
        self.assertEqual(self._on_hand(self.blank, self.at_painter), 7)
        self.assertEqual(order.order_line.qty_received, 2)

    def test_a_receipt_is_taken_back_where_the_product_was_returned(self):
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 5, self.at_painter)
        picking = self._take_in(self._order_from(self.painter, self.frame, 4))
        made = picking._get_subcontract_production()
        report = made.backflush_confirmation_ids.with_user(self.supervisor)
        with self.assertRaisesRegex(UserError, "Return them to Painter first"):
            report.action_reverse("Rejected")
        self._return(picking, 2)
        self.assertFalse(report.action_reverse("Rejected"))
        self.assertEqual(report.reversed_quantity, 2)
        self.assertIn("2.0 Units of Frame are not at", report.reversal_rest)
        self.assertEqual(self._on_hand(self.blank, self.at_painter), 8)
        self.assertEqual(self._on_hand(self.frame, self.at_painter), 0)
        self.assertEqual(self._on_hand(self.frame, self.store), 2)
        self.assertFalse(any(report.sudo().line_ids.mapped("difference_quantity")))
        self.assertEqual(
            self.env["mrp.production"].search([("product_id", "=", self.frame.id)]),
            made,
        )

    # -- lots ----------------------------------------------------------------------

    def _lots(self):
        self.primer.tracking = "lot"
        self._put(self.blank, 10, self.at_painter)
        old, new = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.primer.id} for name in ("OLD", "NEW")]
        )
        self._put_lot(old, 3)
        self._put_lot(new, 2)
        return old, new

    def test_lots_at_the_subcontractor_are_picked_and_the_rest_is_parked(self):
        self.company.backflush_lot_picking = "fifo"
        _old, new = self._lots()
        picking = self._take_in(self._order_from(self.painter, self.frame, 4))
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 0)
        error = self._errors(picking)
        self.assertRecordValues(error, [{"quantity_open": 3, "lot_id": False}])
        self._put_lot(new, 9)
        error.with_user(self.supervisor).action_retry()
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 6)
        self.assertNothingNegative()

    def test_a_lot_that_nobody_names_does_not_hold_up_the_receipt(self):
        _old, new = self._lots()
        picking = self._take_in(self._order_from(self.painter, self.frame, 1))
        error = self._errors(picking)
        self.assertRecordValues(error, [{"quantity_open": 2, "cause": "lot_required"}])
        error.with_user(self.supervisor).action_issue_from(
            self.at_painter.id, lot_id=new.id
        )
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 3)

    def test_a_tracked_component_that_is_wholly_missing_is_parked(self):
        self.primer.tracking = "lot"
        self._put(self.blank, 10, self.at_painter)
        picking = self._take_in(self._order_from(self.painter, self.frame, 4))
        self.assertEqual(self._errors(picking).quantity_open, 8)

    def test_each_lot_of_the_product_has_its_confirmation(self):
        self.frame.tracking = "lot"
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 9, self.at_painter)
        red, blue = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.frame.id} for name in ("RED", "BLUE")]
        )
        order = self._order_from(self.painter, self.frame, 5)
        move = self._open_receipt(order).move_ids
        move.move_line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {"product_id": self.frame.id, "lot_id": lot.id, "quantity": n}
                )
                for lot, n in ((red, 3), (blue, 2))
            ),
        ]
        picking = self._take_in(order)
        made = picking._get_subcontract_production()
        self.assertEqual(
            sorted(made.backflush_confirmation_ids.mapped("quantity")), [2, 3]
        )
        self.assertEqual(self._errors(picking).quantity_open, 1)
        self.assertEqual(self._on_hand(self.frame, self.store), 5)
        self.assertNothingNegative()

    # -- the lock ------------------------------------------------------------------

    def test_a_receipt_queues_for_the_product_and_its_components(self):
        order = self._order_from(self.painter, self.frame, 1)
        keys = {
            (product.id, self.at_painter.id)
            for product in (self.frame, self.blank, self.primer)
        }
        self.assertLessEqual(keys, self._open_receipt(order)._backflush_keys())
        self.assertEqual(self._rows(), 0)
        self._take_in(order)
        self.assertEqual(self._rows(), 3)

    def _rows(self):
        self.env.cr.execute(
            "SELECT count(*) FROM backflush_stock_lock WHERE location_id = %s",
            [self.at_painter.id],
        )
        return self.env.cr.fetchone()[0]

    def test_a_receipt_that_is_not_confirmed_yet_queues_for_the_same(self):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": self.painter.id,
                "move_ids": [
                    Command.create({"product_id": self.frame.id, "product_uom_qty": 2})
                ],
            }
        )
        keys = {(p.id, self.at_painter.id) for p in (self.blank, self.primer)}
        self.assertLessEqual(keys, picking._backflush_keys())
        picking.with_user(self.foreman).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(len(self._errors(picking)), 2)

    def test_components_sent_straight_from_their_vendor_are_a_plain_receipt(self):
        """A purchase delivered to the subcontractor: nothing is flushed by it."""
        order = self._purchase(self.primer, 20, 5)
        self._receive(order, self.at_painter)
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 20)
        self.assertFalse(self.env["backflush.confirmation"].search([]))
