from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ...engine.element import split
from ...engine.numbers import ZERO, amount, exact
from ...engine.posting import Posting, variances

# Below this a variance is the last digit of an unrounded standard, not a fact.
NEGLIGIBLE = Decimal("0.0001")


class BackflushPoster(models.AbstractModel):
    """The one place that writes journal entries of a flush.

    Works on deltas: what the documents say less what the subledger holds
    already, at the standards of today. The same method therefore serves a
    completion, the work-off of an error record, edited done moves and unbuilds,
    and posting twice posts nothing. Everything posted in one call is merged into
    one entry per company, journal and date.
    """

    _name = "backflush.poster"
    _description = "Backflush Poster"

    # -- completions ---------------------------------------------------------

    def _post_completions(self, completions):
        """Post what is new in ``completions``; return the journal entries.

        All must belong to the current company.
        """
        lines = self.env["backflush.posting.line"]
        moves = self.env["stock.move"].union(*(c.moves for c in completions))
        errors = self.env["backflush.error"].union(*(c.errors for c in completions))
        valued = lines._valued_quantities(moves)
        suspense = lines._suspense(errors)
        products = self.env["product.product"].union(*(c.product for c in completions))
        standards = self.env["backflush.standard.cost"]._current(products)
        batches = defaultdict(list)
        waiting = self._weights(completions)
        for completion in completions:
            postings = self._completion_postings(
                completion,
                valued,
                suspense,
                standards.get(completion.product),
                waiting,
            )
            if postings:
                key = (completion.policy, completion.date)
                batches[key].append((completion, postings))
        entries = self.env["account.move"]
        for (policy, date), batch in batches.items():
            entries |= self._post_batch(policy, batch, date)
        self._update_amounts(errors)
        return entries

    def _weights(self, completions):
        """``{record: weight}`` over all documents that hold a part of it."""
        waiting = defaultdict(lambda: ZERO)
        for completion in completions:
            for record, part in (completion.parts or {}).items():
                waiting[record] += part
        return waiting

    def _post_batch(self, policy, batch, date=None):
        """One entry for the completions under one policy and on one date."""
        postings = [posting for _c, some in batch for posting in some]
        names = [completion.reference for completion, _some in batch]
        entry = self._create_entry(policy, postings, self._summary(names), date)
        moves = self.env["stock.move"].union(*(c.moves for c, _some in batch))
        moves.filtered(lambda m: m.state == "done").account_move_id = entry
        return entry

    def _summary(self, names):
        """A short reference for an entry that covers many documents."""
        names = list(dict.fromkeys(names))
        if len(names) <= 3:
            return ", ".join(names)
        return self.env._(
            "%(first)s … %(last)s (%(count)s orders)",
            first=names[0],
            last=names[-1],
            count=len(names),
        )

    def _completion_postings(self, completion, valued, suspense, standard, waiting):
        """The unrounded postings of one document; empty where nothing is new."""
        postings = self._move_postings(completion, valued, waiting)
        made = [posting for posting in postings if posting.kind == "finished"]
        output = sum((posting.amount for posting in made), ZERO)
        quantity = self._made_quantity(completion, made)
        postings += self._suspense_postings(completion, suspense, waiting)
        taken = output - sum((posting.amount for posting in postings), ZERO)
        worked = quantity + completion.scrapped
        rate = self._conversion_rate(completion, standard) if worked else ZERO
        # Without a completion trigger the sale allocates it; what is scrapped is
        # never sold.
        allocated = worked if completion.policy._capitalises() else completion.scrapped
        required = self._required_amount(completion, standard) if quantity else None
        prices = self._price_postings(completion, postings, standard)
        lost = amount(completion.scrapped * rate)
        result = variances(
            taken,
            required,
            amount(allocated * rate),
            output,
            **self._explained_amounts(completion, standard, prices, lost),
        )
        return [
            *postings,
            *prices,
            *self._conversion_postings(completion, allocated, standard),
            *self._variance_postings(completion, result),
            *self._presentation_postings(completion, postings, result, lost),
        ]

    def _made_quantity(self, completion, made):
        """Of the product itself, what the postings in ``made`` receive."""
        own = completion.product.id
        return sum(
            (p.quantity for p in made if p.source["product_id"] == own),
            ZERO,
        )

    def _conversion_rate(self, completion, standard):
        """This level's conversion per unit.

        :raises UserError: if the product has no released standard
        """
        if not standard:
            raise UserError(
                self.env._(
                    "%(product)s is costed by %(policy)s and has no released "
                    "standard cost. Roll it up and release it first.",
                    product=completion.product.display_name,
                    policy=completion.policy.name,
                )
            )
        return exact(standard.conversion_level)

    def _explained_amounts(self, completion, standard, prices, lost):
        """``{kind: amount}`` of what is known apart from usage.

        :param prices: postings of what components cost more or less
        :param lost: conversion of scrapped pieces
        """
        explained = self._deviation_amounts(completion, standard)
        explained["price"] = sum((posting.amount for posting in prices), ZERO)
        if lost:
            explained["scrap"] = explained.get("scrap", ZERO) + lost
        return explained

    def _price_postings(self, completion, postings, standard):
        """Hook: what components cost more than the prices that explain the rest.

        :param postings: what the documents issued, parked and received
        :param standard: released standard of the finished product, or None
        :return: postings on the components' price accounts, debit unfavourable
        """
        return []

    def _move_postings(self, completion, valued, waiting):
        """Inventory accounts: each done move's quantity not posted yet."""
        postings = []
        for move in completion.moves.filtered("product_id.is_storable"):
            held = exact(valued.get(move.id, ZERO))
            quantity = move._backflush_due_quantity() - held
            quantity = completion._part_of(move, quantity, waiting)
            if not quantity:
                continue
            valued[move.id] = held + quantity
            made = move._backflush_is_output()
            postings.append(
                Posting(
                    "finished" if made else "component",
                    move.product_id._get_product_accounts()["stock_valuation"],
                    amount(quantity * move._backflush_posting_cost()),
                    quantity,
                    {
                        **completion.links,
                        "product_id": move.product_id.id,
                        "stock_move_id": move.id,
                    },
                )
            )
        return postings

    def _suspense_postings(self, completion, suspense, waiting):
        """Suspense: what is open on each error record and not credited yet.

        Under sets without a suspense account it is a memo on the account that holds
        the component, which is credited as if it had been issued.
        """
        postings = []
        for error in completion.errors:
            if completion.required is None and error.id not in suspense:
                # Parked before the policy came: suspense never held it.
                continue
            held = exact(suspense.get(error.id, (ZERO, ZERO))[0])
            quantity = held - error._backflush_due_quantity()
            quantity = completion._part_of(error, quantity, waiting)
            if quantity:
                suspense[error.id] = (held - quantity, ZERO)
                if quantity < ZERO:
                    error._backflush_pin_cost(held)
                postings.append(
                    Posting(
                        "suspense",
                        completion.policy._parking_account(error.product_id),
                        amount(quantity * error._backflush_parking_cost()),
                        quantity,
                        {
                            **completion.links,
                            "product_id": error.product_id.id,
                            "error_id": error.id,
                        },
                    )
                )
        return postings

    def _required_amount(self, completion, standard):
        """What the bill of materials asks for, at today's standards."""
        if completion.required is None:
            return None
        return self._at_standard(completion.required, standard)

    def _deviation_amounts(self, completion, standard):
        """``{kind: amount}`` of the recorded deviations, at today's standards."""
        return {
            kind: self._at_standard(quantities, standard)
            for kind, quantities in (completion.deviations or {}).items()
        }

    def _at_standard(self, quantities, standard=None):
        """Amount of ``{component: quantity}`` at today's standards.

        :param standard: of the finished product: what components at actual cost are
            measured by; None for their present cost
        """
        return sum(
            (
                amount(exact(quantity) * product._backflush_reference_cost(standard))
                for product, quantity in quantities.items()
            ),
            ZERO,
        )

    def _conversion_postings(self, completion, quantity, standard):
        """Conversion allocated for ``quantity``, by cost element.

        The parts sum to exactly the quantity at this level's conversion.
        """
        if not quantity:
            return []
        whole = amount(quantity * exact(standard.conversion_level))
        source = {**completion.links, "product_id": completion.product.id}
        return [
            Posting(
                "conversion",
                completion.policy._conversion_account(),
                -part,
                -quantity,
                {**source, "cost_element": element},
            )
            for element, part in split(whole, standard._cost().level).items()
            if part
        ]

    def _variance_postings(self, completion, result):
        """What standards do not explain: it makes the entry balance."""
        policy, links = completion.policy, completion.links
        source = {**links, "product_id": completion.product.id}
        accounts = {
            "usage": policy.usage_variance_account_id,
            "difference": policy.inventory_difference_account_id,
            "scrap": policy.scrap_variance_account_id,
        }
        rows = [
            ("standard", policy._standard_account(), result.standard),
            ("scrap", policy.scrap_variance_account_id, result.scrap),
            (
                "substitution",
                policy.substitution_variance_account_id,
                result.substitution,
            ),
            (completion.rest, accounts[completion.rest], result.usage),
        ]
        return [
            Posting(
                kind if abs(value) > NEGLIGIBLE else "rounding",
                account,
                value,
                ZERO,
                source,
            )
            for kind, account, value in rows
            if value
        ]

    def _update_amounts(self, errors):
        """Keep each record's amount equal to what suspense holds for it."""
        held = self.env["backflush.posting.line"]._suspense(errors)
        errors._set_amounts(
            {error: float(held.get(error.id, (ZERO, ZERO))[1]) for error in errors}
        )
