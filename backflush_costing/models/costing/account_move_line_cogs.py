from odoo import fields, models

from ...engine.numbers import exact


class AccountMoveLine(models.Model):
    """Cost of goods sold of one invoice line under a policy."""

    _inherit = "account.move.line"

    backflush_is_kit_part = fields.Boolean(
        "Part of a Kit",
        readonly=True,
        help="The line takes a part of a sold kit out of inventory: what the kit "
        "consists of leaves stock, not the kit.",
    )

    def _backflush_is_costed_sale(self):
        """Whether this line of an invoice sells stock that a policy costs."""
        if (
            self.display_type != "product"
            or not self.product_id
            or not self.move_id.is_sale_document(include_receipts=True)
        ):
            return False
        return bool(self._backflush_sold()) and not any(
            move.is_dropship for move in self._get_stock_moves()
        )

    def _backflush_sold(self):
        """``[(product, exact quantity)]`` of what leaves inventory under a policy.

        In the product's unit; of a kit its parts, as the deliveries had them.
        """
        product = self._backflush_own_product()
        units = self.product_uom_id._compute_quantity(
            self.quantity, product.uom_id, round=False
        )
        sold = [(product, exact(units))]
        if product.is_kits:
            sold = self._backflush_kit_parts(product, exact(units))
        return [(p, n) for p, n in sold if p.is_storable and p._backflush_policy()]

    def _backflush_kit_parts(self, kit, quantity):
        """``(part, exact quantity)`` of ``quantity`` of a kit."""
        delivered = self.sale_line_ids.move_ids.bom_line_id.bom_id
        boms = delivered.filtered(
            lambda bom: (
                bom.type == "phantom" and bom.product_tmpl_id == kit.product_tmpl_id
            )
        )
        bom = boms[:1] or self.env["mrp.bom"]._bom_find(
            kit, company_id=self.company_id.id, bom_type="phantom"
        ).get(kit)
        if not bom:
            return [(kit, quantity)]
        batch = kit.uom_id._compute_quantity(1.0, bom.product_uom_id, round=False)
        _boms, lines = bom.sudo().explode(kit, batch / bom.product_qty)
        return [
            (
                line.product_id.with_env(kit.env),
                quantity * line._backflush_product_quantity(data["qty"]),
            )
            for line, data in lines
        ]

    def _backflush_cogs_vals(self):
        """Values of the cost lines of everything that this line sells."""
        self.ensure_one()
        return [
            vals
            for product, quantity in self._backflush_sold()
            for vals in self._backflush_product_cogs_vals(product, quantity)
        ]

    def _backflush_product_cogs_vals(self, product, quantity):
        """Dr cost of goods sold / Cr inventory, Cr conversion allocated.

        Rounded to the currency per product; the cost of goods sold is the full
        standard, inventory gives what it carries, conversion allocated the rest. By
        nature of expense it is what inventory gives: nothing was allocated.
        """
        policy = product._backflush_policy()
        held = product._get_product_accounts()["stock_valuation"]
        cost = self._backflush_cost_of(quantity, product._backflush_sold_cost())
        inventory = self._backflush_cost_of(
            quantity, product._backflush_carrying_cost()
        )
        conversion = self.company_currency_id.round(cost - inventory)
        return [
            self._backflush_cogs_line(product, quantity, account, balance)
            for account, balance in (
                (held, -inventory),
                (policy.conversion_allocated_account_id, -conversion),
                (self._backflush_cogs_account(product), cost),
            )
            # The subledger reads the quantity off the inventory line.
            if balance or account == held
        ]

    def _backflush_cost_of(self, quantity, price):
        """``quantity`` at ``price`` per unit, signed by the document, rounded."""
        sign = -1 if self.move_id.move_type == "out_refund" else 1
        return self.company_currency_id.round(sign * float(quantity * price))

    def _backflush_cogs_account(self, product):
        """Expense account of the product, as core finds it for this document.

        By nature of expense the policy's account for it.
        """
        policy = product._backflush_policy()
        if policy._by_nature():
            return policy._sale_account(product)
        accounts = product.product_tmpl_id.get_product_accounts(
            fiscal_pos=self.move_id.fiscal_position_id
        )
        return accounts["expense"] or self.move_id.journal_id.default_account_id

    def _backflush_cogs_line(self, product, quantity, account, balance):
        """Values of one cost line."""
        held = product._get_product_accounts()["stock_valuation"]
        is_part = product != self.product_id
        is_cost = account == self._backflush_cogs_account(product)
        own_unit = {
            "product_uom_id": product.uom_id.id if is_part else self.product_uom_id.id,
            "quantity": float(quantity) if is_part else self.quantity,
        }
        return {
            **own_unit,
            "name": (self.name or product.display_name)[:64],
            "move_id": self.move_id.id,
            "partner_id": self.move_id.commercial_partner_id.id,
            "product_id": product.id,
            "balance": balance,
            "account_id": account.id,
            "analytic_distribution": self.analytic_distribution if is_cost else False,
            "display_type": "cogs",
            "tax_ids": [],
            "cogs_origin_id": self.id,
            "backflush_is_kit_part": is_part and account == held,
        }
