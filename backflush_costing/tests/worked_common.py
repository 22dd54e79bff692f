from odoo import Command

from .common import BackflushCommon
from .companies_common import CompaniesCommon


class WorkedCommon(CompaniesCommon, BackflushCommon):
    """Plants that make one product of one material, as the textbooks do.

    Material is kept in pieces of 1.00, so that any purchase and any standard of the
    books can be stated through vendor bills, orders and invoices.
    """

    @classmethod
    def _plant(cls, trigger_set, material, conversion, company=None, **policy):
        """A plant of ``company``: the names under which :meth:`_at` shows it."""
        company = company or cls.company
        env = cls._env_of(company)
        own = {"env": env, "company": env.company}
        with cls._class_env(env, company):
            company.write({"flush_method": "completion", "shortage_profile": "park"})
            warehouse = env["stock.warehouse"].search(
                [("company_id", "=", company.id)], limit=1
            )
            own.update(warehouse=warehouse, store=warehouse.lot_stock_id)
            own["accountant"] = cls._worker("accountant", "group_cost_accountant")
            own["operator"] = cls._worker("operator", "group_backflush_operator")
            own["policy"] = cls._policy(
                name=f"{company.name} {trigger_set}", trigger_set=trigger_set, **policy
            )
            own.update(cls._products(material, conversion, own["policy"]))
        return own

    @classmethod
    def _products(cls, material, conversion, policy):
        """Raw material of 1.00, and the product with its standard released."""
        categories = {
            role: cls._category(f"{policy.name} {role}", role)
            for role in ("material", "finished")
        }
        raw = cls._product("Material", 1.0, categories["material"])
        product = cls._product("Product", 0.0, categories["finished"])
        station = cls._workcenter("Work", 60)
        cls._bom(product, [(raw, material)], [(station, conversion)])
        for category in categories.values():
            category.property_backflush_policy_id = policy
        return {"raw": raw, "product": product}

    # -- events of the books ------------------------------------------------------

    def _buys(self, amount, billed=None):
        """Material for ``amount`` at standard, billed at ``billed`` in all."""
        purchase = self._purchase(self.raw, amount, 1.0)
        self._receive(purchase)
        self.assertProven()
        self._bill_total(purchase, billed or amount)
        self.assertProven()

    def _bill_total(self, purchase, total):
        """The bill of a book that names its total: what exceeds 1.00 costs 2.00."""
        purchase.action_create_invoice()
        bill = purchase.invoice_ids
        bill.invoice_date = bill.date
        line = bill.invoice_line_ids
        dearer = total - line.quantity
        if dearer:
            second = line.copy()
            line.quantity -= dearer
            second.write({"quantity": dearer, "price_unit": 2.0})
        bill.action_post()
        self.assertEqual(bill.amount_total, total)

    def _incurs(self, amount):
        """Conversion costs: wages, power, depreciation."""
        various = self.env["account.account"].search(
            [
                ("company_ids", "in", self.company.ids),
                ("account_type", "=", "liability_current"),
                ("id", "not in", self.policy.suspense_account_id.ids),
                ("id", "not in", self.policy.material_clearing_account_id.ids),
            ],
            limit=1,
        )
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in (
                        (self.policy.conversion_control_account_id, amount),
                        (various, -amount),
                    )
                ]
            }
        )
        entry.action_post()
        self.assertProven()

    def _makes(self, quantity):
        order = self._produce(self.product, quantity)
        self.assertProven()
        return order

    def _sells(self, quantity):
        """Delivered, then invoiced; proven after each. Returns the invoice."""
        sale = self._sell(self.product, quantity, 40)
        self._deliver(sale)
        self.assertProven()
        invoice = self._invoice(sale)
        self.assertProven()
        return invoice

    def _closes(self):
        """The period is closed by a cost accountant; the proof still holds."""
        close = self.env["backflush.period.close"].with_user(self.accountant).create({})
        close.action_post()
        self.assertProven()
        return close

    def _cogs_account(self):
        return self.product._get_product_accounts()["expense"]

    def _cogs(self):
        return self._balance(self._cogs_account())
