from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BackflushCostingPolicy(models.Model):
    """Stock of somebody else: whether it is flushed, and what is owed for it."""

    _inherit = "backflush.costing.policy"

    flush_consigned = fields.Boolean(
        "Flush Consigned Stock",
        tracking=True,
        help="Whether components of these categories that belong to somebody else may "
        "be used, once the company's own stock is used up. What is used credits "
        "consignment payable at standard, the owner's bill settles it. Off: stock of "
        "somebody else is never flushed.",
    )

    @api.constrains(
        "flush_consigned",
        "consignment_account_id",
        "rip_account_id",
        "fg_account_id",
        "material_clearing_account_id",
        "suspense_account_id",
        "trigger_set",
    )
    def _check_consignment_account(self):
        for policy in self.filtered("flush_consigned"):
            account = policy.consignment_account_id
            if not account:
                raise ValidationError(
                    self.env._(
                        "%s: flushing consigned stock needs a consignment payable "
                        "account. «Propose accounts» fills it from the chart of "
                        "accounts.",
                        policy.name,
                    )
                )
            others = policy._inventory_accounts()
            if account in others | policy.suspense_account_id:
                raise ValidationError(
                    self.env._(
                        "%s: consignment payable needs an account of its own.",
                        policy.name,
                    )
                )
