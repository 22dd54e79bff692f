from freezegun import freeze_time

from odoo import Command


class TriggerSetCases:
    """What holds for every trigger set: the ledger explains itself at every step."""

    def test_bought_made_and_sold(self):
        """However it is journalised, everything sold ends on the same cost."""
        self._stock_up()
        self._make_vehicles(2)
        self._sell_vehicles(2)
        self.assertEqual(self.cogs, 400.0)
        self.assertBalances(conversion_allocated=-80.0, usage_variance=0.0)
        self.assertEqual(self._materials(), 1900 - 2 * 160)

    def test_a_bill_after_consumption(self):
        purchase = self._purchase(self.cell, 60, 10)
        self._receive(purchase)
        self.assertProven()
        self._produce(self.battery, 10)
        self.assertProven()
        self._bill(purchase, price=11)
        self.assertProven()
        self.assertBalances(price_variance=60.0)

    def test_a_bill_before_the_receipt(self):
        purchase = self._purchase(self.cell, 60, 10)
        self.env.user.group_ids += self.env.ref("account.group_account_invoice")
        bill = self._bill_ordered(purchase)
        self.assertProven()
        self._receive(purchase)
        self.assertProven()
        bill.button_draft()
        self.assertProven()
        bill.action_post()
        self.assertProven()

    def _bill_ordered(self, purchase):
        """A bill for what is ordered, whatever is received."""
        purchase.order_line.product_id.purchase_method = "purchase"
        return self._bill(purchase)

    def test_a_shortage_is_parked_and_worked_off(self):
        self._buy(self.cell, 14, 10)
        order = self._produce(self.battery, 3)
        self.assertProven()
        error = order.backflush_error_ids
        self.assertRecordValues(error, [{"quantity_open": 4, "amount": 40}])
        self._buy(self.cell, 3, 10)
        error.with_user(self.supervisor).action_retry()
        self.assertProven()
        self._buy(self.cell, 3, 10)
        error.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertEqual(error.state, "resolved")
        self.assertBalances(usage_variance=0.0, suspense=0.0)

    def test_a_write_off_says_which_it_is(self):
        self._buy(self.cell, 14, 10)
        errors = (
            self._produce(self.battery, 3) | self._produce(self.battery, 1)
        ).backflush_error_ids
        first, second = errors.sorted("quantity")
        first.with_user(self.accountant).action_write_off("Miscounted report")
        self.assertProven()
        self.assertBalances(usage_variance=-40.0)
        second.with_user(self.accountant).action_write_off(
            "Delivered without papers", kind="never_recorded"
        )
        self.assertProven()
        self.assertBalances(usage_variance=-40.0, inventory_difference=-60.0)

    def test_a_shortage_is_sold_before_it_is_worked_off(self):
        self._buy(self.cell, 6, 10)
        self._buy(self.body, 1, 90)
        order = self._make_vehicles(1)
        self.assertEqual(order.backflush_error_ids.product_id, self.cell)
        self._sell_vehicles(1)
        self._buy(self.cell, 1, 10)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertEqual(self.cogs, 200.0)
        self.assertBalances(usage_variance=0.0, conversion_allocated=-40.0)

    def test_over_use_is_usage_variance(self):
        self._stock_up()
        self._over_use(self.battery, self.cell, 8)
        self.assertProven()
        self.assertBalances(usage_variance=20.0, standard_variance=0.0)

    def test_a_component_standard_newer_than_the_product_is_not_usage(self):
        self._stock_up()
        self.cell.standard_price = 11
        self.assertProven()
        self._produce(self.battery, 1)
        self.assertProven()
        self.assertBalances(standard_variance=6.0, usage_variance=0.0)

    def test_unbuild_with_and_without_order(self):
        self._stock_up()
        before = self._materials()
        order = self._make_vehicles(2)
        self._unbuild(order, 1)
        self.assertProven()
        self._unbuild_without_order(self.vehicle, 1)
        self.assertProven()
        self._unbuild_without_order(self.battery, 2)
        self.assertProven()
        self.assertEqual(self._materials(), before)
        self.assertBalances(conversion_allocated=0.0, usage_variance=0.0)

    def test_unbuild_of_an_order_with_an_open_record(self):
        self._buy(self.cell, 8, 10)
        order = self._produce(self.battery, 2)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(order.backflush_error_ids.quantity_open, 2)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(order.backflush_error_ids.state, "resolved")

    def test_reversal_of_a_confirmation(self):
        self._stock_up()
        before = self._materials()
        order = self._make_vehicles(1)
        order.backflush_confirmation_ids.with_user(self.supervisor).action_reverse(
            "Reported twice"
        )
        self.assertProven()
        self.assertEqual(self._balance(self.policy.fg_account_id), 0.0)
        battery_conversion = 10.0 if self.policy._capitalises() else 0.0
        self.assertEqual(self._materials(), before + battery_conversion)

    def test_counts_and_scrap(self):
        self._stock_up()
        self._make_vehicles(2)
        self._put(self.cell, self._on_hand(self.cell, self.store) - 3, self.store)
        self.assertProven()
        self.assertBalances(inventory_difference=30.0)
        for product in (self.body, self.vehicle):
            self.env["stock.scrap"].create(
                {
                    "product_id": product.id,
                    "scrap_qty": 1,
                    "location_id": self.store.id,
                }
            ).action_validate()
            self.assertProven()
        carried = float(self.vehicle._backflush_carrying_cost())
        self.assertBalances(inventory_difference=120.0 + carried)

    def test_a_release_revalues_what_inventory_carries(self):
        self._stock_up()
        self._make_vehicles(2)
        self.cell.standard_price = 12
        self.assertProven()
        drafts = self.env["backflush.standard.cost"].browse(
            self.env["backflush.standard.cost"].action_roll_up(
                (self.battery | self.vehicle).ids
            )
        )
        drafts.action_release()
        self.assertProven()
        self.assertEqual(self.vehicle.standard_price, 214.0)
        # 86 cells in stock, 7 in each of two vehicles, at 2 each.
        self.assertBalances(revaluation=-(86 + 14) * 2.0)
        self._sell_vehicles(2)
        self.assertEqual(self.cogs, 428.0)
        self.assertBalances(conversion_allocated=-80.0)

    def test_partial_invoices_refunds_and_returns(self):
        self._stock_up()
        self._make_vehicles(3)
        sale = self._sell(self.vehicle, 3, 500)
        self._deliver(sale)
        invoice = sale._create_invoices()
        invoice.invoice_line_ids.quantity = 1
        invoice.action_post()
        self.assertProven()
        self.assertEqual(self.cogs, 200.0)
        rest = self._invoice(sale)
        self.assertProven()
        self.assertEqual(self.cogs, 600.0)
        self._refund(rest)
        self.assertEqual(self.cogs, 200.0)
        invoice._reverse_moves(cancel=True)
        self.assertProven()
        self.assertEqual(self.cogs, 0.0)
        self.assertBalances(
            conversion_allocated=-120.0 if self.policy._capitalises() else 0.0
        )

    def _refund(self, invoice):
        """A credit note without the goods coming back."""
        refund = invoice._reverse_moves()
        refund.action_post()
        self.assertProven()
        return refund

    def test_a_credit_note_for_goods_that_come_back(self):
        self._stock_up()
        self._make_vehicles(1)
        sale = self._sell(self.vehicle, 1, 500)
        picking = self._deliver(sale)
        invoice = self._invoice(sale)
        self._return(picking)
        self.assertProven()
        self._refund(invoice)
        self.assertEqual(self.cogs, 0.0)

    def _return(self, picking):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.picked = True
        back.button_validate()

    def test_a_bill_with_credit_note_and_return_to_the_vendor(self):
        purchase = self._buy(self.cell, 10, 12)
        self.assertProven()
        self.assertBalances(price_variance=20.0)
        self._return(purchase.picking_ids)
        self.assertProven()
        refund = purchase.invoice_ids._reverse_moves()
        refund.invoice_line_ids.quantity = 1
        refund.invoice_date = refund.date
        refund.action_post()
        self.assertProven()
        self.assertBalances(price_variance=18.0)
        self.assertEqual(self._materials(), 90.0)

    def test_a_backdated_bill_in_foreign_currency(self):
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
        bill.action_post()
        self.assertProven()
        self.assertEqual(self._materials(), 100.0)
        self.assertBalances(price_variance=100.0)

    def test_an_invoice_in_foreign_currency_costs_what_the_product_costs(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 0.5)])
        self._stock_up()
        self._make_vehicles(1)
        sale = self._sell(self.vehicle, 1, 500)
        self._deliver(sale)
        invoice = sale._create_invoices()
        invoice.currency_id = euro
        invoice.action_post()
        self.assertProven()
        self.assertEqual(self.cogs, 200.0)

    def test_a_by_product_enters_at_its_own_standard(self):
        chips = self._product("Chips", 2.0, self.material)
        frame = self._product("Frame", 0.0, self.finished)
        self._bom(
            frame,
            [(self.cell, 4)],
            byproduct_ids=[Command.create({"product_id": chips.id, "product_qty": 5})],
        )
        frame._backflush_ensure_standard()
        drafts = self.env["backflush.standard.cost"].action_roll_up(frame.ids)
        self.env["backflush.standard.cost"].browse(drafts).action_release()
        self.assertEqual(frame.standard_price, 30.0)
        self._stock_up()
        before = self._materials()
        self._produce(frame, 2)
        self.assertProven()
        self.assertBalances(usage_variance=0.0, standard_variance=0.0)
        held = self._balance(self.policy.fg_account_id)
        self.assertEqual(self._materials() + held, before)

    def test_a_sold_kit_costs_what_its_parts_cost(self):
        """Two cells and a battery in a set: parts leave stock and the ledger."""
        kit = self._product("Set", 0.0, self.finished)
        self._bom(
            kit, [(self.cell, 4), (self.battery, 2)], type="phantom", product_qty=2
        )
        self._stock_up()
        self._produce(self.battery, 3)
        before = self._materials()
        sale = self._sell(kit, 3, 500)
        self._deliver(sale)
        self.assertProven()
        invoice = self._invoice(sale)
        self.assertProven()
        self.assertEqual(self.cogs, 3 * (2 * 10 + 70))
        carried = float(self.battery._backflush_carrying_cost())
        self.assertEqual(before - self._materials(), 3 * (20 + carried))
        invoice._reverse_moves(cancel=True)
        self.assertProven()
        self.assertEqual(self.cogs, 0.0)

    def test_a_fraction_of_a_cent_per_piece(self):
        rivet = self._product("Rivet", 0.0123, self.material)
        panel = self._product("Panel", 0.0, self.finished)
        self._bom(panel, [(rivet, 7)])
        drafts = self.env["backflush.standard.cost"].action_roll_up(panel.ids)
        self.env["backflush.standard.cost"].browse(drafts).action_release()
        self._buy(rivet, 100000, 0.0123)
        self.assertProven()
        self.assertEqual(self._materials(), 1230.0)
        with freeze_time("2026-03-03 10:00:00"):
            for _round in range(10):
                self._produce(panel, 1)
            self.assertProven()
            self.assertProven("2026-03-02")
            sale = self._sell(panel, 10, 1)
            self._deliver(sale)
            self._invoice(sale)
            self.assertProven()
            self.assertProven("2026-03-02")

    def test_less_than_half_a_cent_is_cost_of_goods_sold_too(self):
        grain = self._product("Grain", 0.0042, self.material)
        self._buy(grain, 10000, 0.0042)
        self.assertProven()
        sale = self._sell(grain, 5000, 0.01)
        self._deliver(sale)
        self._invoice(sale)
        self.assertProven()
        self.assertEqual(self._materials(), 21.0)

    def test_past_days_stay_as_they_were(self):
        self._stock_up()
        with freeze_time("2026-03-03 10:00:00"):
            self._make_vehicles(2)
        with freeze_time("2026-03-04 10:00:00"):
            self._sell_vehicles(1)
            self.cell.standard_price = 12
        with freeze_time("2026-03-05 10:00:00"):
            for day in ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"):
                self.assertProven(day)

    def test_a_past_day_with_an_open_record(self):
        self._buy(self.cell, 8, 10)
        order = self._produce(self.battery, 2)
        with freeze_time("2026-03-03 10:00:00"):
            self._buy(self.cell, 4, 10)
            order.backflush_error_ids.with_user(self.supervisor).action_retry()
            self.assertProven("2026-03-02")
            self.assertProven()

    def test_lots(self):
        """A lot-tracked component and product, one lot after the other."""
        self.cell.tracking = "lot"
        self.vehicle.tracking = "lot"
        self.company.backflush_lot_picking = "fifo"
        lots = self.env["stock.lot"].create(
            [{"name": f"C{n}", "product_id": self.cell.id} for n in range(2)]
        )
        for lot in lots:
            self._put_lot(lot, 7)
        self._buy(self.body, 1, 90)
        self.assertProven()
        self._produce(self.battery, 1)
        order = self._order(self.vehicle, 1)
        order.lot_producing_ids = self.env["stock.lot"].create(
            {"name": "V1", "product_id": self.vehicle.id}
        )
        self._complete(order)
        self.assertProven()
        self._sell_vehicles(1)
        self.assertEqual(self.cogs, 200.0)

    def _put_lot(self, lot, quantity):
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": lot.product_id.id,
                "lot_id": lot.id,
                "location_id": self.store.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def _materials(self):
        """Balance of the account that holds the material."""
        return self._balance(self.policy._material_account())
