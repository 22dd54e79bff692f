from collections import defaultdict

from odoo import api, models

from ....engine.chart import free_code
from ..backflush_costing_policy import HOLDING_ACCOUNTS
from .account_roles import CHARTS, ROLES


class BackflushAccountFinder(models.AbstractModel):
    """Finds in a chart of accounts what a policy needs, and what it lacks.

    An account is taken as it is only where it can be the policy's alone: nothing else
    refers to it, nothing was ever posted on it, and Odoo's closing does not rebook it.
    """

    _name = "backflush.account.finder"
    _description = "Backflush Account Finder"

    @api.model
    def _accounts(self, company, domain=()):
        """The company's accounts, whatever the user may see."""
        accounts = self.env["account.account"].sudo().with_company(company)
        return accounts.search(
            [("company_ids", "parent_of", company.ids), *domain], order="code, id"
        )

    # -- what is there -------------------------------------------------------------

    @api.model
    def _existing(self, policy, name, taken):
        """The account of the chart that ``policy`` can take for its field ``name``.

        :param taken: accounts that the policy has or is going to have
        """
        company = policy.company_id
        shared = self._shared(policy, name)
        if shared:
            return shared
        candidates = self._candidates(company, name) - taken
        return (candidates - self._used(company, candidates))[:1]

    @api.model
    def _shared(self, policy, name):
        """What plays this part already: in another policy, or in Odoo itself."""
        others = self.env["backflush.costing.policy"].sudo()
        domain = [
            ("company_id", "=", policy.company_id.id),
            ("id", "!=", policy._origin.id),
            (name, "!=", False),
        ]
        if name in HOLDING_ACCOUNTS:
            domain.append((f"{name}.reconcile", "=", False))
        found = others.search(domain, limit=1)[name]
        if not found and name == "price_variance_account_id":
            categories = self.env["product.category"].sudo()
            field = "property_price_difference_account_id"
            found = (
                categories.with_company(policy.company_id)
                .search([(field, "!=", False)], limit=1)[field]
                .filtered(lambda account: account.active)
            )
        return found

    @api.model
    def _candidates(self, company, name):
        """Accounts of that meaning: by the chart's own identifier, then by name."""
        role = ROLES[name]
        template = self.env["account.chart.template"].sudo().with_company(company)
        chart = CHARTS.get(company.root_id.chart_template, {})
        found = self.env["account.account"].sudo().with_company(company)
        if name in chart:
            known = template.ref(chart[name], raise_if_not_found=False)
            found |= known or found
        for lang, names in self._names(role).items():
            for text in names:
                found |= self._accounts(
                    company.with_context(lang=lang),
                    [("account_type", "=", role.account_type)],
                ).filtered(
                    lambda account, text=text, lang=lang: (
                        (account.with_context(lang=lang).name or "").casefold()
                        == text.casefold()
                    )
                )
        # Odoo reconciles a bill with its credit note on an account that can be, and
        # posts exchange differences there that no proof knows.
        return found.filtered(
            lambda account: (
                account.active
                and not account.reconcile
                and not account.account_stock_expense_id
            )
        )

    @api.model
    def _names(self, role):
        """``{language: names}`` that an account of this role may have."""
        names = {"en_US": [role.label._source, *role.names]}
        for code, _name in self.env["res.lang"].get_installed():
            names.setdefault(code, []).append(role.label._translate(code))
        return names

    @api.model
    def _used(self, company, accounts):
        """Which of ``accounts`` anything refers to, in any field of any model."""
        used = self.env["account.account"].sudo()
        if not accounts:
            return used
        for model, field in self._references():
            records = model.with_company(company)
            domain = [(field.name, "in", accounts.ids)]
            if field.company_dependent:
                used |= records.search(domain)[field.name]
            else:
                for (account,) in records._read_group(domain, [field.name]):
                    used |= account.sudo()
        return used | (accounts & self._defaults(company, accounts))

    @api.model
    def _references(self):
        """``(model, field)`` of everything that can name an account."""
        for name, cls in self.env.registry.items():
            if cls._abstract or cls._transient or not cls._auto:
                continue
            for field in cls._fields.values():
                if (
                    field.type == "many2one"
                    and field.comodel_name == "account.account"
                    and (field.store or field.company_dependent)
                ):
                    yield self.env[name].sudo().with_context(active_test=False), field

    @api.model
    def _defaults(self, company, accounts):
        """Those that are the default of a field, as charts set them."""
        defaults = (
            self.env["ir.default"]
            .sudo()
            .search(
                [
                    ("field_id.relation", "=", "account.account"),
                    ("company_id", "in", (False, company.id)),
                ]
            )
        )
        values = set(defaults.mapped("json_value"))
        return accounts.filtered(lambda account: str(account.id) in values)

    # -- what is lacking -----------------------------------------------------------

    @api.model
    def _codes(self, company):
        """Every code that a new account of the company must not have."""
        accounts = self.env["account.account"].sudo().with_company(company)
        both = ["|", *(("company_ids", op, company.ids) for op in _FAMILY)]
        found = accounts.with_context(active_test=False).search(both)
        return set(found.mapped("code"))

    @api.model
    def _new_code(self, company, name, codes):
        """A free code in the block of its kind, of the chart's length."""
        anchor = self._anchor(company, ROLES[name])
        code = anchor.code or "100000"
        accounts = self.env["account.account"].sudo().with_company(company)
        return free_code(code, codes | {code}) or accounts._search_new_account_code(
            code, set(codes)
        )

    @api.model
    def _type_of(self, company, role):
        """The role's type; charts that know no cost of revenue call it expense."""
        kind = role.account_type
        if kind == "expense_direct_cost" and not self._accounts(
            company, [("account_type", "=", kind)]
        ):
            return "expense"
        return kind

    @api.model
    def _anchor(self, company, role):
        """The account that a new one of this role is numbered after."""
        stock = company.account_stock_valuation_id
        beside = defaultdict(
            lambda: stock.browse(),
            stock=stock,
            cost=company.expense_account_id,
            change=stock.account_stock_variation_id or company.expense_account_id,
        )[role.beside]
        of_type = self._accounts(
            company, [("account_type", "=", self._type_of(company, role))]
        )
        if role.beside == "debt":
            payable = self._accounts(
                company, [("account_type", "=", "liability_payable")]
            )
            block = (payable[:1].code or "")[:2]
            beside = of_type.filtered(lambda a: (a.code or "").startswith(block))[-1:]
        beside = beside.sudo().with_company(company)
        return (beside if beside.code else of_type[-1:]) or stock


_FAMILY = ("parent_of", "child_of")
