from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .triggers_common import TriggersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestCostingLedger(TriggersCommon):
    """Purchase, completion, sale: the ledger explains itself after every step.

    A battery (material 60, conversion 10) goes into a vehicle that adds material
    100 and conversion 30; the cell is shared by both.
    """

    def test_standards_are_rolled_up_over_all_levels_and_released(self):
        standard = self.env["backflush.standard.cost"]._current(
            self.battery | self.vehicle
        )
        self.assertRecordValues(
            standard[self.battery] | standard[self.vehicle],
            [
                {
                    "material_level": 60,
                    "conversion_level": 10,
                    "material": 60,
                    "conversion": 10,
                    "total": 70,
                    "state": "released",
                },
                {
                    "material_level": 100,
                    "conversion_level": 30,
                    "material": 160,
                    "conversion": 40,
                    "total": 200,
                    "state": "released",
                },
            ],
        )
        self.assertEqual(self.vehicle.standard_price, 200)

    def test_purchase_completion_sale(self):
        self._stock_up()
        self.assertBalances(rip=1900.0, fg=0.0)
        battery = self._produce(self.battery, 2)
        self.assertProven()
        self.assertEntry(
            battery.backflush_confirmation_ids.move_id,
            [("rip", 20.0), ("conversion_allocated", -20.0)],
        )
        vehicle = self._produce(self.vehicle, 2)
        self.assertProven()
        self.assertEntry(
            vehicle.backflush_confirmation_ids.move_id,
            [("fg", 400.0), ("rip", -340.0), ("conversion_allocated", -60.0)],
        )
        sale = self._sell(self.vehicle, 2, 500)
        self._deliver(sale)
        self.assertProven()
        self._invoice(sale)
        self.assertProven()
        self.assertBalances(fg=0.0, conversion_allocated=-80.0, usage_variance=0.0)
        cogs = self.vehicle._get_product_accounts()["expense"]
        self.assertEqual(self._balance(cogs), 400.0)

    def test_one_entry_carries_every_move_of_the_completion(self):
        self._stock_up()
        order = self._produce(self.battery, 1)
        moves = order.move_raw_ids | order.move_finished_ids
        self.assertEqual(len(moves.account_move_id), 1)
        self.assertTrue(all(move.account_move_id for move in moves))

    def test_bill_after_consumption_makes_inventory_negative_until_it_comes(self):
        purchase = self._purchase(self.cell, 60, 10)
        self._receive(purchase)
        self.assertProven()
        self.assertBalances(rip=0.0)
        self._produce(self.battery, 10)
        self.assertProven()
        self.assertBalances(rip=100.0)
        self._bill(purchase, price=11)
        self.assertProven()
        self.assertBalances(rip=700.0, price_variance=60.0)

    def test_shortage_waits_in_suspense_and_is_worked_off(self):
        self._buy(self.cell, 14, 10)
        order = self._produce(self.battery, 3)
        self.assertProven()
        error = order.backflush_error_ids
        self.assertRecordValues(error, [{"quantity_open": 4, "amount": 40}])
        self.assertEntry(
            order.backflush_confirmation_ids.move_id,
            [("rip", 70.0), ("suspense", -40.0), ("conversion_allocated", -30.0)],
        )
        self._buy(self.cell, 3, 10)
        error.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertRecordValues(error, [{"quantity_open": 1, "amount": 10}])
        self._buy(self.cell, 3, 10)
        error.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertBalances(suspense=0.0, rip=230.0, usage_variance=0.0)
        self.assertEqual(error.state, "resolved")

    def test_write_off_says_which_it_is(self):
        self._buy(self.cell, 14, 10)
        errors = (
            self._produce(self.battery, 3) | self._produce(self.battery, 1)
        ).backflush_error_ids
        self.assertBalances(suspense=-100.0)
        first, second = errors.sorted("quantity")
        first.with_user(self.accountant).action_write_off("Miscounted report")
        self.assertProven()
        self.assertBalances(suspense=-60.0, usage_variance=-40.0)
        second.with_user(self.accountant).action_write_off(
            "Delivered without papers", kind="never_recorded"
        )
        self.assertProven()
        self.assertBalances(
            suspense=0.0, usage_variance=-40.0, inventory_difference=-60.0
        )
        self.assertEqual(errors.mapped("state"), ["written_off"] * 2)

    def test_write_off_above_the_limit_needs_a_second_person(self):
        self.company.backflush_write_off_limit = 30
        order = self._produce(self.battery, 1)
        error = order.backflush_error_ids
        second = self._user("second", "group_cost_accountant")
        self.assertFalse(error.with_user(self.accountant).action_write_off("Lost"))
        self.assertFalse(error.with_user(self.accountant).action_write_off("Lost"))
        self.assertEqual(error.state, "open")
        self.assertTrue(error.with_user(second).action_write_off("Lost"))
        self.assertEqual(error.state, "written_off")
        self.assertProven()

    def test_a_released_standard_revalues_stock_and_suspense(self):
        self._stock_up()
        order = self._produce(self.battery, 20)
        self.assertEqual(order.backflush_error_ids.amount, 200)
        self._purchase_on_the_way = self._purchase(self.cell, 10, 10)
        self._receive(self._purchase_on_the_way)
        self._set_standard(self.cell, 12)
        self.assertProven()
        self.assertEqual(order.backflush_error_ids.amount, 240)
        self.assertBalances(suspense=-240.0, revaluation=40.0)
        self._bill(self._purchase_on_the_way)
        self.assertProven()
        self.assertBalances(price_variance=-20.0)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertBalances(suspense=-120.0, usage_variance=0.0)

    def test_a_component_standard_newer_than_the_product_is_not_usage(self):
        self._stock_up()
        # Odoo lets nobody write products who may not create them.
        self.accountant.group_ids += self.env.ref("product.group_product_manager")
        self._as(self.accountant, self.cell).standard_price = 11
        self._produce(self.battery, 1)
        self.assertProven()
        self.assertBalances(standard_variance=6.0, usage_variance=0.0)

    def test_over_use_is_usage_variance(self):
        self._stock_up()
        order = self._as(self.operator, self._order(self.battery, 1))
        order.qty_producing = 1
        order.set_qty_producing()
        order.move_raw_ids.quantity = 8
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertProven()
        self.assertBalances(usage_variance=20.0, standard_variance=0.0)

    def test_ten_million_pieces_are_proven_to_the_last_one(self):
        """Units of measure and floats leave 10,000,000.00000001 in the subledger."""
        self._put(self.cell, 10_000_000, self.store)
        self._produce(self.battery, 3)
        self.assertProven()

    def test_an_edited_issue_is_posted_as_edited(self):
        self._stock_up()
        order = self._produce(self.battery, 1)
        self._correct(order, 7)
        self.assertProven()
        self.assertBalances(usage_variance=10.0)

    def test_unbuild_takes_everything_back(self):
        self._stock_up()
        before = self._balance(self.policy.rip_account_id)
        order = self._produce(self.battery, 2)
        self._unbuild(order, 2)
        self.assertProven()
        self.assertBalances(rip=before, conversion_allocated=0.0, usage_variance=0.0)

    def test_unbuild_of_an_order_with_an_open_record(self):
        self._buy(self.cell, 8, 10)
        order = self._produce(self.battery, 2)
        self.assertEqual(order.backflush_error_ids.quantity_open, 4)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(order.backflush_error_ids.state, "resolved")
        self.assertBalances(suspense=0.0, usage_variance=0.0, conversion_allocated=0.0)

    def test_unbuild_without_order(self):
        self._stock_up()
        self._produce(self.battery, 2)
        self._unbuild_without_order(self.battery, 1)
        self.assertProven()
        self.assertBalances(conversion_allocated=-10.0, usage_variance=0.0)

    def test_a_fraction_of_a_cent_per_piece(self):
        """100,000 pieces at 0.0123 are worth 1,230.00, today and at a past date."""
        rivet = self._product("Rivet", 0.0123, self.material)
        panel = self._product("Panel", 0.0, self.material)
        self._bom(panel, [(rivet, 7)])
        panel._backflush_ensure_standard()
        drafts = self.env["backflush.standard.cost"].action_roll_up(panel.ids)
        self.env["backflush.standard.cost"].browse(drafts).action_release()
        self.assertAlmostEqual(panel.standard_price, 0.0861)
        self._buy(rivet, 100000, 0.0123)
        self.assertBalances(rip=1230.0)
        self.assertProven()
        with freeze_time("2026-03-03 10:00:00"):
            for _round in range(20):
                self._produce(panel, 1)
            self.assertProven()
            self.assertProven("2026-03-02")
        report = self.env["backflush.reconciliation"].create({"date": "2026-03-02"})
        rip = report.line_ids.filtered(
            lambda line: line.account_id == self.policy.rip_account_id
        )
        self.assertEqual(rip.stock_value, 1230.0)

    def test_counts_and_scrap_reach_the_subledger(self):
        self._stock_up()
        self._put(self.cell, 97, self.store)
        self.assertProven()
        self.assertBalances(inventory_difference=30.0)
        scrap = self._as(self.planner, self.env["stock.scrap"]).create(
            {"product_id": self.body.id, "scrap_qty": 1, "location_id": self.store.id}
        )
        scrap.action_validate()
        self.assertProven()
        self.assertBalances(inventory_difference=120.0)

    def test_refund_after_a_new_standard(self):
        self._stock_up()
        self._produce(self.battery, 1)
        self._produce(self.vehicle, 1)
        sale = self._sell(self.vehicle, 1, 500)
        self._deliver(sale)
        invoice = self._invoice(sale)
        self._set_standard(self.vehicle, 210)
        self.assertProven()
        invoice._reverse_moves(cancel=True)
        self.assertProven()

    def test_opening_stock_gets_its_entry(self):
        old = self._category("Old parts")
        plate = self._product("Plate", 5.0, old)
        self._put(plate, 30, self.store)
        old.write({"property_backflush_policy_id": self.policy.id})
        equity = self.env["account.account"].create(
            {"name": "Opening", "code": "399999", "account_type": "equity"}
        )
        entry = self.policy.with_user(self.accountant).post_opening(equity.id)
        self.assertProven()
        self.assertEqual(self._balance(equity), -150.0)
        self.assertEqual(entry.state, "posted")

    def test_posted_entries_follow_their_document(self):
        """Whatever an accounting manager tries, he is told the proper way."""
        manager = self._user("manager", "account.group_account_manager")
        self._stock_up()
        order = self._produce(self.battery, 1)
        self._set_standard(self.cell, 11)
        release = self.env["backflush.standard.cost"]._current(self.cell)[self.cell]
        for made in (order.backflush_confirmation_ids, release):
            entry = self._as(manager, made.move_id)
            line = entry.line_ids[0]
            pair = [
                Command.create({"account_id": line.account_id.id, "balance": balance})
                for balance in (5, -5)
            ]
            for attempt in (
                entry.button_draft,
                entry.button_cancel,
                entry.unlink,
                entry._reverse_moves,
                lambda entry=entry: entry.write({"date": "2026-02-02"}),
                lambda entry=entry, pair=pair: entry.write({"line_ids": pair}),
                lambda line=line: line.write({"balance": line.balance + 1}),
                lambda line=line: line.write({"account_id": 1}),
                line.unlink,
            ):
                refused = self.assertRaisesRegex(UserError, "correct the order")
                with refused, self.env.cr.savepoint():
                    attempt()
            self.assertFalse(entry.show_reset_to_draft_button)
        self.assertProven()

    def test_a_locked_period_is_refused_and_not_shifted(self):
        self._stock_up()
        order = self._order(self.battery, 1)
        self.company.fiscalyear_lock_date = "2026-03-31"
        with self.assertRaisesRegex(UserError, "locked"):
            self._complete(order)

    def test_pairs_that_cannot_work_together_are_refused_by_name(self):
        bare = self._product("Bare", 1.0)
        mixed = self._product("Mixed", 0.0, self.finished)
        self._bom(mixed, [(bare, 1)])
        with self.assertRaisesRegex(UserError, "Bare"):
            self._order(mixed, 1)
        outside = self._product("Outside", 0.0)
        self._bom(outside, [(self.cell, 1)])
        with self.assertRaisesRegex(UserError, "Outside"):
            self._order(outside, 1)

    def test_a_policy_without_accounts_is_refused(self):
        bare = self.env["backflush.costing.policy"].create({"name": "Bare"})
        with self.assertRaisesRegex(ValidationError, "Raw and In-Process"):
            self._category("New").property_backflush_policy_id = bare

    def test_a_released_standard_is_frozen(self):
        standard = self.env["backflush.standard.cost"]._current(self.cell)[self.cell]
        with self.assertRaisesRegex(UserError, "frozen"):
            standard.material = 1
        with self.assertRaises(UserError):
            standard.unlink()

    def test_a_product_cannot_be_a_component_of_itself(self):
        loop = self._product("Loop", 0.0, self.material)
        other = self._product("Other", 0.0, self.material)
        self._bom(loop, [(other, 1)])
        bom = self._bom(other, [(self.cell, 1)])
        bom.bom_line_ids = [Command.clear()]
        self.env.cr.execute(
            """INSERT INTO mrp_bom_line (
                    bom_id, product_id, product_tmpl_id, product_qty, product_uom_id
               ) VALUES (%s, %s, %s, 1, %s)""",
            (bom.id, loop.id, loop.product_tmpl_id.id, loop.uom_id.id),
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "Loop > Other > Loop"):
            self.env["backflush.standard.cost"].action_roll_up(loop.ids)

    def test_stock_does_not_get_stranded_on_another_account(self):
        self._stock_up()
        with self.assertRaisesRegex(UserError, "another inventory account"):
            self.material.property_backflush_role = "finished"
        other = self._category("Elsewhere")
        with self.assertRaisesRegex(UserError, "another inventory account"):
            self.cell.categ_id = other
        with self.assertRaisesRegex(ValidationError, "still costs"):
            self.policy.active = False

    def test_a_backdated_bill_in_foreign_currency_leaves_stock_at_standard(self):
        """100 euro at 2.00 on the bill's date; the rate of today does not matter."""
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 0.5), ("2026-03-01", 0.25)]
        )
        purchase = self._purchase(self.cell, 10, 10)
        self._receive(purchase)
        purchase.action_create_invoice()
        bill = purchase.invoice_ids
        bill.write({"currency_id": euro.id, "invoice_date": "2026-02-02"})
        bill.date = "2026-02-02"
        bill.invoice_line_ids.price_unit = 10
        bill.action_post()
        self.assertBalances(rip=100.0, price_variance=100.0)
        self.assertProven()

    def test_an_invoice_in_foreign_currency_costs_the_standard(self):
        self._stock_up()
        self._produce(self.battery, 1)
        self._produce(self.vehicle, 1)
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        sale = self._sell(self.vehicle, 1, 500)
        self._deliver(sale)
        invoice = sale._create_invoices()
        invoice.currency_id = euro
        invoice.action_post()
        self.assertBalances(fg=0.0)
        self.assertProven()

    def test_purchase_history_before_the_policy_is_opened_at_its_value(self):
        """Billed stock is opened once, unbilled stock waits for its bill."""
        old = self._category("Old parts")
        plate = self._product("Plate", 5.0, old)
        self._buy(plate, 40, 5)
        unbilled = self._purchase(plate, 10, 5)
        self._receive(unbilled)
        old.write({"property_backflush_policy_id": self.policy.id})
        equity = self.env["account.account"].create(
            {"name": "Opening", "code": "399999", "account_type": "equity"}
        )
        self.policy.with_user(self.accountant).post_opening(equity.id)
        self.assertBalances(rip=200.0)
        self.assertProven()
        self._bill(unbilled)
        self.assertBalances(rip=250.0)
        self.assertProven()
        again = self.policy.with_user(self.accountant).post_opening(equity.id)
        self.assertFalse(again)
        self.assertProven()

    def test_a_bill_that_missed_inventory_is_unexplained(self):
        purchase = self._purchase(self.cell, 10, 10)
        self._receive(purchase)
        purchase.action_create_invoice()
        bill = purchase.invoice_ids
        bill.invoice_date = bill.date
        bill.invoice_line_ids.account_id = self.company.expense_account_id
        bill.action_post()
        report = self.env["backflush.reconciliation"].create({})
        self.assertFalse(report.is_proven)
        self.assertEqual(report.unexplained, 100.0)

    def test_a_manufactured_product_is_not_released_at_nothing(self):
        frame = self._product("Frame", 0.0, self.material)
        self._bom(frame, [(self.cell, 1)])
        self._stock_up()
        order = self._order(frame, 1)
        with self.assertRaisesRegex(UserError, "no released standard"):
            self._complete(order)

    def test_nothing_stays_behind_when_a_policy_is_changed(self):
        self._stock_up()
        with self.assertRaisesRegex(UserError, "another inventory account"):
            self.material.property_backflush_policy_id = False
        with self.assertRaisesRegex(ValidationError, "still holds"):
            self.policy.trigger_set = "none"
        with self.assertRaisesRegex(ValidationError, "still holds"):
            self.policy.rip_account_id = self.policy.fg_account_id.copy()

    def test_an_entry_that_cancels_out_is_corrected_all_the_same(self):
        self._stock_up()
        pack = self._product("Pack", 0.0, self.material)
        self._bom(pack, [(self.cell, 6)])
        self.env["backflush.standard.cost"].browse(
            self.env["backflush.standard.cost"].action_roll_up(pack.ids)
        ).action_release()
        order = self._produce(pack, 1)
        self.assertFalse(order.backflush_confirmation_ids.move_id)
        self.assertProven()
        self._correct(order, 9)
        self.assertProven()
        self.assertBalances(usage_variance=30.0)

    def test_unbuild_after_a_partial_work_off_loses_no_requirement(self):
        order = self._produce(self.battery, 10)
        error = order.backflush_error_ids
        self._buy(self.cell, 40, 10)
        error.with_user(self.supervisor).action_retry()
        self.assertEqual(error.quantity_open, 20)
        self._unbuild(order, 5)
        self.assertProven()
        self.assertEqual(error.quantity_open, 10)
        self.assertBalances(usage_variance=0.0, suspense=-100.0)

    def test_an_edited_plan_is_usage_and_not_an_outdated_standard(self):
        self._stock_up()
        order = self._order(self.battery, 1)
        self._as(self.planner, order).move_raw_ids.product_uom_qty = 9
        self._complete(order)
        self.assertProven()
        self.assertBalances(usage_variance=30.0, standard_variance=0.0)
