from collections import defaultdict
from datetime import date, datetime

from odoo import models
from odoo.tools import SQL

from ...engine.numbers import ZERO, exact
from .account_move import DOCUMENT_SIGNS

# Quantities of posted documents, by product, unit of measure and type.
DOCUMENTED = """
    SELECT item.product_id, item.product_uom_id, entry.move_type, SUM(item.quantity)
      FROM account_move_line item
      JOIN account_move entry ON entry.id = item.move_id
     WHERE item.company_id = %(company)s
       AND item.parent_state = 'posted'
       AND (item.display_type = 'product' OR item.backflush_is_kit_part)
       AND item.backflush_is_fee IS NOT TRUE
       AND (item.backflush_is_consigned IS TRUE) = %(consigned)s
       AND item.product_id IN %(products)s
       AND entry.move_type IN %(types)s
       AND item.date <= %(date)s
       AND NOT EXISTS (
            SELECT 1 FROM stock_move move
             WHERE move.is_dropship AND move.purchase_line_id = item.purchase_line_id)
       AND NOT EXISTS (
            SELECT 1 FROM sale_order_line_invoice_rel rel
              JOIN stock_move move ON move.sale_line_id = rel.order_line_id
             WHERE move.is_dropship AND rel.invoice_line_id = item.id)
  GROUP BY 1, 2, 3"""


