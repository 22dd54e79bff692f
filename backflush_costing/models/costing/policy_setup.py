from odoo import api, fields, models
from odoo.exceptions import ValidationError

# field: (name, account type). The names are what the accounts are created as.
PROPOSALS = {
    "rip_account_id": ("Raw and In-Process Inventory", "asset_current"),
    "fg_account_id": ("Finished Goods Inventory", "asset_current"),
    "conversion_control_account_id": ("Conversion Costs Control", "expense"),
    "conversion_allocated_account_id": ("Conversion Costs Allocated", "expense"),
    "material_clearing_account_id": ("Materials Clearing", "liability_current"),
    "suspense_account_id": ("Unissued Components (Suspense)", "liability_current"),
    "received_not_billed_account_id": (
        "Goods Received, Not Billed",
        "liability_current",
    ),
    "price_variance_account_id": ("Purchase Price Variance", "expense_direct_cost"),
    "material_overhead_account_id": ("Material Overhead Absorbed", "expense"),
    "usage_variance_account_id": ("Material Usage Variance", "expense_direct_cost"),
    "substitution_variance_account_id": (
        "Substitution Variance",
        "expense_direct_cost",
    ),
    "scrap_variance_account_id": ("Scrap Variance", "expense_direct_cost"),
    "standard_variance_account_id": (
        "Outdated Standard Variance",
        "expense_direct_cost",
    ),
    "conversion_variance_account_id": ("Conversion Variance", "expense_direct_cost"),
    "inventory_difference_account_id": ("Inventory Difference", "expense"),
    "revaluation_account_id": ("Inventory Revaluation", "expense"),
    "proration_account_id": ("Prorated Cost Adjustments", "asset_current"),
    "consignment_account_id": ("Consignment Payable", "liability_current"),
}


class BackflushCostingPolicy(models.Model):
    _inherit = "backflush.costing.policy"

    lacks_accounts = fields.Boolean(
        compute="_compute_lacks_accounts",
        help="Whether an account is missing without which no entry can be made.",
    )

    @api.depends("trigger_set", "purchase_event", *PROPOSALS)
    def _compute_lacks_accounts(self):
        for policy in self:
            policy.lacks_accounts = policy._is_costed() and not all(
                policy[name] for name in policy._required_accounts()
            )

    def action_propose_accounts(self):
        """Fill empty accounts: the chart's account of that name, else a new one.

        New accounts are numbered after the last account of their type, so that
        they fit into any chart.
        """
        for policy in self:
            for name, (label, account_type) in PROPOSALS.items():
                if not policy[name]:
                    policy[name] = policy._propose_account(label, account_type)
        return True

    def _backflush_lacks_accounts(self):
        """Whether there is something for :meth:`action_propose_accounts` to fill."""
        return any(not policy[name] for policy in self for name in PROPOSALS)

    def _propose_account(self, label, account_type):
        """Find or create the company's account called ``label``."""
        self.ensure_one()
        # Whoever may edit the policy may let it have its accounts.
        self.check_access("write")
        accounts = self.env["account.account"].sudo().with_company(self.company_id)
        domain = [
            ("company_ids", "in", self.company_id.ids),
            ("account_type", "=", account_type),
        ]
        found = accounts.search([*domain, ("name", "=", label)], limit=1)
        if found:
            return found
        last = accounts.search(domain, order="code desc", limit=1)
        code = accounts._search_new_account_code(last.code or "100000")
        return accounts.create(
            {
                "name": label,
                "code": code,
                "account_type": account_type,
                "company_ids": self.company_id.ids,
            }
        )

    def _configure_company(self):
        """Set what the policy needs beside the category; return the changes."""
        self.ensure_one()
        company = self.company_id
        changes = []
        if not company.anglo_saxon_accounting:
            company.sudo().anglo_saxon_accounting = True
            changes.append(
                self.env._(
                    "%s: Anglo-Saxon accounting on, so that price differences "
                    "leave the inventory account",
                    company.name,
                )
            )
        return changes + self._configure_locations()

    def _configure_locations(self):
        """Give counts and scrap an account, and keep production without one."""
        locations = self.env["stock.location"].search(
            [("company_id", "=", self.company_id.id)]
        )
        production = locations.filtered(
            lambda place: place.usage == "production" and place.valuation_account_id
        )
        if production:
            raise ValidationError(
                self.env._(
                    "%(location)s has the account %(account)s: Odoo would post "
                    "consumption a second time beside %(policy)s. Empty the "
                    "account on the location first.",
                    location=production[0].display_name,
                    account=production[0].valuation_account_id.display_name,
                    policy=self.name,
                )
            )
        losses = locations.filtered(
            lambda place: place.usage == "inventory" and not place.valuation_account_id
        )
        losses.sudo().valuation_account_id = self.inventory_difference_account_id
        return [
            self.env._(
                "%(location)s: differences go to %(account)s",
                location=location.display_name,
                account=self.inventory_difference_account_id.display_name,
            )
            for location in losses
        ]

    def post_opening(self, counterpart_account_id, date=None):
        """Bring the inventory accounts to the value of the stock, product by product.

        The opening entry of a plant that starts with stock on hand: what the
        reconciliation cannot explain is posted against ``counterpart_account_id``
        and recorded in the subledger, so that every later difference is new.

        :param int counterpart_account_id: account that held the stock so far, or
            an equity account
        :param date: accounting date; today when empty
        :return: the posted entry, empty where there was nothing to post
        """
        self.ensure_one()
        self.check_access("write")
        counterpart = self.env["account.account"].browse(counterpart_account_id)
        rows = self.company_id.sudo()._backflush_positions()
        return (
            self.env["backflush.poster"]
            .sudo()
            ._post_opening(
                self, counterpart, rows, date or fields.Date.context_today(self)
            )
        )
