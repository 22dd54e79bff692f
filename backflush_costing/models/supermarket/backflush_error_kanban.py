from odoo import api, fields, models


class BackflushError(models.Model):
    """A container that nothing supplies any more is a record of the queue, too."""

    _inherit = "backflush.error"

    kanban_id = fields.Many2one(
        "backflush.kanban",
        "Kanban Card",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Card whose supply failed. A retry asks for the container again.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """What was not ordered is in no ledger: it does not hold the close up."""
        for vals in vals_list:
            if vals.get("kanban_id"):
                vals.setdefault("severity", "recommended")
        return super().create(vals_list)

    def _failed_cards(self):
        """Cards that these records are the failed supply of."""
        return self.filtered(lambda error: error._is_failure()).sudo().kanban_id

    def _retry(self):
        """Ask for these containers again."""
        cards = self._failed_cards()
        if cards:
            cards.action_supply_again()
        return super()._retry()

    @api.model
    def _retry_due_failures(self, page):
        """Cards that somebody has left to the background."""
        due = self.sudo().search(
            [
                ("state", "in", ("open", "in_process")),
                ("kanban_id", "!=", False),
                ("date_due", "!=", False),
            ],
            limit=page,
        )
        missed = False
        for error in due:
            missed |= not error.with_company(error.company_id)._retry_failure()
        return super()._retry_due_failures(page) or missed
