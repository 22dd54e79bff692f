from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# What follows from posting and reversing, and is not entered.
FACTS = {"state", "reason", "line_ids", "move_ids", "date_from"}


class BackflushPeriodClose(models.Model):
    """The end of a period: allocated conversion is settled against what was incurred.

    A draft shows what would be posted; posting makes one entry per group of policies
    that share their conversion accounts; the last close can be reversed.
    """

    _name = "backflush.period.close"
    _description = "Period Close"
    _inherit = ["mail.thread", "backflush.posted.document"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company whose period is closed.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    date = fields.Date(
        "Until",
        required=True,
        default=lambda self: fields.Date.context_today(self),
        tracking=True,
        help="Last day of the period; the entry carries it.",
    )
    date_from = fields.Date(
        "From",
        compute="_compute_date_from",
        store=True,
        help="Day after the close before; empty for the first one.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("reversed", "Reversed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Draft: a preview. Posted: the entries stand. Reversed: taken back.",
    )
    line_ids = fields.One2many(
        "backflush.period.close.line",
        "close_id",
        readonly=True,
        copy=False,
        help="What is posted, account by account.",
    )
    difference = fields.Monetary(
        compute="_compute_difference",
        help="Incurred less allocated conversion: positive is under-allocated.",
    )
    move_ids = fields.One2many(
        "account.move",
        "backflush_period_close_id",
        "Journal Entries",
        readonly=True,
        help="The entries of the close and of its reversal.",
    )
    reason = fields.Char(
        "Reversed Because", readonly=True, copy=False, help="Why it was taken back."
    )

    _open_uniq = models.UniqueIndex(
        "(company_id, date) WHERE state = 'posted'",
        "This period is closed already.",
    )

    @api.depends("company_id", "date", "state")
    def _compute_date_from(self):
        for close in self.filtered(lambda c: c.state != "reversed"):
            before = close._posted().filtered(
                lambda other, close=close: close.date and other.date < close.date
            )[:1]
            close.date_from = before.date + timedelta(days=1) if before else False

    @api.depends("line_ids.amount", "line_ids.kind")
    def _compute_difference(self):
        for close in self:
            emptied = close.line_ids.filtered(
                lambda line: line.kind in ("control", "allocated")
            )
            close.difference = -sum(emptied.mapped("amount"))

    @api.depends("company_id", "date")
    def _compute_display_name(self):
        for close in self:
            close.display_name = self.env._(
                "%(company)s until %(date)s",
                company=close.company_id.name,
                date=close.date,
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Every close begins as a preview."""
        closes = super().create(
            [{k: v for k, v in vals.items() if k not in FACTS} for vals in vals_list]
        )
        closes.action_preview()
        return closes

    def write(self, vals):
        if not self.env.su and FACTS & set(vals):
            raise UserError(self.env._("A close changes by being posted or reversed."))
        if {"company_id", "date"} & set(vals):
            self._check_state("draft")
        res = super().write(vals)
        if {"company_id", "date"} & set(vals):
            self.action_preview()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        self._check_state("draft")

    def action_preview(self):
        """Compute anew what posting would do.

        :return: True
        """
        self.check_access("write")
        for close in self.filtered(lambda c: c.state == "draft"):
            close = close.with_company(close.company_id).sudo()
            close.line_ids = [
                fields.Command.clear(),
                *(fields.Command.create(vals) for vals in close._figures()),
            ]
        return True

    def action_post(self):
        """Post the settlement as it is now.

        :return: True
        :raises UserError: if the day is to come, a later or equal period is closed,
            or error records that must be resolved are open
        """
        self._check_cost_accountant()
        for close in self.sudo():
            close = close.with_company(close.company_id)
            close._check_state("draft")
            close._check_date()
            close._check_errors()
            close.action_preview()
            close._post_lines(close.line_ids, close.date, 1)
            prorated = close.line_ids.filtered(lambda line: line.kind == "proration")
            if prorated:
                # Stock stays at standard: the share goes back on the first day.
                close._post_proration_reversal(close.date + timedelta(days=1))
            close._set_state("posted")
        return True

    def action_reverse(self, reason, date=None):
        """Take the last close back.

        :param str reason: why
        :param date: accounting date; the close's own when empty
        :return: True
        :raises UserError: if it is not the last one, no reason is given, or the date
            is before the close's own
        """
        self._check_cost_accountant()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the close is taken back."))
        date = fields.Date.to_date(date)
        for close in self.sudo():
            close = close.with_company(close.company_id)
            close._check_state("posted")
            later = close._posted().filtered(lambda c, own=close: c.date > own.date)
            if later:
                raise UserError(
                    self.env._(
                        "Reverse %s first: periods are opened from the last one back.",
                        later[0].display_name,
                    )
                )
            if date and date < close.date:
                raise UserError(
                    self.env._(
                        "%s cannot be taken back on a day before it was posted.",
                        close.display_name,
                    )
                )
            close._reverse_entries(date)
            close.reason = reason
            close._set_state("reversed")
        return True

    # -- checks ----------------------------------------------------------------

    def _check_date(self):
        """A period ends, and ends once."""
        if self.date > self.company_id._backflush_today():
            raise UserError(
                self.env._("%s is not over yet.", self.display_name),
            )
        closed = self._posted()[:1]
        if closed and closed.date >= self.date:
            raise UserError(
                self.env._(
                    "%(close)s cannot be closed: %(closed)s is closed already.",
                    close=self.display_name,
                    closed=closed.display_name,
                )
            )

    def _check_errors(self):
        """Records of severity *required* block the close, by name."""
        errors = self._open_errors("required")
        if errors:
            raise UserError(
                self.env._(
                    "%(close)s cannot be closed before these error records are "
                    "resolved (%(count)s): %(names)s",
                    count=len(errors),
                    close=self.display_name,
                    names=", ".join(errors[:10].mapped("name")),
                )
            )

    def _posted(self):
        """Posted closes of the company, the last one first."""
        return self.search(
            [("company_id", "=", self.company_id.id), ("state", "=", "posted")],
            order="date desc",
        )
