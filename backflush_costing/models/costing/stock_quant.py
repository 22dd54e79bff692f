from odoo import fields, models


class StockQuant(models.Model):
    """A count of another day changes stock and ledger on the same day.

    Odoo books a count as of a date on today, and one with an accounting date on that
    day while stock changes today: between both days neither explains the other.
    """

    _inherit = "stock.quant"

    def _apply_inventory(self, date=None):
        costed = self.filtered(lambda quant: quant._backflush_is_costed())
        res = super(StockQuant, self - costed)._apply_inventory(date)
        for (company, day), quants in costed.grouped(
            lambda quant: (quant.company_id, quant._backflush_booking_day(date))
        ).items():
            moment = date
            if day:
                moment = company._backflush_moment_on(day, date)
                quants = quants.with_context(force_period_date=day)
            super(StockQuant, quants)._apply_inventory(moment)
        return res

    def _backflush_is_costed(self):
        """Whether a count of this stock is journalised at a standard."""
        product = self.product_id.with_company(self.company_id)
        return (
            bool(self.company_id)
            and bool(product._backflush_policy())
            and not product._backflush_at_actual()
        )

    def _backflush_booking_day(self, date):
        """Its accounting date, else the day of ``date``; None for today."""
        moment = fields.Datetime.to_datetime(date)
        return self.accounting_date or (
            self.company_id._backflush_day(moment) if moment else None
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    def _backflush_moment_on(self, day, moment=None):
        """``moment`` where it is of that day, else the last one of it that is over."""
        moment = fields.Datetime.to_datetime(moment)
        if moment and self._backflush_day(moment) == day:
            return moment
        return min(fields.Datetime.now(), self._backflush_end_of_day(day))
