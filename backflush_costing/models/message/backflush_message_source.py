from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import _tz_get


class BackflushMessageSource(models.Model):
    """A system that sends messages: a line's controller, a gateway, an MES.

    External ids and sequence numbers count per source.
    """

    _name = "backflush.message.source"
    _description = "Source of Messages"
    _order = "company_id, code"
    _check_company_auto = True

    name = fields.Char(required=True, help="What the plant calls the system.")
    code = fields.Char(
        required=True,
        copy=False,
        index=True,
        help="What the system calls itself: the key 'source' of its messages.",
    )
    active = fields.Boolean(
        default=True, help="Messages of an archived source are rejected."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company whose orders and stock its messages are about.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Plant",
        check_company=True,
        help="Only orders of this warehouse are reported on; empty: all of the "
        "company.",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        help="Time zone of event times without an offset; empty: such messages are "
        "rejected.",
    )
    gap_minutes = fields.Float(
        "Wait for Missing (min)",
        default=5.0,
        help="How many minutes a message waits for those that have to come before it. "
        "Then it becomes an error record.",
    )
    skew_minutes = fields.Float(
        "Clock Ahead (min)",
        default=5.0,
        help="How many minutes the system's clock may be ahead. What happened within "
        "them is booked as of now, what lies further ahead is rejected.",
    )
    retention_days = fields.Integer(
        "Archive After (days)",
        default=365,
        help="Days after which messages that took effect are archived; 0: never. "
        "Nothing is deleted.",
    )

    fetches = fields.Boolean(
        "Fetches Outbound",
        help="Orders and empty containers of the company are written down as messages "
        "that the system fetches in order.",
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "Another source of the company has this code."
    )
    _periods = models.Constraint(
        "CHECK (gap_minutes >= 0 AND skew_minutes >= 0 AND retention_days >= 0)",
        "Times to wait, clock and days to archive cannot be below zero.",
    )

    @api.constrains("code")
    def _check_code(self):
        for source in self:
            code = source.code or ""
            if code != code.strip() or not code.isprintable() or len(code) > 64:
                raise ValidationError(
                    self.env._(
                        "'%s' cannot be a source's code: up to 64 printable "
                        "characters, without spaces around them.",
                        code,
                    )
                )

    @api.depends("name", "code")
    def _compute_display_name(self):
        for source in self:
            source.display_name = f"{source.name} ({source.code})"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _patience(self):
        """How long a message waits for those before it."""
        self.ensure_one()
        return timedelta(minutes=self.gap_minutes)
