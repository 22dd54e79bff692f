from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.stock_account.tests.common import TestStockValuationCommon


class BackflushCommon(TestStockValuationCommon):
    """A small plant: a store, a line side, and people with the least rights.

    Economic facts are stated through real documents; after each step
    :meth:`assertProven` opens the reconciliation that an accountant opens and
    asks Odoo's own stock closing for its opinion.
    """

    @classmethod
    def setUpClass(cls):
        # Odoo's plant has three companies, each with a chart of accounts, and fourteen
        # products: most of what a class waits for, and nothing here asks for it.
        super(TestStockValuationCommon, cls).setUpClass()
        cls._enter_company(cls._create_company(name="Inventory Test Company"))
        cls.env.user.group_ids += cls.env.ref("mrp.group_mrp_manager")
        cls.env.user.group_ids += cls.env.ref(
            "backflush_costing.group_backflush_administrator"
        )
        cls.env.user.group_ids += cls.env.ref("backflush_costing.group_cost_accountant")
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.store = cls.warehouse.lot_stock_id
        cls.line_side = cls.env["stock.location"].create(
            {
                "name": "Line 1",
                "usage": "internal",
                "location_id": cls.warehouse.view_location_id.id,
            }
        )
        cls.vendor = cls.env["res.partner"].create({"name": "Vendor"})
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})
        cls.planner = cls._user("planner", "mrp.group_mrp_user")
        cls.operator = cls._user("operator", "group_backflush_operator")
        cls.supervisor = cls._user("supervisor", "group_backflush_supervisor")
        cls.accountant = cls._user("accountant", "group_cost_accountant")

    @classmethod
    def _enter_company(cls, company):
        """Have everything happen in ``company``, what the administrator does too."""
        cls.company = company
        for user in (cls.env.user, cls.env.ref("base.user_admin")):
            user.company_ids += company
            user.company_id = company

    @classmethod
    def _user(cls, login, group, company=None):
        """A user with one role of this addon, or with ``module.group`` of another."""
        company = company or cls.company
        return new_test_user(
            cls.env,
            f"backflush_{login}",
            group if "." in group else f"backflush_costing.{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    # -- builders ----------------------------------------------------------------

    @classmethod
    def _category(cls, name, role=None):
        return cls.env["product.category"].create(
            {"name": name, "property_backflush_role": role}
        )

    @classmethod
    def _product(cls, name, price=0.0, category=None, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "standard_price": price,
                "categ_id": category.id
                if category
                else cls.env.ref("product.product_category_goods").id,
                **vals,
            }
        )

    @classmethod
    def _bom(cls, product, components, operations=(), **vals):
        """Components as (product, quantity), operations as (work centre, minutes)."""
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_id": product.id,
                "product_qty": 1.0,
                "bom_line_ids": [
                    Command.create({"product_id": p.id, "product_qty": quantity})
                    for p, quantity in components
                ],
                "operation_ids": [
                    Command.create(
                        {
                            "name": f"At {workcenter.name}",
                            "workcenter_id": workcenter.id,
                            "time_mode": "manual",
                            "time_cycle_manual": minutes,
                        }
                    )
                    for workcenter, minutes in operations
                ],
                **vals,
            }
        )

    @classmethod
    def _workcenter(cls, name, rate, **vals):
        return cls.env["mrp.workcenter"].create(
            {"name": name, "costs_hour": rate, "time_start": 0, "time_stop": 0, **vals}
        )

    @classmethod
    def _policy(cls, **vals):
        policy = cls.env["backflush.costing.policy"].create(
            {"name": "Plant", "trigger_set": "purchase_completion_sale", **vals}
        )
        policy.action_propose_accounts()
        return policy

    def _set_standard(self, product, price):
        """Release another standard, all of it material, as the cost accountant."""
        costs = self._as(self.accountant, self.env["backflush.standard.cost"])
        costs.create(
            {"product_id": product.id, "material_level": price, "material": price}
        ).action_release()

    def _put(self, product, quantity, location=None):
        """Stock that lay at a location before any of it was used, by a count.

        A count of today would explain what waits for the product, instead of feeding
        its retry; and what was used before it, instead of being used.
        """
        self._count_stock(product, quantity, location, self._before_open(product))
        moves = self.env["stock.move"].search(
            [("product_id", "=", product.id), ("is_inventory", "=", True)],
            order="id desc",
            limit=1,
        )
        moves.backflush_counted_until = False

    def _count_stock(self, product, quantity, location=None, date=None, **vals):
        """Count what lies at a location, as of ``date`` or now."""
        quant = (
            self.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": product.id,
                    "location_id": (location or self.line_side).id,
                    "inventory_quantity": quantity,
                    **vals,
                }
            )
        )
        quant.action_apply_inventory(date)

    def _before_open(self, product):
        """The second before what waits for a product was used; None: nothing waits."""
        waiting = self.env["backflush.error"].search(
            [("product_id", "=", product.id), ("state", "in", ("open", "in_process"))],
            order="event_date",
            limit=1,
        )
        return waiting.event_date - timedelta(seconds=1) if waiting else None

    def _on_hand(self, product, location=None):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id", "child_of", (location or self.line_side).id),
            ]
        )
        return sum(quants.mapped("quantity"))

    def _order(self, product, quantity, **vals):
        order = self.env["mrp.production"].create(
            {"product_id": product.id, "product_qty": quantity, **vals}
        )
        order.action_confirm()
        return order

    def _as(self, user, records):
        """The records as somebody finds them who opens them: nothing read before.

        Whatever is in the cache is handed out without asking for rights.
        """
        self.env.invalidate_all()
        return records.with_user(user)

    def _complete(self, orders, quantity=None, user=None):
        """Report ``quantity`` (all of it by default) and complete as an operator."""
        orders = self._as(user or self.operator, orders)
        for order in orders:
            order.qty_producing = quantity or order.product_qty
            order.set_qty_producing()
        result = orders.with_context(
            skip_consumption=True, skip_backorder=True, skip_redirection=True
        ).button_mark_done()
        self.assertIs(result, True)
        return orders.with_env(self.env)

    def _produce(self, product, quantity, **vals):
        return self._complete(self._order(product, quantity, **vals))

    def _unbuild(self, order, quantity, **vals):
        """Unbuild as Odoo allows it: to whoever may work with orders."""
        unbuilds = self._as(self.planner, self.env["mrp.unbuild"])
        unbuild = unbuilds.create(
            {
                "product_id": order.product_id.id,
                "product_qty": quantity,
                "mo_id": order.id,
                "bom_id": order.bom_id.id,
                "location_id": self.store.id,
                "location_dest_id": self.store.id,
                **vals,
            }
        )
        unbuild.action_unbuild()
        return unbuild.with_env(self.env)

    def _unbuild_without_order(self, product, quantity, **vals):
        """Take a product apart that nobody knows the order of."""
        boms = self.env["mrp.bom"]
        bom = boms._bom_find(product, company_id=self.env.company.id)[product]
        vals = {"product_id": product.id, "bom_id": bom.id, **vals}
        return self._unbuild(self.env["mrp.production"], quantity, **vals)

    def _correct(self, order, quantity, user=None):
        """Change what the first line of a done order issued, as whoever may unlock it.

        Odoo lets every user of Manufacturing unlock an order.
        """
        order = self._as(user or self.planner, order)
        if order.is_locked:
            order.action_toggle_is_locked()
        order.move_raw_ids.move_line_ids[0].quantity = quantity

    # -- purchase and sale -------------------------------------------------------

    def _purchase(self, product, quantity, price, currency=None, **vals):
        """A confirmed purchase order, nothing received yet; ``vals`` of its line."""
        line = {
            "product_id": product.id,
            "product_qty": quantity,
            "price_unit": price,
            "tax_ids": [Command.clear()],
            **vals,
        }
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "currency_id": (currency or self.company.currency_id).id,
                "order_line": [Command.create(line)],
            }
        )
        order.button_confirm()
        return order

    def _receive_some(self, order, quantity, location=None):
        """A partial receipt; the rest waits in a backorder."""
        picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
        if location:
            picking.location_dest_id = location
            picking.move_ids.location_dest_id = location
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def _receive(self, order, location=None):
        picking = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        if location:
            picking.location_dest_id = location
            picking.move_ids.location_dest_id = location
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def _bill(self, order, price=None):
        order.action_create_invoice()
        bill = order.invoice_ids.filtered(lambda m: m.state == "draft")
        bill.invoice_date = bill.date
        if price is not None:
            bill.invoice_line_ids.price_unit = price
        bill.action_post()
        return bill

    def _buy(self, product, quantity, price, location=None):
        order = self._purchase(product, quantity, price)
        self._receive(order, location)
        self._bill(order)
        return order

    def _sell(self, product, quantity, price):
        """A confirmed sales order, nothing delivered yet."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def _deliver(self, order):
        picking = order.picking_ids.filtered(
            lambda p: p.state not in ("done", "cancel")
        )
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def _invoice(self, order):
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    # -- facts ---------------------------------------------------------------------

    def _balance(self, account):
        """Posted balance of an account in the company."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def assertBalances(self, **expected):
        """``rip=60.0`` asserts the balance of ``policy.rip_account_id``."""
        found = {
            name: self._balance(self.policy[f"{name}_account_id"]) for name in expected
        }
        self.assertEqual(found, expected)

    def assertEntry(self, entry, expected):
        """``expected``: (policy account name, balance) pairs of a journal entry."""
        found = sorted(
            (line.account_id.name, self.company.currency_id.round(line.balance))
            for line in entry.line_ids
        )
        wanted = sorted(
            (self.policy[f"{name}_account_id"].name, balance)
            for name, balance in expected
        )
        self.assertEqual(found, wanted)

    def assertProven(self, date=None):
        """Every invariant holds, and Odoo's own closing has nothing to add."""
        report = (
            self.env["backflush.reconciliation"]
            .with_user(self.accountant)
            .create({"company_id": self.company.id, "date": date})
        )
        wrong = report.line_ids.filtered(
            lambda line: line.failures or not line.currency_id.is_zero(line.unexplained)
        )
        self.assertFalse(
            wrong,
            "\n".join(
                f"{line.name}: {line.unexplained} {line.failures or ''}"
                for line in wrong
            ),
        )
        self.assertTrue(report.is_proven)
        proposed = self.company._action_close_stock_valuation(at_date=date)
        self.assertFalse(proposed, f"Odoo's closing proposes {proposed}")
        return report
