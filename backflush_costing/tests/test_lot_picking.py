from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestLotPicking(BackflushCommon):
    """Lots and serial numbers that the report does not name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        parts, goods = cls._category("Parts"), cls._category("Goods")
        cls.press = cls._workcenter("Press", 60)
        cls.resin = cls._product("Resin", 2.0, parts, tracking="lot")
        cls.motor = cls._product("Motor", 50.0, parts, tracking="serial")
        cls.panel = cls._product("Panel", 0.0, goods)
        cls.drive = cls._product("Drive", 0.0, goods)
        cls.bom = cls._bom(cls.panel, [(cls.resin, 10)], [(cls.press, 6)])
        cls._bom(cls.drive, [(cls.motor, 2)])
        cls.policy = cls._policy()
        for category, role in ((parts, "material"), (goods, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.policy.id,
                }
            )

    def _lots(self, product, *names):
        return self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in names]
        )

    def _stock(self, lot, quantity, days_ago=0):
        """Stock of a lot in the store, found by a count some days ago."""
        with freeze_time(datetime(2026, 3, 1) - timedelta(days=days_ago)):
            self.env["stock.quant"].with_context(inventory_mode=True).create(
                {
                    "product_id": lot.product_id.id,
                    "location_id": self.store.id,
                    "lot_id": lot.id,
                    "inventory_quantity": quantity,
                }
            ).action_apply_inventory()

    def _used(self, order):
        """``[(lot, quantity)]`` that the order consumed."""
        lines = order.move_raw_ids.move_line_ids
        return sorted((line.lot_id.name, line.quantity) for line in lines)

    # -- nobody says which lot -----------------------------------------------------

    def test_without_picking_what_names_no_lot_waits_for_one(self):
        (lot,) = self._lots(self.resin, "A")
        self._stock(lot, 100)
        order = self._produce(self.panel, 1)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.panel, self.store), 1)
        self.assertEqual(self._on_hand(self.resin, self.store), 100)
        self.assertRecordValues(
            order.backflush_error_ids,
            [
                {
                    "cause": "lot_required",
                    "product_id": self.resin.id,
                    "quantity_open": 10,
                    "location_id": self.store.id,
                    "lot_id": False,
                    "amount": 20.0,
                }
            ],
        )
        self.assertProven()

    def test_produce_all_on_a_component_of_an_operation(self):
        """Core refuses a component of an operation that names no lot."""
        self.bom.bom_line_ids.operation_id = self.bom.operation_ids
        (lot,) = self._lots(self.resin, "A")
        self._stock(lot, 100)
        order = self._order(self.panel, 1).with_user(self.operator)
        self.assertTrue(order.move_raw_ids.manual_consumption)
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.backflush_error_ids.cause, "lot_required")
        self.assertTrue(order.move_raw_ids.manual_consumption)
        self.assertFalse(
            self.env["stock.quant"].search(
                [("product_id", "=", self.resin.id), ("reserved_quantity", "!=", 0)]
            )
        )

    def test_part_of_the_report_names_a_lot(self):
        old, new = self._lots(self.resin, "OLD", "NEW")
        self._stock(old, 50)
        self._stock(new, 50)
        order = self._order(self.panel, 1).with_user(self.operator)
        order.qty_producing = 1
        order.move_raw_ids.write(
            {
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": self.resin.id,
                            "lot_id": lot,
                            "quantity": quantity,
                            "location_id": self.store.id,
                            "location_dest_id": order.production_location_id.id,
                        }
                    )
                    for lot, quantity in ((new.id, 6), (False, 4))
                ],
                "picked": True,
            }
        )
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(self._used(order.sudo()), [("NEW", 6)])
        self.assertRecordValues(
            order.sudo().backflush_error_ids,
            [{"cause": "lot_required", "quantity_open": 4}],
        )

    def test_a_missing_lot_is_named_where_shortages_block(self):
        self.company.shortage_profile = "block"
        (lot,) = self._lots(self.resin, "A")
        self._stock(lot, 100)
        order = self._order(self.panel, 1)
        with self.assertRaisesRegex(UserError, "no lot or serial number.*Resin"):
            self._complete(order)
        self.company.shortage_profile = "ask"
        with self.assertRaisesRegex(UserError, "no lot or serial number.*Resin"):
            self._complete(order)

    def test_working_off_needs_the_lot(self):
        (lot,) = self._lots(self.resin, "A")
        self._stock(lot, 100)
        order = self._produce(self.panel, 1)
        error = order.backflush_error_ids.with_user(self.supervisor)
        self.assertFalse(error.flush_is_retryable)
        retryable = [("flush_is_retryable", "=", True)]
        self.assertNotIn(error, error.search(retryable))
        error.action_retry()
        self.assertEqual(error.quantity_open, 10)
        with self.assertRaisesRegex(UserError, "Say which lot was used"):
            error.action_issue_from(self.store.id)
        form = (
            self.env["backflush.issue.from"]
            .with_user(self.supervisor)
            .with_context(active_model=error._name, active_ids=error.ids)
            .create({"lot_id": lot.id})
        )
        self.assertEqual(form.location_id, self.store)
        self.assertEqual((form.quantity_open, form.free_quantity), (10, 100))
        form.action_start()
        self.assertEqual(error.state, "resolved")
        consumed = order.move_finished_ids.move_line_ids.consume_line_ids
        self.assertEqual(consumed.lot_id, lot)
        self.assertEqual(sum(consumed.mapped("quantity")), 10)
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertProven()

    def test_with_picking_switched_on_later_a_retry_issues(self):
        (lot,) = self._lots(self.resin, "A")
        self._stock(lot, 100)
        error = self._produce(self.panel, 1).backflush_error_ids
        error = error.with_user(self.supervisor)
        self.company.backflush_lot_picking = "fifo"
        error.invalidate_recordset()
        self.assertTrue(error.flush_is_retryable)
        self.assertIn(error, error.search([("flush_is_retryable", "=", True)]))
        error.action_retry()
        self.assertEqual(error.state, "resolved")
        self.assertEqual(error.production_id.move_raw_ids.move_line_ids.lot_id, lot)
        self.assertProven()

    # -- the flush picks -------------------------------------------------------------

    def test_fifo_takes_the_oldest_stock_first(self):
        self.company.backflush_lot_picking = "fifo"
        new, old = self._lots(self.resin, "NEW", "OLD")
        self._stock(new, 50, days_ago=1)
        self._stock(old, 6, days_ago=9)
        order = self._produce(self.panel, 1)
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self._used(order), [("NEW", 4), ("OLD", 6)])
        consumed = order.move_finished_ids.move_line_ids.consume_line_ids
        self.assertEqual(consumed.lot_id, old | new)
        self.assertProven()

    def test_what_picking_does_not_find_is_short(self):
        self.company.backflush_lot_picking = "fifo"
        (lot,) = self._lots(self.resin, "A")
        self._stock(lot, 7)
        order = self._produce(self.panel, 1)
        self.assertEqual(self._used(order), [("A", 7)])
        self.assertRecordValues(
            order.backflush_error_ids,
            [{"cause": "insufficient_stock", "quantity_open": 3, "lot_id": False}],
        )
        self._stock(*self._lots(self.resin, "B"), 5)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertEqual(order.backflush_error_ids.state, "resolved")
        self.assertEqual(self._used(order), [("A", 7), ("B", 3)])
        self.assertProven()

    def test_serial_numbers_are_picked_one_per_unit(self):
        self.company.backflush_lot_picking = "fifo"
        serials = self._lots(self.motor, "S1", "S2", "S3")
        for days, serial in enumerate(serials):
            self._stock(serial, 1, days_ago=days)
        order = self._produce(self.drive, 2)
        self.assertEqual(self._used(order), [("S1", 1), ("S2", 1), ("S3", 1)])
        self.assertRecordValues(
            order.backflush_error_ids,
            [{"cause": "insufficient_stock", "quantity_open": 1}],
        )
        self.assertProven()

    def test_a_named_lot_is_kept_for_the_report_that_names_it(self):
        self.company.backflush_lot_picking = "fifo"
        old, new = self._lots(self.resin, "OLD", "NEW")
        self._stock(old, 10, days_ago=9)
        self._stock(new, 10, days_ago=1)
        orders = self._order(self.panel, 1) | self._order(self.panel, 1)
        for order in orders:
            order.qty_producing = 1
            order.set_qty_producing()
        orders[1].move_raw_ids.move_line_ids.lot_id = old
        orders.with_user(self.operator).with_context(
            skip_consumption=True, skip_redirection=True
        ).button_mark_done()
        self.assertEqual(self._used(orders[0]), [("NEW", 10)])
        self.assertEqual(self._used(orders[1]), [("OLD", 10)])

    def test_the_operation_type_wins_over_the_company(self):
        self.warehouse.manu_type_id.backflush_lot_picking = "fifo"
        (lot,) = self._lots(self.resin, "A")
        self._stock(lot, 100)
        self.assertEqual(self._used(self._produce(self.panel, 1)), [("A", 10)])

    def test_an_operation_picks_lots_too(self):
        self.company.backflush_lot_picking = "fifo"
        line = self.bom.bom_line_ids
        line.write({"operation_id": self.bom.operation_ids.id})
        line.flush_method = "operation"
        (lot,) = self._lots(self.resin, "A")
        self._stock(lot, 7)
        order = self._order(self.panel, 1)
        order.workorder_ids.with_user(self.operator).button_finish()
        self.assertEqual(self._used(order), [("A", 7)])
        self.assertEqual(order.backflush_error_ids.quantity_open, 3)
        self._complete(order)
        self.assertProven()

    def test_first_to_expire_is_offered_where_lots_have_dates(self):
        quants = self.env["stock.quant"]
        has_dates = "removal_date" in quants._fields
        field = self.env["res.company"]._fields["backflush_lot_picking"]
        offered = dict(field._description_selection(self.env))
        self.assertEqual("fefo" in offered, has_dates)
        late, soon, gone = self._lots(self.resin, "LATE", "SOON", "GONE")
        for days, lot in enumerate((soon, late, gone)):
            self._stock(lot, 50, days_ago=days)
        if not has_dates:
            for place in (self.company, self.warehouse.manu_type_id):
                with self.assertRaisesRegex(ValidationError, "Expiration Date"):
                    place.backflush_lot_picking = "fefo"
            in_order = quants.search([("product_id", "=", self.resin.id)])
            in_order = in_order._backflush_in_order("fefo")
            self.assertEqual(in_order.lot_id.mapped("name"), ["GONE", "LATE", "SOON"])
            return
        self.resin.use_expiration_date = True
        for lot, day in ((soon, 5), (late, 25), (gone, 1)):
            lot.expiration_date = datetime(2026, 3, day)
            lot.removal_date = datetime(2026, 3, day)
        self.company.backflush_lot_picking = "fefo"
        order = self._produce(self.panel, 6)
        self.assertEqual(self._used(order), [("LATE", 10), ("SOON", 50)])
