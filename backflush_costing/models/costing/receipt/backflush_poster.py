from collections import defaultdict
from typing import Any, NamedTuple

from odoo import models

from ....engine.numbers import ZERO, amount, exact
from ....engine.posting import Posting
from ....engine.receipt import difference, settle
from ..backflush_poster import NEGLIGIBLE
from ..cost_day import on_day


class Change(NamedTuple):
    """What a document does to the standing of one order line.

    :param order_line: the order line; empty for what has none
    :param standing: what is added to what stands there, debit positive
    :param price: purchase price variance that comes to light by it
    :param exchange: exchange difference that comes to light by it
    """

    order_line: Any
    standing: Any
    price: Any
    exchange: Any


class BackflushPoster(models.AbstractModel):
    """Receipts under a policy, and what settles them."""

    _inherit = "backflush.poster"

    # -- receipts ------------------------------------------------------------------

    def _post_receipts(self, moves):
        """Post what is new in done moves from and to vendors, of one company."""
        valued = self.env["backflush.posting.line"]._valued_quantities(moves)
        standings = self._read_standings(
            moves.product_id, moves.mapped(lambda m: m._backflush_order_line())
        )
        batches = defaultdict(list)
        for move in moves.sorted(lambda m: (m.date, m.id)):
            held = exact(valued.get(move.id, ZERO))
            quantity = exact(move._backflush_signed_quantity()) - held
            if quantity:
                policy = move.product_id._backflush_receipt_policy()
                date = move._backflush_accounting_date()
                if self.env.company._backflush_released_since(date):
                    move = on_day(move, date)
                postings = self._receipt_postings(policy, move, quantity, standings)
                batches[policy, date].append((move, postings))
        for (policy, date), batch in batches.items():
            self._post_receipt_batch(policy, batch, date)

    def _post_receipt_batch(self, policy, batch, date):
        """One entry for what came in under one policy on one date."""
        names = [move.reference or move.display_name for move, _postings in batch]
        entry = self._create_entry(
            policy,
            [posting for _move, postings in batch for posting in postings],
            self._summary(names),
            date,
            policy.price_variance_account_id,
        )
        for move, _postings in batch:
            move.account_move_id = entry

    def _receipt_postings(self, policy, move, quantity, standings):
        """Inventory as carried, against what the vendor is going to bill."""
        product = move.product_id
        own = move._backflush_unbilled_standing(-quantity)
        changes = self._settle_receipt(
            product, move._backflush_order_line(), own, standings
        )
        inventory = Posting(
            "receipt",
            product._get_product_accounts()["stock_valuation"],
            amount(quantity * product._backflush_carrying_cost()),
            quantity,
            {"product_id": product.id, "stock_move_id": move.id},
        )
        postings = [
            inventory,
            *self._standing_postings(policy, product, changes),
            *self._absorbed_postings(policy, product, quantity),
        ]
        price = -sum((posting.amount for posting in postings), ZERO)
        if price:
            # What is below a cent is the last digit of an unrounded standard.
            kind = "price" if abs(price) > NEGLIGIBLE else "rounding"
            account, source = policy.price_variance_account_id, inventory.source
            source = {**source, "stock_move_id": False}
            postings.append(Posting(kind, account, price, ZERO, source))
        return postings

    def _absorbed_postings(self, policy, product, quantity):
        """Hook: what a receipt of ``quantity`` absorbs; the rest is price variance."""
        return []

    def _settle_receipt(self, product, order_line, own, standings):
        """The changes by a receipt or return whose own value is ``own``."""
        matches, rest = self._settle(product, order_line, own, standings)
        changes = [self._change(match.key, match.relief) for match in matches]
        if rest.quantity:
            changes.append(self._change(order_line.id, rest))
        self._apply(product, changes, standings)
        return changes

    # -- bills ---------------------------------------------------------------------

    def _settle_bills(self, lines):
        """``[(line, [Change])]`` of lines of bills, one after the other.

        What stands at the time is settled; nothing is written.
        """
        plan = []
        for company, some in lines.grouped("company_id").items():
            poster = self.with_company(company)
            some = some.with_company(company)
            standings = poster._read_standings(
                some.product_id, some.mapped(lambda item: item._backflush_order_line())
            )
            for line in some.sorted(lambda item: (item.move_id.id, item.id)):
                plan.append((line, poster._settle_bill(line, standings)))
        return plan

    def _settle_bill(self, line, standings):
        """The changes by one line of a bill or credit note."""
        product, order_line = line.product_id, line._backflush_order_line()
        step = line.company_currency_id.rounding
        own = line._backflush_billed_standing()
        matches, rest = self._settle(product, order_line, own, standings)
        changes = []
        for match in matches:
            price, exchange = match.own.amount - match.relief.amount, ZERO
            if line._backflush_is_in_currency_of(self._order_line(match.key)):
                price, exchange = difference(match, step)
            changes.append(self._change(match.key, match.relief, price, exchange))
        if rest.quantity:
            stays = line._backflush_standing_of(rest)
            price = rest.amount - stays.amount
            changes.append(self._change(order_line.id, stays, price))
        self._apply(product, changes, standings)
        return changes

    def _record_bill(self, document, plan):
        """Write into the subledger what a posted bill has settled."""
        postings = []
        for line, changes in plan:
            product = line.product_id
            policy = product._backflush_receipt_policy()
            postings += self._standing_postings(policy, product, changes)
            source = {"product_id": product.id}
            for kind in ("price", "exchange"):
                value = sum((getattr(change, kind) for change in changes), ZERO)
                if value:
                    account = line._backflush_difference_account(kind, value)
                    postings.append(Posting(kind, account, value, ZERO, source))
        self._record(document.company_id, document, document.date, postings)

    def _post_remainders(self, products):
        """What stands at no quantity any more leaves to the price variance.

        A bill that goes back to draft takes its own amount away; where it was settled
        together with others that leaves an amount without quantity.
        """
        standings = self._read_standings(products)
        for product in products:
            policy = product._backflush_receipt_policy()
            changes = [
                self._change(key, -stands)
                for key, stands in standings[product.id].items()
                if not stands.quantity
            ]
            postings = self._standing_postings(policy, product, changes)
            value = -sum((posting.amount for posting in postings), ZERO)
            if postings:
                account, source = policy.price_variance_account_id, postings[0].source
                postings.append(Posting("price", account, value, ZERO, source))
                self._create_entry(policy, postings, product.display_name)

    # -- what stands on the account ---------------------------------------------------

    def _read_standings(self, products, order_lines=None):
        """What stands on the accounts of these products; others wait their turn."""
        if order_lines:
            order_lines._backflush_guard()
        policies = self.env["backflush.costing.policy"]
        for product in products:
            policies |= product._backflush_receipt_policy()
        return self.env["backflush.posting.line"]._standings(
            policies.received_not_billed_account_id, products
        )

    def _settle(self, product, order_line, own, standings):
        step = exact(self.env.company.currency_id.rounding)
        return settle(standings[product.id], order_line.id or None, own, step)

    def _change(self, key, standing, price=ZERO, exchange=ZERO):
        return Change(self._order_line(key), standing, price, exchange)

    def _order_line(self, key):
        return self.env["purchase.order.line"].sudo().browse(key or ())

    def _apply(self, product, changes, standings):
        """Go on from what these changes leave."""
        of_product = standings[product.id]
        for change in changes:
            key = change.order_line.id or None
            stands = of_product.get(key)
            of_product[key] = stands + change.standing if stands else change.standing

    def _standing_postings(self, policy, product, changes):
        """The subledger's side of ``changes``."""
        return [
            Posting(
                "received",
                policy.received_not_billed_account_id,
                change.standing.amount,
                change.standing.quantity,
                {
                    "product_id": product.id,
                    "purchase_line_id": change.order_line.id,
                    "order_amount": float(change.standing.foreign),
                },
            )
            for change in changes
        ]
