from odoo import fields, models


class BackflushReconciliation(models.TransientModel):
    _inherit = "backflush.reconciliation"

    def _proofs(self, company):
        return [*super()._proofs(company), self._kanban_proof(company)]

    def _kanban_proof(self, company):
        """Invariant: no more containers than the loop has, none over-filled.

        One-off cards are containers beyond the number, by decision of a person.
        """
        cycles = self.env["backflush.control.cycle"].search(
            [("company_id", "=", company.id)]
        )
        return {
            "kind": "kanban",
            "name": self.env._("All %s control cycles keep their limit", len(cycles)),
            "failures": ", ".join(
                cycle.display_name for cycle in cycles if not cycle._keeps_limit()
            ),
        }


class BackflushReconciliationLine(models.TransientModel):
    _inherit = "backflush.reconciliation.line"

    kind = fields.Selection(
        selection_add=[("kanban", "Kanban")], ondelete={"kanban": "cascade"}
    )
