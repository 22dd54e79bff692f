from odoo import api, fields, models

from ...engine.numbers import ZERO, exact


class BackflushReconciliation(models.TransientModel):
    """Proof that requirement, stock, suspense and ledger agree.

    One line per inventory account and one per suspense account; each says what
    the ledger holds, what it should hold, which items lie between, and what
    nobody can explain. Rooms above add the proofs they own.
    """

    _name = "backflush.reconciliation"
    _description = "Backflush Reconciliation"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Company whose stock and ledger are compared.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    date = fields.Date(
        help="Compare at the end of this day; empty: now.",
    )
    line_ids = fields.One2many(
        "backflush.reconciliation.line",
        "reconciliation_id",
        readonly=True,
        help="One line per proof.",
    )
    unexplained = fields.Monetary(
        compute="_compute_unexplained",
        help="Sum of what no line can explain, signs ignored. Must be zero.",
    )
    is_proven = fields.Boolean(
        compute="_compute_unexplained", help="Whether every proof holds."
    )
    has_accounts = fields.Boolean(
        compute="_compute_unexplained",
        help="Whether any account is under a costing policy.",
    )

    @api.depends("line_ids.account_id", "line_ids.unexplained", "line_ids.is_proven")
    def _compute_unexplained(self):
        for report in self:
            rests = report.line_ids.mapped("unexplained")
            report.unexplained = sum(abs(rest) for rest in rests)
            report.has_accounts = bool(report.line_ids.account_id)
            report.is_proven = all(report.line_ids.mapped("is_proven"))

    @api.depends("company_id")
    def _compute_display_name(self):
        for report in self:
            report.display_name = self.env._(
                "Reconciliation of %s", report.company_id.name
            )

    @api.model_create_multi
    def create(self, vals_list):
        reports = super().create(vals_list)
        reports.action_refresh()
        return reports

    def action_refresh(self):
        """Compute the proofs anew."""
        for report in self:
            self.check_access("read")
            company = report.company_id.sudo()
            lines = report.with_company(company).sudo()._proofs(company)
            report.sudo().line_ids = [
                fields.Command.clear(),
                *(fields.Command.create(vals) for vals in lines),
            ]
        return True

    @api.model
    def action_open(self):
        """Open a fresh report of the current company."""
        report = self.create({})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reconciliation"),
            "res_model": self._name,
            "res_id": report.id,
            "view_mode": "form",
        }

    def _proofs(self, company):
        """Hook: values of the lines, one per proof; rooms above add theirs."""
        return self._ledger_proofs(company) + self._suspense_proofs(company)

    def _ledger_proofs(self, company):
        """Invariant: ledger balance = stock on the policy's basis ± listed items."""
        rows = company._backflush_positions(self.date)
        accounts = self.env["account.account"].union(*(row["account"] for row in rows))
        ledger = company._backflush_ledger_balances(accounts, self.date)
        roundings = company._backflush_roundings(accounts, self.date)
        return [
            self._ledger_proof(
                account,
                [row for row in rows if row["account"] == account],
                ledger[account],
                roundings[account],
            )
            for account in accounts
        ]

    def _ledger_proof(self, account, rows, balance, rounding):
        """Values of one inventory account's line."""

        def worth(name):
            return sum(
                (
                    row["values"][name] if "values" in row else row[name] * row["price"]
                    for row in rows
                ),
                ZERO,
            )

        expected = sum((row["expected"] for row in rows), ZERO) + rounding
        wrong = [row["product"].display_name for row in rows if row["missing_quantity"]]
        return {
            "kind": "ledger",
            "name": account.display_name,
            "account_id": account.id,
            "ledger_balance": float(balance),
            "stock_value": float(worth("on_hand")),
            "received_not_billed": float(-worth("received_not_billed")),
            "delivered_not_invoiced": float(worth("delivered_not_invoiced")),
            "in_process": float(worth("in_process")),
            "parked": float(-sum((row["parked"] for row in rows), ZERO)),
            "rounding": float(rounding),
            "unexplained": float(balance - expected),
            "failures": ", ".join(wrong[:10]),
        }

    def _suspense_proofs(self, company):
        """Invariant: suspense = the sum of the open error records' amounts."""
        policies = (
            self.env["backflush.costing.policy"]
            .search([("company_id", "=", company.id)])
            .filtered(lambda p: p._is_costed() and p._triggers().suspense)
        )
        accounts = policies.suspense_account_id
        ledger = company._backflush_ledger_balances(accounts, self.date)
        roundings = company._backflush_roundings(accounts, self.date)
        return [
            self._suspense_proof(company, account, ledger[account], roundings[account])
            for account in accounts
        ]

    def _suspense_proof(self, company, account, balance, rounding):
        """Values of one suspense account's line.

        Today's records count with their open quantity at today's standard, apart
        from what the subledger says; at a past date the subledger is the witness.
        """
        domain = [
            ("company_id", "=", company.id),
            ("account_id", "=", account.id),
            ("error_id", "!=", False),
        ]
        if self.date:
            domain.append(("date", "<=", self.date))
        rows = self.env["backflush.posting.line"]._read_group(
            domain, ["error_id"], ["amount:sum"]
        )
        if self.date:
            parked = -sum((exact(total) for _error, total in rows), ZERO)
        else:
            # A cutover may have moved a record to another account since.
            errors = (error for error, _total in rows)
            here = [e for e in errors if e._backflush_parking_account() == account]
            parked = sum((e._backflush_parked_amount() for e in here), ZERO)
        return {
            "kind": "suspense",
            "name": account.display_name,
            "account_id": account.id,
            "ledger_balance": float(balance),
            "parked": float(-parked),
            "rounding": float(rounding),
            "unexplained": float(balance + parked - rounding),
        }


