from odoo import api, fields, models


class BackflushOpening(models.TransientModel):
    """Post the opening entry of a policy: ledger and stock agree from then on."""

    _name = "backflush.opening"
    _description = "Opening Entry"

    policy_id = fields.Many2one(
        "backflush.costing.policy",
        required=True,
        readonly=True,
        help="Policy whose inventory accounts are opened.",
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", help="Company of the entry."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    counterpart_account_id = fields.Many2one(
        "account.account",
        "Counterpart",
        required=True,
        domain="[('company_ids', 'parent_of', company_id)]",
        help="Account that held the stock so far, or an equity account.",
    )
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="Accounting date."
    )
    difference = fields.Monetary(
        "Still Unexplained",
        compute="_compute_difference",
        help="What separates the inventory accounts from the value of the stock now.",
    )

    @api.depends("policy_id")
    def _compute_difference(self):
        for wizard in self:
            company = wizard.company_id.sudo()
            rows = company._backflush_positions() if company else []
            policy = wizard.policy_id
            accounts = policy._inventory_accounts()
            ledger = company._backflush_ledger_balances(accounts) if company else {}
            expected = sum(
                row["expected"] for row in rows if row["account"] in accounts
            )
            wizard.difference = float(expected - sum(ledger.values()))

    def action_post(self):
        """Post, and show the entry."""
        self.ensure_one()
        entry = self.policy_id.post_opening(self.counterpart_account_id.id, self.date)
        if not entry:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": self.env._(
                        "Nothing to post: ledger and stock agree already."
                    ),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": entry.id,
            "view_mode": "form",
        }
