from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

COUNTERS = (
    "backflush_costing.group_backflush_supervisor",
    "backflush_costing.group_cost_accountant",
)


class StockLocation(models.Model):
    """A location can be blocked while somebody counts it.

    Meanwhile nothing is flushed there: what is reported waits as error records. When
    the count ends, what was used before it is worked off by the count, the rest by
    retries.
    """

    _inherit = "stock.location"

    backflush_blocked = fields.Boolean(
        "Blocked for Counting",
        copy=False,
        help="While it is set nothing is flushed here or in a location below: what is "
        "reported waits in the error queue.",
    )
    backflush_is_blocked = fields.Boolean(
        "Being Counted",
        compute="_compute_backflush_is_blocked",
        store=True,
        recursive=True,
        help="Whether this location, or one that it is part of, is blocked for "
        "counting.",
    )
    backflush_blocked_by_id = fields.Many2one(
        "res.users",
        "Blocked By",
        readonly=True,
        copy=False,
        help="Who began the last count.",
    )
    backflush_blocked_date = fields.Datetime(
        "Blocked Since",
        readonly=True,
        copy=False,
        help="When the last count began.",
    )
    backflush_blocked_reason = fields.Char(
        "Reason for Counting", copy=False, help="Why it is counted, in words."
    )
    backflush_released_by_id = fields.Many2one(
        "res.users",
        "Released By",
        readonly=True,
        copy=False,
        help="Who ended the last count.",
    )
    backflush_released_date = fields.Datetime(
        "Released On",
        readonly=True,
        copy=False,
        help="When the last count ended.",
    )

    @api.depends("backflush_blocked", "location_id.backflush_is_blocked")
    def _compute_backflush_is_blocked(self):
        for location in self:
            location.backflush_is_blocked = (
                location.backflush_blocked or location.location_id.backflush_is_blocked
            )

    @api.model_create_multi
    def create(self, vals_list):
        locations = super().create(vals_list)
        blocked = locations.filtered("backflush_blocked")
        blocked._backflush_check_counter()
        blocked.sudo().write(blocked._backflush_count_stamp(True))
        return locations

    def write(self, vals):
        """Blocking and releasing take their turn with the flushes."""
        if "backflush_blocked" not in vals:
            return super().write(vals)
        blocks = bool(vals["backflush_blocked"])
        flipped = self.filtered(lambda place: place.backflush_blocked != blocks)
        if not flipped:
            return super().write(vals)
        flipped._backflush_check_counter()
        flipped._backflush_acquire_counted()
        res = super().write({**vals, **self._backflush_count_stamp(blocks)})
        if not blocks:
            flipped._backflush_end_counts()
        return res

    def _backflush_count_stamp(self, blocks):
        """Who begins, or ends, a count now."""
        what = "blocked" if blocks else "released"
        return {
            f"backflush_{what}_by_id": self.env.uid,
            f"backflush_{what}_date": fields.Datetime.now(),
        }

    def action_backflush_begin_count(self, reason=None):
        """Block these locations, and those below them, for counting.

        :param str reason: why, in words
        :return: True
        :raises UserError: if one is no internal location, or is being counted already
        """
        self._backflush_check_counter()
        for place in self.filtered("backflush_blocked"):
            raise UserError(
                self.env._(
                    "%(location)s is being counted already, since %(date)s by "
                    "%(user)s. End that count first.",
                    location=place.display_name,
                    date=place.backflush_blocked_date,
                    user=place.backflush_blocked_by_id.sudo().name,
                )
            )
        # Who counts need not be allowed to set locations up.
        self.sudo().write(
            {"backflush_blocked": True, "backflush_blocked_reason": reason or False}
        )
        return True

    def action_backflush_end_count(self):
        """Release these locations; what waits there is worked off.

        :return: True
        """
        self._backflush_check_counter()
        self.sudo().write({"backflush_blocked": False})
        return True

    def _backflush_check_counter(self):
        """Supervisors and cost accountants count, at internal locations."""
        self.check_access("read")
        user = self.env.user
        if self and not self.env.su and not any(map(user.has_group, COUNTERS)):
            raise AccessError(
                self.env._(
                    "Blocking a location for counting, and releasing it, needs the "
                    "role Supervisor or Cost Accountant."
                )
            )
        for place in self.filtered(lambda place: place.usage != "internal"):
            raise UserError(
                self.env._(
                    "%s holds no stock of its own: choose an internal location to "
                    "count.",
                    place.display_name,
                )
            )

    def _backflush_acquire_counted(self):
        """Queue for all stock here, and for all that waits for some.

        A flush that is under way ends first, one that comes later sees the change.
        """
        quants = self.env["stock.quant"].sudo()
        errors = self.env["backflush.error"].sudo()
        stock = quants.search([("location_id", "child_of", self.ids)])
        waiting = errors.search(
            [
                ("state", "in", ("open", "in_process")),
                ("product_id", "!=", False),
                "|",
                ("location_id", "child_of", self.ids),
                ("location_id", "parent_of", self.ids),
            ]
        )
        keys = {(r.product_id.id, r.location_id.id) for r in (*stock, *waiting)}
        self.env["backflush.stock.lock"].sudo()._acquire(keys, merge=False)

    def _backflush_end_counts(self):
        """Work off what was used before the counts, and wake up what waits."""
        errors = self.env["backflush.error"].sudo()
        for place in self:
            waiting = errors._waiting_under(place)
            for company, some in waiting.grouped("company_id").items():
                some.with_company(company)._settle_counted()
        errors._wake()

    def _backflush_guarded_line(self):
        """This location and all that it is part of, where flushes take turns."""
        self.ensure_one()
        path = [int(part) for part in self.parent_path.split("/") if part]
        return self.sudo().browse(path).filtered(lambda p: p._backflush_is_guarded())

    def _backflush_keeps_back(self, product):
        """Whether a count keeps ``product`` back from flushes at this location."""
        self.ensure_one()
        if self.backflush_is_blocked:
            return True
        stock = self.env["stock.quant"].sudo()
        return bool(
            stock.search_count(
                [
                    ("product_id", "=", product.id),
                    ("location_id", "child_of", self.id),
                    ("location_id.backflush_is_blocked", "=", True),
                    ("quantity", ">", 0),
                ],
                limit=1,
            )
        )

    def _backflush_is_nowhere(self):
        """Whether nothing can be taken from here: archived, or no internal location.

        A location that only groups others is as good as those.
        """
        self.ensure_one()
        if self.usage in ("internal", "transit") and self.active:
            return False
        below = [("location_id", "child_of", self.id), ("usage", "=", "internal")]
        return not self.active or not self.sudo().search_count(below, limit=1)
