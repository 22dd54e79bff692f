from odoo import fields, models
from odoo.tools import SQL


class BackflushReconciliation(models.TransientModel):
    _inherit = "backflush.reconciliation"

    def _proofs(self, company):
        return [
            *super()._proofs(company),
            self._requirement_proof(company),
            self._stock_proof(company),
        ]

    def _requirement_proof(self, company):
        """Invariant: required + deviations = issued + open + written off."""
        lines = self.env["backflush.confirmation.line"].search(
            [("company_id", "=", company.id)]
        )
        failing = lines.filtered("difference_quantity")
        return {
            "kind": "requirement",
            "name": self.env._(
                "Every requirement is issued, open or written off (%s lines)",
                len(lines),
            ),
            "failures": ", ".join(
                f"{line.confirmation_id.display_name}: {line.product_id.display_name}"
                for line in failing[:10]
            ),
        }

    def _stock_proof(self, company):
        """Invariant: no stock is negative where flushes draw from."""
        self.env["stock.quant"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT quant.id FROM stock_quant quant
                     JOIN stock_location place ON place.id = quant.location_id
                    WHERE quant.company_id = %s AND place.usage = 'internal'
                      AND quant.quantity < 0""",
                company.id,
            )
        )
        negative = self.env["stock.quant"].browse(row[0] for row in rows)
        negative = negative.filtered(lambda q: q.product_uom_id.compare(q.quantity, 0) < 0)
        return {
            "kind": "stock",
            "name": self.env._("No stock is negative"),
            "failures": ", ".join(negative[:10].mapped("display_name")),
        }


class BackflushReconciliationLine(models.TransientModel):
    _inherit = "backflush.reconciliation.line"

    kind = fields.Selection(
        selection_add=[("requirement", "Requirement"), ("stock", "Stock")],
        ondelete={"requirement": "cascade", "stock": "cascade"},
    )
