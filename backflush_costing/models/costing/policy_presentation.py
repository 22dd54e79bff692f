from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BackflushCostingPolicy(models.Model):
    """How the income statement shows production: by function, or by nature of expense.

    By nature the statement shows what was spent, as material, wages, energy, and what
    stock of own products grew or shrank by. Conversion cost stays where it was booked,
    so nothing is allocated and nothing is settled at the end of a period.
    """

    _inherit = "backflush.costing.policy"

    presentation = fields.Selection(
        [("function", "By function"), ("nature", "By nature of expense")],
        "Income Statement",
        required=True,
        default="function",
        tracking=True,
        help="By function: production credits conversion allocated, a sale debits cost "
        "of goods sold. By nature: production debits material expense and credits the "
        "change in inventories with what was made, a sale debits it again. Inventory "
        "and the profit are the same either way.",
    )
    material_expense_account_id = fields.Many2one(
        "account.account",
        "Material Expense",
        check_company=True,
        tracking=True,
        help="By nature of expense: debited with the purchased material that "
        "production, or a sale without a completion trigger, uses.",
    )
    inventory_change_account_id = fields.Many2one(
        "account.account",
        "Change in Inventories",
        check_company=True,
        tracking=True,
        help="By nature of expense: credited with own products that are made, debited "
        "with those that are used or sold.",
    )

    def _by_nature(self):
        """Whether the expenses of this costed policy are shown by their nature."""
        return self._is_costed() and self.presentation == "nature"

    def _conversion_account(self):
        """What a completion credits conversion cost to.

        By nature it is a part of the output: the expense stays where it was booked.
        """
        if self._by_nature():
            return self._making_account()
        return self.conversion_allocated_account_id

    def _standard_account(self):
        """What takes the effect of an outdated standard.

        By nature the output is credited at its full standard, whatever went in.
        """
        if self._by_nature():
            return self._making_account()
        return self.standard_variance_account_id

    def _making_account(self):
        """By nature: where own products are income while they are in stock.

        Without a completion trigger products stay in stock at their material, which is
        no income; what is left over is material expense.
        """
        if self._triggers().completion:
            return self.inventory_change_account_id
        return self.material_expense_account_id

    def _sale_account(self, product):
        """By nature: what the sale of ``product`` debits."""
        if product._backflush_made():
            return self._making_account()
        return self.material_expense_account_id

    def _required_accounts(self):
        names = super()._required_accounts()
        if not self._by_nature():
            return names
        added = ["material_expense_account_id"]
        if self._triggers().completion:
            added.append("inventory_change_account_id")
        unused = {"conversion_allocated_account_id", "standard_variance_account_id"}
        return (*(name for name in names if name not in unused), *added)

    def _conversion_groups(self):
        """By nature nothing is allocated, so there is nothing to settle."""
        policies = self.filtered(lambda policy: not policy._by_nature())
        return super(BackflushCostingPolicy, policies)._conversion_groups()

    @api.constrains("presentation", "disposition")
    def _check_nothing_is_prorated(self):
        for policy in self:
            if policy.presentation == "nature" and policy.disposition == "prorate":
                raise ValidationError(
                    self.env._(
                        "%s: by nature of expense no conversion cost is allocated that "
                        "could be prorated. Choose cost of goods sold.",
                        policy.name,
                    )
                )

    @api.constrains("material_expense_account_id", "inventory_change_account_id")
    def _check_expense_accounts(self):
        for policy in self:
            expenses = (
                policy.material_expense_account_id | policy.inventory_change_account_id
            )
            held = policy._inventory_accounts() | policy.suspense_account_id
            if expenses & held:
                raise ValidationError(
                    self.env._(
                        "%(account)s holds stock: it is no expense of %(policy)s.",
                        account=(expenses & held)[0].display_name,
                        policy=policy.name,
                    )
                )

    def write(self, vals):
        changed = self.filtered(
            lambda p: p.presentation != vals.get("presentation", p.presentation)
        )
        changed.filtered(lambda p: p.presentation == "function")._check_settled()
        res = super().write(vals)
        changed.filtered("category_count")._check_ready()
        return res

    def _check_settled(self):
        """Nobody would settle later what was allocated so far."""
        for policy in self.filtered(lambda p: p._is_costed()):
            account = policy.conversion_allocated_account_id
            balances = policy.company_id.sudo()._backflush_ledger_balances(account)
            if not policy.currency_id.is_zero(float(balances[account])):
                raise ValidationError(
                    self.env._(
                        "%(policy)s: %(account)s holds conversion that is not settled. "
                        "Close the period before you change the income statement.",
                        policy=policy.name,
                        account=account.display_name,
                    )
                )
