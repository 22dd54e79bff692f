from odoo import api, fields, models

from ...engine.numbers import ZERO, exact


class BackflushReconciliation(models.TransientModel):
    """Proof that consignment payable is what was used and not billed."""

    _inherit = "backflush.reconciliation"

    has_consigned = fields.Boolean(
        compute="_compute_has_consigned",
        help="Whether stock of somebody else is, or may be, used.",
    )

    @api.depends("line_ids.kind")
    def _compute_has_consigned(self):
        for report in self:
            report.has_consigned = "consigned" in report.line_ids.mapped("kind")

    def _proofs(self, company):
        return [*super()._proofs(company), *self._consigned_proofs(company)]

    def _consigned_proofs(self, company):
        """One line per account on which stock of somebody else is, or was, owed."""
        rows = company._backflush_consigned_rows(self.date)
        used = self.env["account.account"].union(
            *(row["account"] for row in rows if row["due"] or row["booked"]),
            *(
                row["account"]
                for row in rows
                if row["product"]._backflush_policy().flush_consigned
            ),
        )
        ledger = company._backflush_ledger_balances(used, self.date)
        roundings = company._backflush_roundings(used, self.date)
        return [
            self._consigned_proof(
                account,
                [row for row in rows if row["account"] == account],
                ledger[account],
                roundings[account],
            )
            for account in used
        ]

    def _consigned_proof(self, account, rows, balance, rounding):
        """Values of one consignment account's line."""
        owed = sum((row["expected"] for row in rows), ZERO)
        wrong = [
            row["product"].display_name
            for row in rows
            if row["product"].uom_id.compare(float(row["due"]), float(row["booked"]))
        ]
        return {
            "kind": "consigned",
            "name": account.display_name,
            "account_id": account.id,
            "ledger_balance": float(balance),
            "consigned": float(owed),
            "rounding": float(rounding),
            "unexplained": float(exact(balance) - owed - rounding),
            "failures": ", ".join(wrong[:10]),
        }


class BackflushReconciliationLine(models.TransientModel):
    _inherit = "backflush.reconciliation.line"

    kind = fields.Selection(
        selection_add=[("consigned", "Consignment payable")],
        ondelete={"consigned": "cascade"},
    )
    consigned = fields.Monetary(
        "Owed to Owners",
        help="Stock of somebody else that was used and is not billed yet, at standard: "
        "a credit. A debit: billed and not used yet.",
    )
