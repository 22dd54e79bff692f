from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError

from ....engine.numbers import ZERO, exact
from ....engine.posting import Posting
from ....engine.settlement import settle
from ..backflush_posting_line import INVENTORY_KINDS


class BackflushPeriodClose(models.Model):
    """The figures of a close, and its entries."""

    _inherit = "backflush.period.close"

    def _figures(self):
        """Values of the lines: one settlement per group of policies."""
        self.ensure_one()
        policies = self.env["backflush.costing.policy"].search(
            [("company_id", "=", self.company_id.id)]
        )
        return [
            vals
            for group in policies._conversion_groups()
            for vals in self._settlement_vals(group)
        ]

    def _settlement_vals(self, policies):
        """The settlement of policies that share their conversion accounts."""
        self._check_group(policies)
        ledger = self.company_id._backflush_ledger_balances(
            policies._conversion(), self.date
        )
        control = sum((ledger[a] for a in policies.conversion_control_account_id), ZERO)
        allocated = sum(
            (ledger[a] for a in policies.conversion_allocated_account_id), ZERO
        )
        if not control and not allocated:
            return []
        sold, stock = self._contents(policies)
        result = settle(
            control, allocated, sold, stock, exact(self.currency_id.rounding)
        )
        rows = [
            ("allocated", a, -ledger[a], ZERO)
            for a in policies.conversion_allocated_account_id
        ]
        rows += [
            ("control", a, -ledger[a], ZERO)
            for a in policies.conversion_control_account_id
        ]
        rows += [("cogs", a, value, sold[a]) for a, value in result.sold.items()]
        account = policies.proration_account_id[:1]
        rows.append(("proration", account, result.stock, stock))
        return [
            {
                "sequence": sequence,
                "policy_id": policies[0].id,
                "kind": kind,
                "account_id": account.id,
                "content": float(content),
                "amount": float(value),
            }
            for sequence, (kind, account, value, content) in enumerate(rows)
            if value
        ]

    def _check_group(self, policies):
        """Policies that share an account must dispose of it alike."""
        ways = set(policies.mapped(lambda p: (p.disposition, p.proration_base)))
        if len(ways) > 1:
            raise UserError(
                self.env._(
                    "%s share their conversion accounts and dispose of the difference "
                    "differently: choose one way, or give them accounts of their own.",
                    ", ".join(policies.mapped("name")),
                )
            )
        if policies[0].disposition == "prorate" and not policies.proration_account_id:
            raise UserError(
                self.env._(
                    "%s prorates and has no account for it. «Propose Accounts» fills "
                    "it.",
                    policies[0].name,
                )
            )

    # -- what the difference is distributed by ------------------------------------

    def _contents(self, policies):
        """``({cost account: content of what was sold}, content of the stock)``."""
        sold = defaultdict(lambda: ZERO)
        stock = ZERO
        prorates = policies[0].disposition == "prorate"
        sales, held = self._sold_quantities(), self._held_quantities()
        products = self._made_products(policies)
        versions = products._backflush_versions_at(self._end())
        for product in products:
            version = versions.get(product)
            if not version:
                continue
            quantity = sales.get(product.id)
            if quantity:
                account = product._get_product_accounts()["expense"]
                sold[account] += quantity * self._unit_content(version, policies[0])
            if prorates:
                share = self._carried_content(product, version, policies[0])
                stock += held.get(product.id, ZERO) * share
        if not sold:
            sold[self._default_cost_account(policies)] = ZERO
        return dict(sold), stock

    def _made_products(self, policies):
        """Products of these policies that contain conversion cost."""
        standards = self.env["backflush.standard.cost"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "released"),
                ("conversion", ">", 0),
            ]
        )
        return standards.product_id.filtered(
            lambda product: product._backflush_policy() in policies
        )

    def _unit_content(self, version, policy):
        """What one sold unit contains, by the policy's base."""
        whole = policy.proration_base == "total"
        return exact(version.total if whole else version.conversion)

    def _carried_content(self, product, version, policy):
        """What one unit in stock contains of what was capitalised."""
        in_full = product._backflush_policy()._capitalises()
        carried = exact(version.conversion if in_full else version.conversion_credited)
        if policy.proration_base == "total" and carried:
            return exact(version.total if in_full else version.inventory_cost)
        return carried

    def _end(self):
        return self.company_id._backflush_end_of_day(self.date)

    def _sold_quantities(self):
        """``{product id: quantity}`` invoiced in the period, credit notes deducted."""
        domain = [("kind", "=", "cogs"), ("date", "<=", self.date)]
        if self.date_from:
            domain.append(("date", ">=", self.date_from))
        return {p: -quantity for p, quantity in self._quantities(domain).items()}

    def _held_quantities(self):
        """``{product id: quantity}`` that inventory accounts hold at the end."""
        return self._quantities(
            [
                ("kind", "in", INVENTORY_KINDS),
                ("error_id", "=", False),
                ("date", "<=", self.date),
            ]
        )

    def _quantities(self, domain):
        rows = self.env["backflush.posting.line"]._read_group(
            [("company_id", "=", self.company_id.id), *domain],
            ["product_id"],
            ["quantity:sum"],
        )
        return {product.id: exact(quantity) for product, quantity in rows}

    def _default_cost_account(self, policies):
        """Where nothing was sold: the cost account of what the policies make."""
        categories = self.env["product.category"].search(
            [("property_backflush_policy_id", "in", policies.ids)]
        )
        finished = categories.filtered(
            lambda category: category.property_backflush_role == "finished"
        )
        account = (finished or categories)[:1].property_account_expense_categ_id
        if not account:
            raise UserError(
                self.env._(
                    "%s: nothing was sold, and the product categories name no expense "
                    "account that could take the difference.",
                    policies[0].name,
                )
            )
        return account

    # -- entries -------------------------------------------------------------------

    def _post_lines(self, lines, date, sign):
        """One entry per policy's journal, with the lines' amounts times ``sign``."""
        for policy, some in lines.grouped("policy_id").items():
            postings = [
                Posting("close", line.account_id, sign * exact(line.amount), ZERO, {})
                for line in some
            ]
            self._post_entry(policy, postings, date)

    def _post_proration_reversal(self, date, sign=-1):
        """The share of the stock goes back to cost of goods sold."""
        for policy, some in self.line_ids.grouped("policy_id").items():
            share = some.filtered(lambda line: line.kind == "proration")
            costs = some.filtered(lambda line: line.kind == "cogs")
            if share:
                account = costs.account_id[:1] or self._default_cost_account(policy)
                value = sign * exact(share.amount)
                self._post_entry(
                    policy,
                    [
                        Posting("close", share.account_id, value, ZERO, {}),
                        Posting("close", account, -value, ZERO, {}),
                    ],
                    date,
                )

    def _post_entry(self, policy, postings, date):
        entry = self.env["backflush.poster"]._create_entry(
            policy, postings, self.env._("Period close %s", self.display_name), date
        )
        entry.backflush_period_close_id = self

    def _reverse_entries(self, date):
        """Post the negative of what was posted, prorated share included."""
        self._post_lines(self.line_ids, date or self.date, -1)
        first = self.line_ids.filtered(lambda line: line.kind == "proration")
        if first:
            entries = self.move_ids.filtered(lambda m: m.date > self.date)
            self._post_proration_reversal(date or max(entries.mapped("date")), 1)
