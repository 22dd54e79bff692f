import pytz

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ....engine.shift import Shift, overlapping, shift_day


class BackflushShift(models.Model):
    """A shift of the plant: who was at work, and which day's books an event belongs to.

    A shift that runs over midnight belongs to the day on which it began. Where no
    shift is set up, an event belongs to its calendar day in the plant's time zone.
    """

    _name = "backflush.shift"
    _description = "Shift"
    _order = "company_id, hour_from, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, help="What people call it.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company that works in this shift.",
    )
    active = fields.Boolean(
        default=True, help="Archived shifts stay on what was reported in them."
    )
    hour_from = fields.Float(
        "From", required=True, help="Hour at which it begins, plant time."
    )
    hour_to = fields.Float(
        "To",
        required=True,
        help="Hour at which it ends, plant time. At or before the beginning: on the "
        "following day.",
    )

    @api.constrains("hour_from", "hour_to")
    def _check_hours(self):
        for shift in self:
            if not (0 <= shift.hour_from < 24 and 0 <= shift.hour_to <= 24):
                raise ValidationError(
                    self.env._(
                        "%(shift)s: a shift begins between 0:00 and 23:59 and ends "
                        "between 0:00 and 24:00.",
                        shift=shift.name,
                    )
                )

    @api.constrains("hour_from", "hour_to", "company_id", "active")
    def _check_overlap(self):
        """An event belongs to one shift, and to one day."""
        for company in self.filtered("active").company_id:
            # Not the cached plan: a refused shift must not stay in it.
            shifts = self.sudo().search([("company_id", "=", company.id)])
            pair = overlapping([shift._span() for shift in shifts])
            if pair:
                one, other = self.sudo().browse(pair)
                raise ValidationError(
                    self.env._(
                        "%(one)s (%(one_hours)s) and %(other)s (%(other_hours)s) of "
                        "%(company)s overlap. End one where the other begins.",
                        one=one.name,
                        one_hours=one._hours(),
                        other=other.name,
                        other_hours=other._hours(),
                        company=company.name,
                    )
                )

    def _hours(self):
        """From when to when, in words."""
        return "-".join(
            f"{minutes // 60}:{minutes % 60:02}"
            for minutes in (round(self.hour_from * 60), round(self.hour_to * 60))
        )

    @api.model
    def _of(self, company, moment):
        """``(shift, accounting day)`` of a UTC moment; no shift where none fits."""
        zone = company._backflush_timezone()
        local = pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)
        key, day = shift_day(self._plan(company.id), local)
        return self.browse(key), day

    @api.model
    @tools.ormcache("company_id")
    def _plan(self, company_id):
        """The shifts of a company as the engine knows them."""
        shifts = self.sudo().search([("company_id", "=", company_id)])
        return tuple(shift._span() for shift in shifts)

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

    def _span(self):
        """This shift as the engine knows it: minutes since midnight."""
        day = 24 * 60
        start, end = (round(h * 60) % day for h in (self.hour_from, self.hour_to))
        return Shift(self.id, start, end)
