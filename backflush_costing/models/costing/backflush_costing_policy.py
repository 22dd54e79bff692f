from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.triggers import TRIGGER_SETS
from .cutover_guard import cutting_over

COSTED_SETS = tuple(TRIGGER_SETS)

# Accounts whose balance the reconciliation proves.
HOLDING_ACCOUNTS = (
    "rip_account_id",
    "fg_account_id",
    "material_clearing_account_id",
    "suspense_account_id",
    "consignment_account_id",
    "received_not_billed_account_id",
)


class BackflushCostingPolicy(models.Model):
    """When production is journalised, and on which accounts.

    A policy is set on product categories. The component's policy says which
    inventory account the component is credited from; the finished product's
    policy says at which trigger points entries are made and where variances go.
    """

    _name = "backflush.costing.policy"
    _description = "Backflush Costing Policy"
    _inherit = ["mail.thread"]
    _order = "company_id, name"
    _check_company_auto = True

    name = fields.Char(
        required=True, translate=True, help="What the plant calls this way of costing."
    )
    active = fields.Boolean(default=True, help="Archive a policy that is not used.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company whose ledger the policy posts to.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the company."
    )
    trigger_set = fields.Selection(
        [
            ("purchase_completion_sale", "Purchase, completion, sale"),
            ("purchase_sale", "Purchase, sale"),
            ("completion_sale", "Completion, sale"),
            ("sale", "Sale"),
            ("none", "None: Odoo's own sequential costing"),
        ],
        required=True,
        default="purchase_completion_sale",
        tracking=True,
        help="The events that are journalised. With the purchase, materials enter raw "
        "and in-process inventory by the vendor bill; without it bills go to the "
        "materials clearing account. With the completion, the completed order moves "
        "material and allocated conversion cost to finished goods; without it the "
        "product stays in inventory at its material, and conversion is allocated "
        "when it is sold. The customer invoice always moves the product to cost of "
        "goods sold.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain=[("type", "=", "general")],
        help="Journal of the entries; empty: the company's stock journal. A "
        "journal of its own lets a line number its entries without waiting for "
        "other lines.",
    )
    rip_account_id = fields.Many2one(
        "account.account",
        "Raw and In-Process",
        check_company=True,
        tracking=True,
        help="Inventory account of components and sub-assemblies.",
    )
    fg_account_id = fields.Many2one(
        "account.account",
        "Finished Goods",
        check_company=True,
        tracking=True,
        help="Inventory account of finished goods.",
    )
    conversion_control_account_id = fields.Many2one(
        "account.account",
        "Conversion Control",
        check_company=True,
        tracking=True,
        help="Collects the conversion costs incurred: wages, machines, overhead.",
    )
    conversion_allocated_account_id = fields.Many2one(
        "account.account",
        "Conversion Allocated",
        check_company=True,
        tracking=True,
        help="Credited with the standard conversion cost of what was completed.",
    )
    material_clearing_account_id = fields.Many2one(
        "account.account",
        "Materials Clearing",
        check_company=True,
        tracking=True,
        help="Takes vendor bills where the purchase is not a trigger point.",
    )
    suspense_account_id = fields.Many2one(
        "account.account",
        "Unissued Components",
        check_company=True,
        tracking=True,
        help="Suspense: what completed products consumed according to the report "
        "and stock could not supply. Its balance is the sum of the open error "
        "records.",
    )
    price_variance_account_id = fields.Many2one(
        "account.account",
        "Purchase Price Variance",
        check_company=True,
        tracking=True,
        help="Difference between the vendor bill and the standard.",
    )
    usage_variance_account_id = fields.Many2one(
        "account.account",
        "Usage Variance",
        check_company=True,
        tracking=True,
        help="More or less consumed than the bill of materials asks for.",
    )
    substitution_variance_account_id = fields.Many2one(
        "account.account",
        "Substitution Variance",
        check_company=True,
        tracking=True,
        help="Price effect of approved substitutes.",
    )
    scrap_variance_account_id = fields.Many2one(
        "account.account",
        "Scrap Variance",
        check_company=True,
        tracking=True,
        help="Scrap beyond what the standard plans.",
    )
    standard_variance_account_id = fields.Many2one(
        "account.account",
        "Outdated Standard",
        check_company=True,
        tracking=True,
        help="The finished good's standard is older than its bill of materials, "
        "its routing or its components' standards.",
    )
    conversion_variance_account_id = fields.Many2one(
        "account.account",
        "Conversion Variance",
        check_company=True,
        tracking=True,
        help="Under- or over-allocated conversion cost at the period's end.",
    )
    inventory_difference_account_id = fields.Many2one(
        "account.account",
        "Inventory Difference",
        check_company=True,
        tracking=True,
        help="Counts and scrap: stock that was lost or found.",
    )
    revaluation_account_id = fields.Many2one(
        "account.account",
        "Revaluation",
        check_company=True,
        tracking=True,
        help="Effect of a new standard on what is in stock.",
    )
    proration_account_id = fields.Many2one(
        "account.account",
        "Prorated Adjustments",
        check_company=True,
        tracking=True,
        help="Share of under- or over-allocated cost that belongs to stock; kept "
        "outside the stock valuation so that stock stays at standard.",
    )
    consignment_account_id = fields.Many2one(
        "account.account",
        "Consignment Payable",
        check_company=True,
        tracking=True,
        help="Credited when stock of a supplier is consumed.",
    )
    disposition = fields.Selection(
        [("cogs", "Cost of goods sold"), ("prorate", "Prorate over stock and sales")],
        required=True,
        default="cogs",
        tracking=True,
        help="Where the difference between incurred and allocated conversion cost "
        "goes at the period's end.",
    )
    category_count = fields.Integer(
        compute="_compute_category_count",
        help="Number of product categories under this policy.",
    )

    _name_company_uniq = models.UniqueIndex(
        "(company_id, name)", "A policy of this name exists in the company already."
    )

    def _compute_category_count(self):
        category = self.env["product.category"].sudo()
        for policy in self:
            policy.category_count = category.with_company(
                policy.company_id
            ).search_count([("property_backflush_policy_id", "=", policy.id)])

    @api.constrains(*HOLDING_ACCOUNTS, "trigger_set")
    def _check_inventory_accounts(self):
        """Odoo's closing would rebook an inventory account with an expense account."""
        for policy in self:
            inventory = policy._inventory_accounts() or (
                policy.rip_account_id | policy.fg_account_id
            )
            rebooked = inventory.filtered("account_stock_expense_id")
            if rebooked:
                raise ValidationError(
                    self.env._(
                        "%(accounts)s: remove the stock expense account, Odoo's "
                        "closing would rebook the balance.",
                        accounts=", ".join(rebooked.mapped("display_name")),
                    )
                )
            if policy.suspense_account_id & inventory:
                raise ValidationError(
                    self.env._("%s: suspense needs an account of its own.", policy.name)
                )

    def write(self, vals):
        decided = {"trigger_set", "company_id", *HOLDING_ACCOUNTS} & set(vals)
        if decided and not cutting_over(self.env):
            self._check_unused(vals)
        res = super().write(vals)
        used = self.filtered("category_count")
        if {"trigger_set", *HOLDING_ACCOUNTS} & set(vals):
            used._reconfigure_categories()
        if any(
            name in ("trigger_set", "active") or name.endswith("_account_id")
            for name in vals
        ):
            used._check_ready()
        archived = used.filtered(lambda policy: not policy.active)
        if archived:
            raise ValidationError(
                self.env._(
                    "%s still costs product categories: take it off them before "
                    "archiving it.",
                    archived[0].name,
                )
            )
        return res

    def _check_unused(self, vals):
        """Refuse to leave balances behind on accounts that the proof no longer sees."""
        for policy in self:
            accounts = [
                policy[name]
                for name in HOLDING_ACCOUNTS
                if name in vals and policy[name].id != vals[name]
            ]
            if {"trigger_set", "company_id"} & set(vals):
                accounts = [policy[name] for name in HOLDING_ACCOUNTS]
            lines = self.env["backflush.posting.line"].sudo()
            held = lines._read_group(
                [
                    ("account_id", "in", [account.id for account in accounts]),
                    ("company_id", "=", policy.company_id.id),
                ],
                ["account_id"],
                ["amount:sum"],
            )
            for account, amount in held:
                if not policy.currency_id.is_zero(amount):
                    raise ValidationError(
                        self.env._(
                            "%(policy)s: %(account)s still holds %(amount)s of the "
                            "subledger. Bring stock and open error records to zero "
                            "before you change this, or change it by a cutover.",
                            policy=policy.name,
                            account=account.display_name,
                            amount=policy.currency_id.format(amount),
                        )
                    )

    def _check_ready(self):
        """Refuse to cost anything by a policy that cannot make its entries."""
        for policy in self.filtered(lambda p: p._is_costed()):
            missing = [
                self._fields[name].string
                for name in policy._required_accounts()
                if not policy[name]
            ]
            if not policy._journal():
                missing.append(self._fields["journal_id"].string)
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(policy)s still needs: %(missing)s. «Propose accounts» "
                        "fills them from the chart of accounts.",
                        policy=policy.name,
                        missing=", ".join(missing),
                    )
                )

    def _is_costed(self):
        """Whether this policy makes entries of its own."""
        return len(self) == 1 and self.trigger_set in COSTED_SETS

    def _journal(self):
        """Journal of this policy's entries."""
        self.ensure_one()
        return self.journal_id or self.company_id.account_stock_journal_id

    @api.model
    def _companies(self):
        """Companies in which a category is under a costed policy."""
        policies = self.sudo().search([("trigger_set", "in", COSTED_SETS)])
        return policies.filtered("category_count").company_id

    def action_open_cutovers(self):
        """Show the cutovers of this policy."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_cutover"
        )
        return {
            **action,
            "domain": [("policy_id", "=", self.id)],
            "context": {"default_policy_id": self.id},
        }

    def action_open_categories(self):
        """Show the product categories under this policy."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Categories of %s", self.name),
            "res_model": "product.category",
            "view_mode": "list,form",
            "domain": [("property_backflush_policy_id", "=", self.id)],
            "context": {"allowed_company_ids": self.company_id.ids},
        }
