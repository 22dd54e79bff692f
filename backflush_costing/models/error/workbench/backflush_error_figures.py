from odoo import fields, models

CLOSED = ("resolved", "written_off", "rejected")


class BackflushError(models.Model):
    """What the figures of the queue need to know of a record that is closed."""

    _inherit = "backflush.error"

    date_closed = fields.Datetime(
        "Closed",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When nothing was open on the record any more.",
    )
    amount_made = fields.Float(
        "Amount When Made",
        digits=(20, 8),
        readonly=True,
        copy=False,
        help="What the record was worth when it was made, in company currency.",
    )
    amount_written_off = fields.Float(
        digits=(20, 8),
        readonly=True,
        copy=False,
        help="What of the amount was given up, in company currency: never counted as "
        "resolved.",
    )

    def _set_amounts(self, amounts):
        """Keep what each record is worth now, and was worth when it was made.

        :param amounts: ``{record: amount}``, unrounded, in company currency
        """
        for error, amount in amounts.items():
            error.amount = amount
            if not error.amount_made:
                error.amount_made = amount
        self._apply_rules()

    def _set_state(self, state):
        """Note the moment of closing; nobody has to be reminded any more."""
        res = super()._set_state(state)
        if state in CLOSED:
            self.date_closed = fields.Datetime.now()
            self.sudo().activity_ids.filtered("automated").unlink()
        return res

    def _write_off(self, reason, kind, quantity=None):
        """Note what is given up, before its entry takes it out of suspense."""
        for error in self:
            part = 1.0 if quantity is None else quantity / error.quantity_open
            error.amount_written_off += error.amount * part
        return super()._write_off(reason, kind, quantity)
