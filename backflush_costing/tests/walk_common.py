import random

from odoo import Command

from .orders_common import OrdersCommon


class WalkCommon(OrdersCommon):
    """What people do in a plant, one thing after the other, as dice decide.

    Standards end in fractions of a cent, so that rounding has every chance. Every
    ``_do_`` method is a step; one that finds nothing to do does nothing.
    """

    # Currency of some purchases; None: the company's own.
    foreign = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chips = cls._product("Chips", 0.377, cls.material)
        cls.spare = cls._product("Spare cell", 11.1111, cls.material)
        cls.reason = cls.env.ref("backflush_costing.deviation_reason_other")
        cls.bom.byproduct_ids = [cls._five_of(cls.chips)]
        cls.cell.standard_price = 9.3333
        cls._release(cls.battery, cls.vehicle)

    @classmethod
    def _five_of(cls, product):
        """Five of a by-product, for a bill of materials."""
        return Command.create(
            {
                "product_id": product.id,
                "product_qty": 5,
                "product_uom_id": product.uom_id.id,
            }
        )

    def _walk(self, seed, length):
        """``length`` steps; every invariant holds after each of them."""
        self.dice = random.Random(seed)
        steps = [getattr(self, n) for n in sorted(dir(self)) if n.startswith("_do_")]
        self._go()
        self._do_buy()
        for number in range(length):
            self._go()
            step = self.dice.choice(steps)
            step()
            with self.subTest(seed=seed, number=number, step=step.__name__):
                self._assert_step_proven()

    def _go(self):
        """Hook: to the plant of the next step."""

    def _assert_step_proven(self):
        """What holds after every step."""
        self.assertProven()
        self._assert_nothing_negative()

    def _assert_nothing_negative(self):
        self.assertFalse(
            self.env["stock.quant"].search(
                [("location_id.usage", "=", "internal"), ("quantity", "<", 0)]
            )
        )

    def _pick(self, records):
        return self.dice.choice(records) if records else records

    def _own(self, model, *domain):
        """Records of the company in which the step is made."""
        own = ("company_id", "=", self.company.id)
        return self.env[model].search([own, *domain])

    def _done_orders(self):
        made = (self.battery | self.vehicle).ids
        return self._own(
            "mrp.production", ("state", "=", "done"), ("product_id", "in", made)
        )

    def _open_errors(self):
        return self._own("backflush.error", ("state", "in", ("open", "in_process")))

    # -- steps -----------------------------------------------------------------------

    def _do_buy(self):
        product = self.dice.choice([self.cell, self.cell, self.body])
        order = self._purchase(
            product,
            self.dice.randint(1, 60),
            self.dice.choice([9, 10.01, 90]),
            self.dice.choice([None, self.foreign]),
        )
        self._receive(order)
        if self.dice.random() < 0.6:
            self._bill(order)

    def _do_bill(self):
        """What was received and not billed, at another price."""
        order = self._pick(
            self._own("purchase.order", ("invoice_status", "=", "to invoice"))
        )
        if order:
            self._bill(order, price=self.dice.choice([8.7, 11.03]))

    def _do_credit_a_bill(self):
        """The vendor takes a bill back, or credits some of it."""
        bill = self._pick(self._open_documents("in_invoice"))
        if bill:
            self._credit(bill, invoice_date=bill.date)

    def _do_make(self):
        product = self.dice.choice([self.battery, self.battery, self.vehicle])
        order = self._order(product, self.dice.randint(1, 6))
        if self.dice.random() < 0.2:
            self._add(order, self.body, 1)
        made = self.dice.randint(1, 7)
        order = self._as(self.operator, order)
        order.qty_producing = made
        order.set_qty_producing()
        if self.dice.random() < 0.3:
            raw = order.move_raw_ids[0]
            raw.quantity = max(raw.quantity + self.dice.choice([-1, 1, 2.5]), 0)
        context = {"skip_consumption": True, "skip_redirection": True}
        context["skip_backorder"] = True
        if made < order.product_qty and self.dice.random() < 0.5:
            context["mo_ids_to_backorder"] = order.ids
        self.assertIs(order.with_context(**context).button_mark_done(), True)

    def _do_finish_a_backorder(self):
        order = self._pick(
            self._own("mrp.production", ("state", "in", ("confirmed", "progress")))
        )
        if order:
            self._report(order, order.product_qty)

    def _do_edit(self):
        order = self._pick(self._done_orders())
        moves = order.move_raw_ids.filtered(
            lambda m: m.state == "done" and m.quantity > 1 and not m.returned_move_ids
        )
        if moves:
            opened = self._as(self.planner, order)
            opened.is_locked = False
            line = moves[0].move_line_ids[0].with_user(self.planner)
            line.quantity = max(line.quantity - self.dice.choice([0.5, 1]), 0)

    def _do_unbuild(self):
        order = self._pick(self._done_orders())
        unbuilt = sum(order.unbuild_ids.mapped("product_qty"))
        left = order.qty_produced - unbuilt if order else 0
        there = self._on_hand(order.product_id, self.store) if order else 0
        byproducts = all(
            self._on_hand(m.product_id, self.store) >= m.quantity
            for m in order.move_byproduct_ids
        )
        quantity = min(left, there)
        if quantity >= 1 and byproducts:
            self._unbuild(order, self.dice.randint(1, int(quantity)))

    def _do_scrap(self):
        product = self.dice.choice([self.cell, self.battery, self.chips])
        if self._on_hand(product, self.store) >= 1:
            scraps = self._as(self.planner, self.env["stock.scrap"])
            scraps.create(
                {"product_id": product.id, "scrap_qty": 1, "location_id": self.store.id}
            ).action_validate()

    def _do_count(self):
        product = self.dice.choice([self.cell, self.body, self.chips])
        self._count_stock(product, self.dice.randint(0, 40), self.store)

    def _do_price(self):
        self._set_standard(self.cell, round(self.dice.uniform(8, 12), 4))
        if self.dice.random() < 0.5:
            self._release(self.battery, self.vehicle)

    def _do_retry(self):
        self._as(self.supervisor, self._open_errors()).action_retry()

    def _do_write_off(self):
        error = self._pick(self._open_errors())
        if error:
            kind = self.dice.choice(["not_consumed", "never_recorded"])
            self._as(self.accountant, error).action_write_off("Walk", kind=kind)

    def _do_sell(self):
        there = self._on_hand(self.vehicle, self.store)
        if there >= 1:
            sale = self._sell(self.vehicle, self.dice.randint(1, int(there)), 500)
            self._deliver(sale)
            if self.dice.random() < 0.7:
                self._invoice(sale)

    def _do_refund(self):
        invoice = self._pick(self._open_documents("out_invoice"))
        if invoice:
            self._credit(invoice)

    def _open_documents(self, kind):
        """Posted documents of this company that nobody took back."""
        return self._own(
            "account.move",
            ("move_type", "=", kind),
            ("state", "=", "posted"),
            ("reversal_move_ids", "=", False),
        )

    def _credit(self, document, **vals):
        """Take a document back in full, or credit a part of it."""
        cancel = self.dice.random() < 0.5
        refund = document._reverse_moves([vals], cancel=cancel)
        if not cancel:
            line = refund.invoice_line_ids[0]
            line.quantity = self.dice.randint(1, max(int(line.quantity), 1))
            refund.action_post()

    def _do_lose_pieces(self):
        order = self._order(self.battery, 4)
        self._deviates(
            "product_scrap", self.battery, 1, production_id=order.id
        ).action_record()
        self._report(order, 3)

    def _do_scrap_components(self):
        order = self._order(self.battery, 2)
        self._deviates("scrap", self.cell, 1, production_id=order.id).action_record()
        self._report(order, 2)

    def _do_substitute(self):
        order = self._order(self.battery, 2)
        approval = self._deviates(
            "substitution", self.cell, 0, substitute_id=self.spare.id
        )
        self._as(self.supervisor, approval).action_approve()
        self._put(self.spare, self.dice.randint(0, 20), self.store)
        approval.action_apply(order.id, self.dice.choice([3, 12]))
        self._report(order, 2)

    def _deviates(self, kind, product, quantity, **vals):
        """A document as an operator writes it."""
        documents = self._as(self.operator, self.env["backflush.deviation"])
        return documents.create(
            {
                "kind": kind,
                "product_id": product.id,
                "quantity": quantity,
                "reason_id": self.reason.id,
                **vals,
            }
        )

    def _do_reverse(self):
        orders = self._done_orders().filtered(
            lambda order: (
                not order.unbuild_ids
                and all(
                    self._on_hand(move.product_id, self.store) >= move.quantity
                    for move in order.move_finished_ids
                )
            )
        )
        order = self._pick(orders)
        confirmations = order.backflush_confirmation_ids.filtered(
            lambda confirmation: confirmation.trigger == "completion"
        )
        if confirmations:
            last = self._as(self.supervisor, confirmations[-1])
            last.action_reverse("Walk", reopen=False)

    def _do_close(self):
        """The day is closed, or opened again, if nothing stands against it."""
        closes = self._as(self.accountant, self.env["backflush.period.close"])
        posted = closes.search([("state", "=", "posted")], limit=1)
        if posted:
            posted.action_reverse("Walk")
        elif not self._open_errors():
            closes.create({}).action_post()
