import random

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .orders_common import OrdersCommon

STEPS = 30
SEEDS = (7, 11, 2026)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOrdersWalk(OrdersCommon):
    """Whatever happens in whatever order: the ledger is explained to the cent.

    Standards end in fractions of a cent, so that rounding has every chance.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chips = cls._product("Chips", 0.377, cls.material)
        cls.bom.byproduct_ids = [
            Command.create(
                {
                    "product_id": cls.chips.id,
                    "product_qty": 5,
                    "product_uom_id": cls.chips.uom_id.id,
                }
            )
        ]
        cls.cell.standard_price = 9.3333
        cls._release(cls.battery, cls.vehicle)

    def test_a_random_walk_is_proven_after_every_step(self):
        for seed in SEEDS:
            self._walk(random.Random(seed))

    def _walk(self, dice):
        self.dice = dice
        steps = [getattr(self, n) for n in sorted(dir(self)) if n.startswith("_do_")]
        self._do_buy()
        for _number in range(STEPS):
            dice.choice(steps)()
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

    def _done_orders(self):
        return self.env["mrp.production"].search(
            [
                ("state", "=", "done"),
                ("product_id", "in", (self.battery | self.vehicle).ids),
            ]
        )

    # -- steps -----------------------------------------------------------------------

    def _do_buy(self):
        product = self.dice.choice([self.cell, self.cell, self.body])
        order = self._purchase(
            product, self.dice.randint(1, 60), self.dice.choice([9, 10.01, 90])
        )
        self._receive(order)
        if self.dice.random() < 0.6:
            self._bill(order)

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
            self.env["mrp.production"].search(
                [("state", "in", ("confirmed", "progress")), ("origin", "!=", "-")]
            )
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
        self._put(product, self.dice.randint(0, 40), self.store)

    def _do_price(self):
        self._set_standard(self.cell, round(self.dice.uniform(8, 12), 4))
        if self.dice.random() < 0.5:
            self._release(self.battery, self.vehicle)

    def _do_retry(self):
        errors = self.env["backflush.error"].search(
            [("state", "in", ("open", "in_process"))]
        )
        self._as(self.supervisor, errors).action_retry()

    def _do_write_off(self):
        error = self._pick(
            self.env["backflush.error"].search(
                [("state", "in", ("open", "in_process"))]
            )
        )
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
