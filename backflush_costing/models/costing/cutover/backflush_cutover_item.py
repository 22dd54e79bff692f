import json

from odoo import fields, models


class BackflushCutoverItem(models.Model):
    """Something that stands open when a policy comes, changes or leaves."""

    _name = "backflush.cutover.item"
    _description = "Open Item of a Cutover"
    _order = "cutover_id, id"

    cutover_id = fields.Many2one(
        "backflush.cutover",
        required=True,
        index=True,
        ondelete="cascade",
        help="Cutover that the item belongs to.",
    )
    company_id = fields.Many2one(
        related="cutover_id.company_id", store=True, help="Company of the cutover."
    )
    currency_id = fields.Many2one(
        related="cutover_id.currency_id", help="Currency of the value."
    )
    name = fields.Char("What Stands Open", required=True, help="In words.")
    meaning = fields.Char(help="What the cutover does with it.")
    count = fields.Integer("Records", help="Number of records to look at.")
    value = fields.Monetary(help="What they are worth, at what the ledger carries.")
    is_blocking = fields.Boolean(
        "Must Be Settled", help="The cutover cannot be posted while this stands open."
    )
    res_model = fields.Char(help="Model of the records.")
    res_domain = fields.Char(help="Which records, as a domain.")

    def action_open(self):
        """Show the records."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "domain": json.loads(self.res_domain),
        }
