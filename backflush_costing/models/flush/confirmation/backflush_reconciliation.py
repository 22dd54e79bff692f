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
        lines = self.env["backflush.confirmation.line"]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH issued AS (
                    SELECT move.backflush_confirmation_line_id AS line_id,
                           SUM(CASE WHEN target.usage = 'production' THEN 1 ELSE -1 END
                               * item.quantity_product_uom) AS quantity
                      FROM stock_move move
                      JOIN stock_move_line item ON item.move_id = move.id
                      JOIN stock_location target ON target.id = item.location_dest_id
                     WHERE move.backflush_confirmation_line_id IS NOT NULL
                       AND item.state = 'done' AND move.company_id = %(company)s
                  GROUP BY 1),
                waiting AS (
                    SELECT confirmation_line_id AS line_id,
                           SUM(quantity_open + quantity_written_off) AS quantity
                      FROM backflush_error
                     WHERE company_id = %(company)s
                  GROUP BY 1)
                SELECT line.id
                  FROM backflush_confirmation_line line
             LEFT JOIN issued ON issued.line_id = line.id
             LEFT JOIN waiting ON waiting.line_id = line.id
                 WHERE line.company_id = %(company)s
                   AND abs(line.required_quantity + line.deviation_quantity
                           - COALESCE(issued.quantity, 0)
                           - COALESCE(waiting.quantity, 0)) > 0.000001""",
                company=company.id,
            )
        )
        failing = lines.browse(row[0] for row in rows).filtered("difference_quantity")
        return {
            "kind": "requirement",
            "name": self.env._(
                "All %s requirements are accounted for",
                lines.search_count([("company_id", "=", company.id)]),
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
        negative = negative.filtered(
            lambda q: q.product_uom_id.compare(q.quantity, 0) < 0
        )
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
