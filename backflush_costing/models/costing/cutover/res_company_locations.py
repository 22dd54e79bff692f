from collections import defaultdict

from odoo import models
from odoo.fields import Domain

from ....engine.numbers import ZERO, exact

# How goods reach a place where they are lost, or come from one where they are found.
FLOWS = (("location_dest_id", "is_out", 1), ("location_id", "is_in", -1))


class ResCompany(models.Model):
    """What was posted at once under a policy is not posted again by Odoo's closing.

    A category that leaves its policy may be valued periodically again. Odoo's closing
    then books every count and scrap at locations with an account, as if none of them
    had been posted yet.
    """

    _inherit = "res.company"

    def _get_location_valuation_vals(self, at_date=None, location_domain=False):
        vals_list = super()._get_location_valuation_vals(at_date, location_domain)
        posted = self._backflush_posted_at_locations(at_date, location_domain)
        return self._backflush_less(vals_list, posted) if posted else vals_list

    def _backflush_posted_at_locations(self, at_date, location_domain):
        """``{(location's account, stock account): value}`` as core counts it."""
        moves = self._backflush_recorded_moves(at_date)
        posted = defaultdict(lambda: ZERO)
        if not moves:
            return posted
        places = self.env["stock.location"].search(
            Domain("valuation_account_id", "!=", False)
            & Domain("company_id", "=", self.id)
            & Domain(location_domain or Domain.TRUE)
        )
        for side, flow, sign in FLOWS:
            some = moves.filtered(lambda m, side=side, flow=flow: m[flow])
            for move in some.filtered(lambda m, side=side: m[side] in places):
                account = (
                    move.product_category_id.property_stock_valuation_account_id
                    or self.account_stock_valuation_id
                )
                posted[move[side].valuation_account_id, account] += sign * exact(
                    move.value
                )
        return posted

    def _backflush_recorded_moves(self, at_date):
        """Counts and scrap of periodic products that the subledger holds."""
        last = self._get_last_closing_date()
        domain = Domain(
            [
                ("company_id", "=", self.id),
                ("kind", "=", "stock"),
                ("stock_move_id", "!=", False),
                ("product_id.valuation", "=", "periodic"),
            ]
        )
        if last:
            domain &= Domain("stock_move_id.date", ">", last)
        if at_date:
            domain &= Domain("stock_move_id.date", "<=", at_date)
        return self.env["backflush.posting.line"].sudo().search(domain).stock_move_id

    def _backflush_less(self, vals_list, posted):
        """The pairs of lines that core proposes, less what is ``posted`` already."""
        rest, kept = dict(posted), []
        for credit, debit in zip(vals_list[::2], vals_list[1::2], strict=True):
            accounts = self.env["account.account"].browse(
                [debit["account_id"], credit["account_id"]]
            )
            balance = exact(debit["debit"])
            key = tuple(accounts)
            if key not in rest:
                key, balance = key[::-1], -balance
            balance -= rest.pop(key, ZERO)
            if not self.currency_id.is_zero(float(balance)):
                kept += self._prepare_inventory_aml_vals(
                    *key, float(balance), debit["name"]
                )
        for key, value in rest.items():
            if not self.currency_id.is_zero(float(value)):
                name = self.env._("Closing: counts that were posted at once")
                kept += self._prepare_inventory_aml_vals(*key, -float(value), name)
        return kept
