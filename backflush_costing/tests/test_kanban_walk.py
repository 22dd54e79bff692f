import random

from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestKanbanWalk(SupermarketCommon):
    """What people do with containers, as dice decide: the limit of the loop holds."""

    STEPS = 30

    def test_no_sequence_of_steps_breaks_the_limit(self):
        for seed in range(4):
            with self.subTest(seed=seed), self.env.cr.savepoint():
                self._walk(seed)
                self.env.cr.execute("ROLLBACK TO SAVEPOINT walk")

    def _walk(self, seed):
        self.env.cr.execute("SAVEPOINT walk")
        self.env.invalidate_all()
        self.dice = random.Random(seed)
        self.orders = self.env["mrp.production"]
        self.cycle = self._started(
            content=self.dice.choice([0, 130, 300]),
            container_count=3,
            minimum_containers=self.dice.choice([1, 1, 2]),
            documents=self.dice.choice(["open", "card", "run"]),
        )
        steps = [getattr(self, n) for n in sorted(dir(self)) if n.startswith("_do_")]
        for number in range(self.STEPS):
            step = self.dice.choice(steps)
            with self.subTest(seed=seed, number=number, step=step.__name__):
                step()
                self.assertWithinLimit(self.cycle)

    def _card(self, *states):
        cards = self.cycle.kanban_ids.filtered(
            lambda c: c.state in states and c.card_status == "active"
        )
        return self.dice.choice(cards) if cards else cards

    def _do_consume(self):
        self.orders |= self._produce(self.lamp, self.dice.randint(1, 12))

    def _do_take_back(self):
        done = self.orders.backflush_confirmation_ids.filtered(
            lambda c: c.state == "posted"
        )
        if done:
            self._as(self.supervisor, self.dice.choice(done)).action_reverse("Wrong")

    def _do_scan_empty(self):
        if card := self._card("full", "in_use"):
            self._scan(card)

    def _do_bring(self):
        if card := self._card("in_process", "in_transit"):
            self._scan(card)

    def _do_bring_a_part(self):
        card = self._card("in_process")
        move = card._open_moves() if card else card
        if move:
            move.quantity = self.dice.choice([30, 60])
            move.picking_id.move_ids.picked = False
            move.picked = True
            move.picking_id.with_context(skip_backorder=True).button_validate()

    def _do_cancel(self):
        if card := self._card("in_process", "in_transit"):
            card._open_moves()._action_cancel()

    def _do_order_again(self):
        if card := self._card("error"):
            self._as(self.operator, card).action_supply_again()

    def _do_hold_and_resume(self):
        if card := self._card("full", "in_use", "empty", "wait"):
            self._as(self.operator, card).action_hold()
            self._as(self.operator, card).action_resume()

    def _do_lose(self):
        if card := self._card("full", "in_use"):
            self._as(self.operator, card).action_lost()

    def _do_one_more_once(self):
        cycle = self._as(self.supervisor, self.cycle)
        if not self.cycle.kanban_ids.filtered("one_off"):
            cycle.action_add_one_off(quantity=self.dice.choice([None, 40]))

    def _do_find(self):
        if lost := self.cycle.kanban_ids.filtered(lambda c: c.card_status == "lost"):
            self._as(self.operator, lost[0]).action_resume()

    def _do_correct_a_transfer(self):
        done = self.cycle.kanban_ids.move_ids.filtered(lambda m: m.state == "done")
        if done:
            self.dice.choice(done).move_line_ids[:1].quantity = self.dice.choice(
                [90, 0]
            )

    def _do_background(self):
        self.env["backflush.control.cycle"].sudo().search([])._supply_all()