class BackflushReconciliationLine(models.TransientModel):
    """One proof: what the ledger holds, what it should hold, and the rest."""

    _name = "backflush.reconciliation.line"
    _description = "Backflush Reconciliation Line"

    reconciliation_id = fields.Many2one(
        "backflush.reconciliation",
        required=True,
        ondelete="cascade",
        help="Report that the line belongs to.",
    )
    currency_id = fields.Many2one(
        related="reconciliation_id.currency_id", help="Currency of the amounts."
    )
    kind = fields.Selection(
        [("ledger", "Inventory account"), ("suspense", "Suspense account")],
        required=True,
        help="What the line proves.",
    )
    name = fields.Char("Proof Of", help="Account or statement that is proved.")
    account_id = fields.Many2one("account.account", help="Account that is proved.")
    ledger_balance = fields.Monetary("Ledger", help="Posted balance of the account.")
    stock_value = fields.Monetary(
        "Stock Carried",
        help="Quantity on hand at what the ledger carries per unit: the released "
        "standard, without a completion trigger its material.",
    )
    received_not_billed = fields.Monetary(
        help="In stock, its vendor bill not posted yet: not in the ledger."
    )
    delivered_not_invoiced = fields.Monetary(
        help="Delivered, not invoiced yet: still in the ledger."
    )
    in_process = fields.Monetary(
        help="Issued to orders that are not complete yet: out of stock, still in the "
        "ledger."
    )
    parked = fields.Monetary(
        "Open Error Records",
        help="Sum of the open records' amounts, a credit: on suspense, or where the "
        "trigger set has none on the account that holds the component.",
    )
    rounding = fields.Monetary(
        help="What rounding entries to the cent has added since the opening."
    )
    unexplained = fields.Monetary(help="What remains. Must be 0.00.")
    failures = fields.Char(help="Records for which the statement does not hold, named.")
    is_proven = fields.Boolean(
        "Holds", compute="_compute_is_proven", help="Whether the statement holds."
    )

    @api.depends("unexplained", "failures")
    def _compute_is_proven(self):
        for line in self:
            line.is_proven = not (
                line.currency_id.compare_amounts(line.unexplained, 0) or line.failures
            )

    def action_open_items(self):
        """Show the subledger lines behind the account."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "backflush.posting.line",
            "view_mode": "list,pivot",
            "domain": [
                ("company_id", "=", self.reconciliation_id.company_id.id),
                ("account_id", "=", self.account_id.id),
            ],
        }
