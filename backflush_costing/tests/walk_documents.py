from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields

from .walk_common import WalkCommon

BEGIN = datetime(2026, 3, 2, 10)


class WalkDocumentsCommon(WalkCommon):
    """What vendors, customers and bookkeepers do with documents, as dice decide.

    Goods and papers come in any order and quantity, late, go back, are drafted,
    cancelled, credited and credited back. Days go by; each of them stays proven,
    whatever comes after it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kit = cls._product("Set", 0.0, cls.finished)
        cls._set_of(cls.kit, cls.cell, cls.battery)

    @classmethod
    def _set_of(cls, kit, cell, battery):
        """Two sets are three cells and a battery."""
        cls._bom(kit, [(cell, 3), (battery, 1)], type="phantom", product_qty=2)

    def setUp(self):
        super().setUp()
        self.day, self.clock = 0, None
        self.addCleanup(lambda: self.clock and self.clock.stop())

    def _assert_days_proven(self):
        """Every day that is over is as proven as it was then."""
        for day in range(self.day):
            self.assertProven((BEGIN + timedelta(days=day)).date())

    # -- days --------------------------------------------------------------------------

    def _do_wait(self):
        """The next day comes."""
        self._assert_days_proven()
        if self.clock:
            self.clock.stop()
        self.day += 1
        self.clock = freeze_time(BEGIN + timedelta(days=self.day))
        self.clock.start()

    def _some_day(self):
        """Today, or a day that is over."""
        late = self.dice.randint(0, self.day) if self.dice.random() < 0.4 else 0
        return fields.Date.today() - timedelta(days=late)

    def _post_some_day(self, document):
        day = self._some_day()
        document.write({"invoice_date": day, "date": day})
        document.action_post()

    def _do_report_late(self):
        """Made some days ago, reported now."""
        order = self._order(self.battery, self.dice.randint(1, 4))
        moment = datetime.combine(self._some_day(), BEGIN.time())
        self._report(order.with_context(backflush_event_time=moment), order.product_qty)

    # -- purchase ----------------------------------------------------------------------

    def _do_bill_in_advance(self):
        """Billed as ordered, more or less of it; goods come later."""
        product = self.dice.choice([self.cell, self.body])
        product.purchase_method = "purchase"
        quantity = self.dice.randint(2, 30)
        order = self._purchase(
            product, quantity, 9.77, self.dice.choice([None, self.foreign])
        )
        if self.dice.random() < 0.3:
            self._receive_some(order, self.dice.randint(1, quantity - 1))
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_line_ids.quantity = quantity + self.dice.choice([-1, 0, 2])
        self._post_some_day(bill)

    def _do_receive_the_rest(self):
        waiting = ("receipt_status", "in", ("pending", "partial"))
        order = self._pick(self._own("purchase.order", waiting))
        if order:
            self._receive(order)

    def _do_bill_without_order(self):
        product = self.dice.choice([self.cell, self.body, self.battery])
        line = {
            "product_id": product.id,
            "quantity": self.dice.randint(1, 3),
            "price_unit": 10.333,
            "tax_ids": [Command.clear()],
        }
        if self.dice.random() < 0.4:
            line["product_uom_id"] = self.env.ref("uom.product_uom_dozen").id
        kind = self.dice.choice(["in_invoice", "in_receipt", "in_refund"])
        bill = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": self.vendor.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        self._post_some_day(bill)

    def _do_return_to_vendor(self):
        self._give_back(
            self._own(
                "stock.picking",
                ("state", "=", "done"),
                ("picking_type_code", "=", "incoming"),
                ("location_id.usage", "=", "supplier"),
            )
        )

    # -- sale --------------------------------------------------------------------------

    def _do_return_from_customer(self):
        self._give_back(
            self._own(
                "stock.picking",
                ("state", "=", "done"),
                ("picking_type_code", "=", "outgoing"),
                ("location_dest_id.usage", "=", "customer"),
            )
        )

    def _give_back(self, pickings):
        picking = self._pick(pickings)
        if not picking:
            return
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        free = {}
        for line in wizard.product_return_moves:
            product = line.product_id
            # What somebody has reserved cannot be given back.
            there = free.setdefault(
                product,
                self.env["stock.quant"]._get_available_quantity(product, self.store),
            )
            most = line.move_id.quantity - sum(
                m.quantity for m in line.move_id.returned_move_ids if m.state == "done"
            )
            if picking.picking_type_code == "incoming":
                most = min(most, there)
            line.quantity = self.dice.randint(0, int(most)) if most >= 1 else 0
            free[product] -= line.quantity
        if not sum(wizard.product_return_moves.mapped("quantity")):
            return
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.picked = True
        back.button_validate()

    def _do_sell_in_advance(self):
        """Invoiced as ordered; delivered later."""
        product = self.dice.choice([self.vehicle, self.kit, self.cell])
        product.invoice_policy = "order"
        sale = self._sell(product, self.dice.randint(1, 3), 300)
        if self.dice.random() < 0.4:
            self._down_payment(sale)
        if self.dice.random() < 0.7:
            self._invoice(sale)
        product.invoice_policy = "delivery"

    def _down_payment(self, sale):
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "advance_payment_method": "percentage",
                "amount": 20,
                "sale_order_ids": [Command.set(sale.ids)],
            }
        )
        wizard.create_invoices()
        sale.invoice_ids.filtered(lambda m: m.state == "draft").action_post()

    def _do_deliver_some(self):
        sale = self._pick(
            self._own("sale.order", ("delivery_status", "in", ("pending", "partial")))
        )
        if not sale:
            return
        picking = sale.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        some = False
        for move in picking.move_ids:
            there = self._on_hand(move.product_id, self.store)
            there = min(there, move.product_uom_qty)
            quantity = self.dice.randint(0, int(there)) if there >= 1 else 0
            move.write({"quantity": quantity, "picked": bool(quantity)})
            some = some or quantity
        if some:
            picking.with_context(skip_backorder=True).button_validate()

    def _do_sell_parts(self):
        product = self.dice.choice([self.cell, self.chips, self.kit, self.battery])
        there = self._on_hand(product, self.store) if product != self.kit else 0
        if product == self.kit:
            there = min(
                self._on_hand(self.cell, self.store) / 1.5,
                self._on_hand(self.battery, self.store) * 2,
            )
        if there < 2:
            return
        sale = self._sell(product, self.dice.randint(1, int(there / 2)), 33.33)
        self._deliver(sale)
        if self.dice.random() < 0.6:
            self._invoice(sale)

    def _do_invoice_some(self):
        sale = self._pick(
            self._own("sale.order", ("invoice_status", "=", "to invoice"))
        )
        if not sale:
            return
        # Of what came back after it was invoiced nothing is left to invoice.
        quiet = sale.with_context(raise_if_nothing_to_invoice=False)
        invoice = quiet._create_invoices().with_env(self.env)
        if not invoice:
            return
        for line in invoice.invoice_line_ids.filtered("product_id.is_storable"):
            line.quantity = self.dice.randint(1, max(int(line.quantity), 1))
        if self.foreign and self.dice.random() < 0.3:
            invoice.currency_id = self.foreign
        self._post_some_day(invoice)

    # -- bookkeeping -------------------------------------------------------------------

    def _do_draft(self):
        """A posted document is drafted, and posted anew or cancelled."""
        kind = self.dice.choice(["in", "out"]) + self.dice.choice(
            ["_invoice", "_refund"]
        )
        document = self._pick(
            self._own(
                "account.move",
                ("move_type", "=", kind),
                ("state", "=", "posted"),
            )
        )
        if not document:
            return
        document.button_draft()
        self._assert_step_proven()
        change = self.dice.random()
        if change < 0.3:
            document.button_cancel()
            return
        lines = document.invoice_line_ids.filtered("product_id.is_storable")
        if change < 0.6 and lines:
            lines[0].quantity = self.dice.randint(1, 5)
            lines[0].price_unit = 8.13
        document.action_post()

    def _do_credit_a_credit(self):
        kind = self.dice.choice(["in_refund", "out_refund"])
        refund = self._pick(self._open_documents(kind))
        if refund:
            self._credit(refund, invoice_date=refund.date)

    def _do_unbuild_without_order(self):
        if (
            self._on_hand(self.battery, self.store) >= 1
            and self._on_hand(self.chips, self.store) >= 5
        ):
            taken = {"product_id": self.battery.id, "bom_id": self.bom.id}
            self._unbuild(self.env["mrp.production"], 1, **taken)

    def _do_edit_a_transfer(self):
        """What a done receipt or delivery moved is corrected."""
        picking = self._pick(
            self._own(
                "stock.picking",
                ("state", "=", "done"),
                ("picking_type_code", "in", ("incoming", "outgoing")),
            )
        )
        moves = picking.move_ids.filtered(lambda m: not m.returned_move_ids)
        if not moves:
            return
        move = moves[0]
        line = move.move_line_ids[:1]
        # Odoo lets a receipt be corrected below what is there; the proof would say so.
        spare = picking.picking_type_code == "outgoing" or (
            self._on_hand(move.product_id, self.store) >= 1
        )
        if line and line.quantity > 2 and spare:
            line.quantity = line.quantity - 1