class ResCompany(models.Model):
    _inherit = "res.company"

    # -- what the ledger should hold -------------------------------------------

    def _backflush_positions(self, at_date=None, products=None):
        """What each product under a policy should stand at in the ledger.

        :param at_date: end of that day; now when empty
        :param products: of these alone; all when empty
        :return: list of dictionaries: ``product``, ``account``, ``price``
            (what the ledger carries per unit), ``on_hand``, ``received_not_billed``,
            ``delivered_not_invoiced`` and ``in_process`` (quantities), ``parked``
            (credited as if issued, a value), ``expected`` (unrounded value of on hand
            − received not billed + delivered not invoiced + in process, less
            parked), ``booked`` (what the subledger explains) and
            ``missing_quantity`` (expected less recorded quantity, rounded to the unit
            of measure: sums of floats are not exact)
        """
        self.ensure_one()
        company = self.with_company(self)
        moment = company._backflush_end_of_day(at_date) if at_date else None
        if products is None:
            products = company._backflush_products()
        on_hand = company._backflush_on_hand(products, moment)
        flows = company._backflush_partner_flows(products, moment)
        documents = company._backflush_documents(products, at_date)
        recorded = company._backflush_recorded(products, at_date)
        in_process = company._backflush_in_process(products, moment)
        accounts = products._backflush_inventory_accounts()
        parked = company._backflush_parked(accounts, at_date)
        prices = products._backflush_carrying_costs_at(moment)
        rows = [
            company._backflush_position(
                product,
                on_hand[product.id],
                flows[product.id],
                documents[product.id],
                recorded[product.id],
                in_process[product.id],
                parked[product],
                prices[product],
            )
            for product in products
        ]
        company._backflush_value_positions(rows, at_date)
        return rows

    def _backflush_value_positions(self, rows, at_date):
        """Hook: rows whose items are not worth their quantity times ``price``.

        Sets ``values``, ``{item: amount}``, and ``expected`` of these rows.
        """

    def _backflush_in_process(self, products, moment):
        """Hook: ``{product id: quantity}`` issued to orders that are not complete.

        It has left stock and is still in the ledger, on the component's account.
        :param moment: at the end of this UTC moment; None for now
        """
        return defaultdict(lambda: ZERO)

    def _backflush_position(
        self, product, on_hand, flows, documents, books, in_process, parked, price
    ):
        """One row of :meth:`_backflush_positions`."""
        (received, delivered), (billed, invoiced) = flows, documents
        quantity = on_hand - (received - billed) + (delivered - invoiced) + in_process
        missing = product.uom_id.round(float(quantity - books["quantity"]))
        return {
            "product": product,
            "account": product._get_product_accounts()["stock_valuation"],
            "price": price,
            "on_hand": on_hand,
            "received_not_billed": received - billed,
            "delivered_not_invoiced": delivered - invoiced,
            "in_process": in_process,
            "expected": quantity * price - parked,
            "parked": parked,
            "booked": books["amount"],
            "missing_quantity": exact(missing),
        }

    def _backflush_products(self):
        """Storable products of the categories under a costed policy.

        Kits hold no stock of their own: what they consist of does.
        """
        categories = (
            self.env["product.category"]
            .search([("property_backflush_policy_id", "!=", False)])
            .filtered(lambda category: category._backflush_policy())
        )
        products = self.env["product.product"].with_context(active_test=False)
        return products.search(
            [
                ("categ_id", "in", categories.ids),
                ("is_storable", "=", True),
                ("company_id", "in", (False, self.id)),
            ]
        ).filtered(lambda product: not product.is_kits)

    def _backflush_on_hand(self, products, moment):
        """``{product id: quantity}`` of own stock in valued locations."""
        valued = self.env["stock.location"].search(
            [("is_valued_internal", "=", True), ("company_id", "=", self.id)]
        )
        products = products.with_context(
            location=valued.ids, owners=[False, self.partner_id.id], to_date=moment
        )
        return defaultdict(
            lambda: ZERO, {p.id: exact(p.qty_available) for p in products}
        )

    def _backflush_partner_flows(self, products, moment):
        """``{product id: (received from suppliers, delivered to customers)}``.

        Returns count negative, goods that go straight from supplier to customer
        do not count. The day is the move's, as in Odoo's stock of a past date: a
        transfer that is edited afterwards gets lines of another day.
        """
        self.env["stock.move"].flush_model(["date"])
        self.env["stock.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.product_id,
                       SUM(CASE WHEN source.usage = 'supplier'
                                THEN line.quantity_product_uom
                                WHEN target.usage = 'supplier'
                                THEN -line.quantity_product_uom ELSE 0 END),
                       SUM(CASE WHEN target.usage = 'customer'
                                THEN line.quantity_product_uom
                                WHEN source.usage = 'customer'
                                THEN -line.quantity_product_uom ELSE 0 END)
                  FROM stock_move_line line
                  JOIN stock_move move ON move.id = line.move_id
                  JOIN stock_location source ON source.id = line.location_id
                  JOIN stock_location target ON target.id = line.location_dest_id
                 WHERE line.company_id = %(company)s AND line.state = 'done'
                   AND line.product_id IN %(products)s
                   AND (source.usage IN ('internal', 'transit'))
                    != (target.usage IN ('internal', 'transit'))
                   AND (line.owner_id IS NULL OR line.owner_id = %(partner)s)
                   AND move.date <= %(moment)s
              GROUP BY line.product_id""",
                company=self.id,
                partner=self.partner_id.id,
                products=tuple(products.ids) or (0,),
                moment=moment or datetime.max,
            )
        )
        return defaultdict(
            lambda: (ZERO, ZERO),
            {row[0]: (exact(row[1]), exact(row[2])) for row in rows},
        )

    def _backflush_documents(self, products, at_date, consigned=False):
        """``{product id: (billed, invoiced)}`` by posted documents, whatever account.

        Counted apart from the subledger and from the accounts that documents were
        booked on: a bill that went to an expense account is a bill, and its absence
        from inventory shows as unexplained. Of kits count the parts, as the cost of
        goods sold names them. Credit notes count negative, lines whose goods go
        straight from supplier to customer do not count, and neither do fees for work
        on goods of our own.

        :param bool consigned: of goods that belonged to the vendor until they were
            used, instead of all others
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                DOCUMENTED,
                company=self.id,
                products=tuple(products.ids) or (0,),
                types=tuple(DOCUMENT_SIGNS),
                consigned=consigned,
                date=at_date or date.max,
            )
        )
        totals = defaultdict(lambda: [ZERO, ZERO])
        for product_id, uom_id, move_type, quantity in rows:
            units = products.browse(product_id)._backflush_units(uom_id, quantity)
            is_sale = move_type.startswith("out")
            sign = -DOCUMENT_SIGNS[move_type] if is_sale else DOCUMENT_SIGNS[move_type]
            totals[product_id][is_sale] += sign * units
        return totals

    def _backflush_recorded(self, products, at_date):
        """What the subledger holds per product: amounts, and quantities by kind."""
        lines = self.env["backflush.posting.line"].sudo()
        from .backflush_posting_line import INVENTORY_KINDS

        domain = [
            ("company_id", "=", self.id),
            ("product_id", "in", products.ids),
            ("error_id", "=", False),
            ("kind", "in", (*INVENTORY_KINDS, "revaluation")),
        ]
        if at_date:
            domain.append(("date", "<=", at_date))
        recorded = defaultdict(lambda: defaultdict(lambda: ZERO))
        for product, kind, quantity, value in lines._read_group(
            domain, ["product_id", "kind"], ["quantity:sum", "amount:sum"]
        ):
            books = recorded[product.id]
            books[kind] += exact(quantity)
            books["quantity"] += exact(quantity)
            books["amount"] += exact(value)
        return recorded

    def _backflush_ledger_balances(self, accounts, at_date=None):
        """``{account: posted balance}`` in this company."""
        domain = [
            ("account_id", "in", accounts.ids),
            ("company_id", "=", self.id),
            ("parent_state", "=", "posted"),
        ]
        if at_date:
            domain.append(("date", "<=", at_date))
        rows = self.env["account.move.line"]._read_group(
            domain, ["account_id"], ["balance:sum"]
        )
        return defaultdict(lambda: ZERO, {a: exact(total) for a, total in rows})

    def _backflush_roundings(self, accounts, at_date=None):
        """``{account: what the rounding of entries added}`` in this company."""
        domain = [
            ("account_id", "in", accounts.ids),
            ("company_id", "=", self.id),
            ("kind", "=", "rounding"),
        ]
        if at_date:
            domain.append(("date", "<=", at_date))
        rows = (
            self.env["backflush.posting.line"]
            .sudo()
            ._read_group(domain, ["account_id"], ["amount:sum"])
        )
        return defaultdict(lambda: ZERO, {a: exact(total) for a, total in rows})

    # -- Odoo's own stock closing ----------------------------------------------

    def _backflush_is_costed(self):
        """Whether any category of this company is under a costed policy."""
        return self in self.env["backflush.costing.policy"]._companies()

    def stock_value(self, accounts_by_product=None, at_date=None):
        """Under a policy a date means its end, for quantities as for prices.

        Core takes the quantities at the date's first second and the prices at
        its last.
        """
        if at_date and self._backflush_is_costed():
            at_date = self._backflush_end_of_day(at_date)
        return super().stock_value(accounts_by_product, at_date)

    def _get_stock_valuation_account_vals(
        self, accounts_by_product, at_date=None, extra_aml_vals_list=None
    ):
        """Give core's closing the items that reconcile ledger and stock.

        They are taken into account and not posted: the closing then proposes
        what nobody can explain, and nothing else.
        """
        if self._backflush_is_costed():
            extra_aml_vals_list = [
                *(extra_aml_vals_list or []),
                *self._backflush_reconciling_vals(accounts_by_product, at_date),
            ]
        return super()._get_stock_valuation_account_vals(
            accounts_by_product, at_date, extra_aml_vals_list
        )

    def _backflush_reconciling_vals(self, accounts_by_product, at_date):
        """Stock value less what the ledger should hold, per inventory account."""
        expected = defaultdict(lambda: ZERO)
        value = defaultdict(lambda: ZERO)
        rows = self.sudo()._backflush_positions(at_date)
        moment = self._backflush_end_of_day(at_date) if at_date else None
        for row in rows:
            expected[row["account"]] += row["expected"]
            # What core itself counts: it rounds each product's value.
            product = row["product"].with_context(to_date=moment)
            value[row["account"]] += exact(product.total_value)
        accounts = self.env["account.account"].union(*(row["account"] for row in rows))
        roundings = self._backflush_roundings(accounts, at_date)
        vals_list = []
        for account in accounts:
            items = float(value[account] - expected[account] - roundings[account])
            vals_list.append(
                {
                    "account_id": account.id,
                    "debit": max(items, 0.0),
                    "credit": max(-items, 0.0),
                }
            )
        return vals_list
