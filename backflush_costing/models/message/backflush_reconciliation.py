from odoo import fields, models


class BackflushReconciliation(models.TransientModel):
    _inherit = "backflush.reconciliation"

    def _proofs(self, company):
        return [*super()._proofs(company), self._message_proof(company)]

    def _message_proof(self, company):
        """Invariant: what was accepted is done, waits, or is an open error record."""
        messages = self.env["backflush.message"].sudo()
        own = [("company_id", "=", company.id)]
        failed = messages.search([*own, ("state", "=", "failed")])
        lost = failed.filtered(lambda message: not message._open_failures())
        total = messages.with_context(active_test=False).search_count(
            [*own, ("conflict_of_id", "=", False)]
        )
        return {
            "kind": "message",
            "name": self.env._(
                "All %(total)s accepted messages are carried out, wait, or are one of "
                "%(failed)s open error records",
                total=total,
                failed=len(failed),
            ),
            "failures": ", ".join(lost.mapped("external_id")),
        }


class BackflushReconciliationLine(models.TransientModel):
    _inherit = "backflush.reconciliation.line"

    kind = fields.Selection(
        selection_add=[("message", "Messages")], ondelete={"message": "cascade"}
    )
