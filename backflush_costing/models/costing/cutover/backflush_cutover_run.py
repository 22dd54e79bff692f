from collections import defaultdict
from itertools import zip_longest

from odoo import fields, models

from ....engine.numbers import ZERO
from ..cutover_guard import KEY, TOKEN


class Undone(Exception):
    """A preview has seen what it wanted; the set-up goes back."""


class BackflushCutover(models.Model):
    """Doing it, for good or to see what it would do."""

    _inherit = "backflush.cutover"

    def _is_chosen(self):
        """Whether there is anything to do."""
        self.ensure_one()
        if self.kind == "enter":
            return bool(self.material_categ_ids | self.finished_categ_ids)
        if self.kind == "change":
            return self.trigger_set not in (False, self.policy_id.trigger_set)
        return bool(self._categories())

    def _categories(self):
        """The product categories that the cutover concerns."""
        self.ensure_one()
        if self.kind == "enter":
            return self.material_categ_ids | self.finished_categ_ids
        categories = self.env["product.category"].with_company(self.company_id)
        under = categories.search(
            [("property_backflush_policy_id", "=", self.policy_id.id)]
        )
        if self.kind == "leave" and self.leaving_categ_ids:
            return under & self.leaving_categ_ids
        return under

    def _products(self):
        """Storable products of these categories; kits hold no stock of their own."""
        categories = self._categories().with_company(self.company_id)
        products = categories.with_context(active_test=False)._backflush_storable()
        return products.filtered(lambda product: not product.is_kits)

    # -- preview -----------------------------------------------------------------

    def _preview(self):
        """Do it, take down the lines, and undo it."""
        self._refresh_items()
        vals_list = []
        if self._is_chosen() and self.policy_id._is_costed():
            try:
                with self.env.cr.savepoint():
                    vals_list, _postings = self._run(self._products(), self._apply)
                    raise Undone
            except Undone:
                self.env.invalidate_all(flush=False)
        self._write_lines(vals_list)

    def _write_lines(self, vals_list):
        self.line_ids = [
            fields.Command.clear(),
            *(
                fields.Command.create({"sequence": number, **vals})
                for number, vals in enumerate(vals_list)
            ),
        ]

    # -- for good ----------------------------------------------------------------

    def _post(self):
        """Change the set-up and post; what was shown is what was done."""
        before, policy = self._setup(), self.policy_id
        vals_list, postings = self._run(self._products(), self._apply)
        entry = self._post_entry(postings, self.display_name)
        self.write(
            {
                "before": before,
                "move_id": entry.id,
                "date": self.company_id._backflush_today(),
            }
        )
        self._write_lines(vals_list)
        self.unexplained = self._unexplained()
        policy.message_post(
            body=self.env._("%(cutover)s, by cutover", cutover=self.display_name)
        )

    def _reverse(self):
        """The set-up that was found comes back; stock moves at today's values."""
        products = self._products()
        if self.kind == "leave":
            categories = self._categories_before().with_context(active_test=False)
            products = categories._backflush_storable()
            products = products.filtered(lambda product: not product.is_kits)
        _vals, postings = self._run(products, self._restore)
        entry = self._post_entry(
            postings, self.env._("Reversal: %s", self.display_name)
        )
        self.reversal_move_id = entry
        self.unexplained = self._unexplained()

    def _post_entry(self, postings, reference):
        poster = self.env["backflush.poster"]
        return poster._post_cutover(
            self.policy_id, postings, self.difference_account_id, reference
        )

    def _unexplained(self):
        """What the reconciliation says now."""
        report = self.env["backflush.reconciliation"].create(
            {"company_id": self.company_id.id}
        )
        return report.unexplained

    def _run(self, products, change):
        """``(line values, postings)`` of a change of the set-up, which is made.

        :param products: everything that it may move
        :param change: makes it
        """
        poster = self.env["backflush.poster"].sudo()
        products = products.with_company(self.company_id)
        before = poster._read_books(products)
        change(self.with_context(**{KEY: TOKEN}))
        self.env.flush_all()
        self.env.invalidate_all()
        after = poster._due_books(products, before)
        postings = poster._cutover_postings(before, after)
        return self._line_vals(before, after, postings), postings

    # -- the set-up ----------------------------------------------------------------

    def _setup(self):
        """What a reversal brings back."""
        categories = self._categories().with_company(self.company_id)
        return {
            "trigger_set": self.policy_id.trigger_set,
            "categories": [
                [
                    category.id,
                    category.property_backflush_policy_id.id,
                    category.property_backflush_role,
                ]
                for category in categories
            ],
        }

    @staticmethod
    def _apply(cutover):
        """Make the change."""
        if cutover.kind == "change":
            cutover.policy_id.trigger_set = cutover.trigger_set
            return
        policy = cutover.policy_id if cutover.kind == "enter" else False
        for category in cutover._categories().with_company(cutover.company_id):
            vals = {"property_backflush_policy_id": policy and policy.id}
            if policy:
                is_finished = category in cutover.finished_categ_ids
                vals["property_backflush_role"] = (
                    "finished" if is_finished else "material"
                )
            category.write(vals)

    @staticmethod
    def _restore(cutover):
        """Make the change that takes it back."""
        if cutover.kind == "change":
            cutover.policy_id.trigger_set = cutover.before["trigger_set"]
            return
        found = cutover._categories_before()
        for category_id, policy_id, role in cutover.before["categories"]:
            category = found.browse(category_id)
            if category in found:
                category.write(
                    {
                        "property_backflush_policy_id": policy_id,
                        "property_backflush_role": role,
                    }
                )

    def _categories_before(self):
        """The categories that it concerned, as far as they are there still."""
        ids = [category_id for category_id, _policy, _role in self.before["categories"]]
        categories = self.env["product.category"].with_company(self.company_id)
        return categories.browse(ids).exists()

    # -- what is shown -------------------------------------------------------------

    def _line_vals(self, before, after, postings):
        """Values of the lines: from where, to where, and what it differs by."""
        return [
            *self._stock_vals(before, after),
            *self._pair_vals("parked", before.parked, after.parked),
            *self._pair_vals("received", before.received, after.received),
            *self._rest_vals(before, after, postings),
        ]

    def _stock_vals(self, before, after):
        """Per product: Odoo's value, or the ledger's, of what is moved."""
        kept = set(after.outside)
        old = {
            **before.held,
            **{k: v for k, v in before.outside.items() if k not in kept},
        }
        gone = set(before.outside)
        new = {
            **after.held,
            **{k: v for k, v in after.outside.items() if k not in gone},
        }
        return self._pair_vals("stock", old, new)

    def _pair_vals(self, kind, old, new):
        """One line per product, and account where there are several."""
        sides = defaultdict(lambda: ([], []))
        for number, books in enumerate((old, new)):
            sums = defaultdict(lambda: [ZERO, ZERO])
            for key, (quantity, value) in books.items():
                record, account = key[0], key[1]
                is_error = record._name == "backflush.error"
                product = record.product_id if is_error else record
                sums[product, account][0] += quantity
                sums[product, account][1] += value
            for (product, account), (quantity, value) in sums.items():
                sides[product][number].append((account, quantity, value))
        nothing = (self.env["account.account"], ZERO, ZERO)
        return [
            {
                "kind": kind,
                "product_id": product.id,
                "quantity": float(to[1]),
                "old_account_id": origin[0].id,
                "old_value": float(origin[2]),
                "new_account_id": to[0].id,
                "new_value": float(to[2]),
                "difference": float(to[2] - origin[2]),
            }
            for product, (olds, news) in sides.items()
            for origin, to in zip_longest(olds, news, fillvalue=nothing)
            if (origin[2] or to[2]) and (origin[0], origin[2]) != (to[0], to[2])
        ]

    def _rest_vals(self, before, after, postings):
        """What accounts held beside: of Odoo's own accounts, and roundings."""
        rests = defaultdict(lambda: ZERO)
        for posting in postings:
            if posting.kind in ("previous", "rounding") and not posting.source:
                rests[posting.kind, posting.account] += posting.amount
        moved = {product for product, _account in after.outside}
        for (product, account), (_quantity, value) in before.outside.items():
            if product not in moved:
                rests["previous", account] += value
        kinds = {"previous": "rest", "rounding": "rounding"}
        return [
            {
                "kind": kinds[kind],
                "old_account_id": account.id,
                "old_value": float(-value),
                "difference": float(value),
            }
            for (kind, account), value in rests.items()
            if value
        ]
