from odoo import fields, models

from ....engine.kit import apportion
from ....engine.numbers import ZERO, exact


class AccountMoveLine(models.Model):
    """Bills of kits: what the vendor bills as one counts part by part.

    The line of the kit is taken off its account and brought, in the proportion by
    which Odoo costs the parts, to the accounts where each of them belongs. From there
    on a part is a billed product like any other: price variance, material overhead,
    goods received.
    """

    _inherit = "account.move.line"

    backflush_kit_line_id = fields.Many2one(
        "account.move.line",
        "Bought With",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Line of the vendor's document that bills the kit that this is a part of.",
    )

    def _backflush_bought_parts(self):
        """Parts that this line of a vendor's document bills with a kit; else empty."""
        document = self.move_id
        if (
            self.display_type != "product"
            or not self.product_id
            or not document.is_purchase_document(include_receipts=True)
            or self._backflush_bills_work()
            or any(move.is_dropship for move in self._get_stock_moves())
        ):
            return []
        kit = self.product_id.with_company(self.company_id)
        order_line = self.purchase_line_id.sudo()
        is_ordered = order_line and order_line.product_id == kit
        parts = (order_line if is_ordered else kit)._backflush_bought_parts()
        products = [part.product.with_company(self.company_id) for part in parts]
        costed = any(p._backflush_policy() for p in (*products, kit))
        return parts if costed else []

    def _backflush_part_vals(self):
        """Lines that take the kit off its account, and its parts to theirs."""
        parts = self._backflush_bought_parts()
        if not parts:
            return []
        step = exact(self.company_currency_id.rounding)
        weights = [part.weight for part in parts]
        values = apportion(exact(self.balance), weights, step)
        units = self.product_uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )
        off = {
            **self._backflush_difference_line(self.account_id, -self.balance),
            "backflush_kit_line_id": False,
        }
        return [
            off,
            *(
                self._backflush_part_line(part, exact(units) * part.quantity, value)
                for part, value in zip(parts, values, strict=True)
            ),
        ]

    def _backflush_part_line(self, part, quantity, value):
        """Values of one part's line."""
        product = part.product.with_company(self.company_id)
        policy = product._backflush_policy()
        is_consigned = self._backflush_settles(product, policy)
        account = (
            policy.consignment_account_id
            if is_consigned
            else self._backflush_part_account(product)
        )
        return {
            **self._backflush_difference_line(account, value),
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "quantity": float(quantity),
            "backflush_kit_line_id": self.id,
            "backflush_is_kit_part": bool(policy),
            "backflush_is_consigned": is_consigned,
        }

    def _backflush_part_account(self, product):
        """Where a part would be billed if it had been bought alone."""
        goods = product._backflush_receipt_policy().received_not_billed_account_id
        accounts = product.product_tmpl_id.get_product_accounts(
            fiscal_pos=self.move_id.fiscal_position_id
        )
        own = product._get_product_accounts()["stock_valuation"]
        if product._backflush_policy():
            return goods or own
        is_valued = product.is_storable and product.valuation == "real_time"
        return (is_valued and own) or accounts["expense"] or self.account_id

    # -- a part is billed, the kit is not ---------------------------------------------

    def _backflush_is_billed(self):
        if self.backflush_kit_line_id:
            return self.backflush_is_kit_part
        return super()._backflush_is_billed() and not self._backflush_bought_parts()

    def _backflush_is_costed_purchase(self):
        if not self.backflush_kit_line_id:
            is_costed = super()._backflush_is_costed_purchase()
            return is_costed and not self._backflush_bought_parts()
        product = self.product_id.with_company(self.company_id)
        own = product._get_product_accounts()["stock_valuation"]
        if self.backflush_is_consigned:
            own = product._backflush_policy().consignment_account_id
        return self.backflush_is_kit_part and self.account_id == own

    def _backflush_order_line(self):
        kit_line = self.backflush_kit_line_id
        if not kit_line:
            return super()._backflush_order_line()
        return kit_line.purchase_line_id.sudo()

    def _backflush_in_document_currency(self):
        """A part has its share of the amount that the document says."""
        kit_line = self.backflush_kit_line_id
        if not kit_line:
            return super()._backflush_in_document_currency()
        currency, value = kit_line._backflush_in_document_currency()
        if not kit_line.balance:
            return currency, ZERO
        return currency, value * exact(self.balance) / exact(kit_line.balance)
