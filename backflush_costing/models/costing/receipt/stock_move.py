from odoo import fields, models

from ....engine.numbers import exact, rounded
from ....engine.receipt import Standing


class StockMove(models.Model):
    """Receipts and returns whose purchase is posted at the receipt."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Post receipts once all stock work of the call is done.

        Numbering an entry locks the journal until the transaction ends.
        """
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._backflush_post_receipts()
        return moves

    def _should_create_account_move(self):
        """An account on a vendor's location does not post the receipt once more."""
        return super()._should_create_account_move() and not (
            self._backflush_is_posted_receipt()
        )

    def _backflush_is_posted_receipt(self):
        """Whether the receipt or return itself is the trigger point."""
        self.ensure_one()
        if "supplier" not in (self.location_id.usage, self.location_dest_id.usage):
            return False
        product = self.product_id.with_company(self.company_id)
        return bool(product._backflush_receipt_policy())

    def _backflush_post_receipts(self):
        """Post what is new in those of these moves that are trigger points."""
        receipts = self.filtered(
            lambda m: m.state == "done" and m._backflush_is_posted_receipt()
        )
        for company, moves in receipts.sudo().grouped("company_id").items():
            poster = self.env["backflush.poster"].sudo().with_company(company)
            poster._post_receipts(moves.with_company(company))

    def _backflush_order_line(self):
        """The order line that this receives or returns; empty where there is none."""
        line = self.purchase_line_id or self.origin_returned_move_id.purchase_line_id
        # Of a kit its parts are received: they have no price of their own.
        return line if line.product_id == self.product_id else line.browse()

    def _backflush_accounting_date(self):
        """The plant's day of this move, unless the caller names another."""
        forced = self.env.context.get("force_period_date")
        return fields.Date.to_date(forced) or self.company_id._backflush_day(self.date)

    def _backflush_unbilled_standing(self, quantity):
        """What the vendor is going to bill for ``quantity`` (signed).

        At the order's price and the rate of the day; without an order at what
        inventory carries, less the material overhead that is absorbed.
        """
        order_line = self._backflush_order_line()
        if order_line:
            date = self._backflush_accounting_date()
            return order_line._backflush_standing(
                quantity, date, product=self.product_id
            )
        value = quantity * self.product_id._backflush_expected_price()
        step = exact(self.company_id.currency_id.rounding)
        return Standing(quantity, rounded(value, step))
