from contextlib import contextmanager

from odoo import api, fields, models

from ...said import Said, said

# Which change of a quantity means what; the context can say it closer.
MEANING = {
    "quantity": "correct",
    "quantity_issued": "retry",
    "quantity_written_off": "write_off",
    "quantity_reversed": "reversal",
    "quantity_substituted": "substitute",
}
REMEDY = "backflush_remedy"
LINES = "backflush_error_history.lines"


class BackflushError(models.Model):
    """Every change of what is open leaves a line, whichever way it came about."""

    _inherit = "backflush.error"

    quantity_substituted = fields.Float(
        "Substituted",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What an approved substitute was used instead of.",
    )
    remedy_ids = fields.One2many(
        "backflush.error.remedy",
        "error_id",
        "History",
        readonly=True,
        help="What was done about it, from the first failure to the last remedy.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        errors = super().create(vals_list)
        errors._log("first", lambda e: e.quantity, dict.fromkeys(errors, 0.0))
        return errors

    def write(self, vals):
        changed = [name for name in MEANING if name in vals]
        if not changed:
            return super().write(vals)
        before = {error: error.quantity_open for error in self}
        old = {error: {n: error[n] for n in changed} for error in self}
        res = super().write(vals)
        for name in changed:
            moved = self.filtered(lambda e, n=name: e[n] != old[e][n])
            moved._log(
                said(self.env, REMEDY, {}).get("kind") or MEANING[name],
                lambda e, n=name: abs(e[n] - old[e][n]),
                before,
            )
        return res

    def _log(self, kind, quantity, before, **vals):
        """Note what was done.

        :param quantity: function of a record: the part that it is about
        :param before: ``{record: what was open}``
        :param vals: further values; those of the context go with them
        """
        told = {**said(self.env, REMEDY, {}), **vals, "kind": kind}
        lines = [
            {
                "error_id": error.id,
                "user_id": self.env.uid,
                "quantity": quantity(error),
                "quantity_before": before[error],
                "quantity_after": error.quantity_open,
                **told,
            }
            for error in self
        ]
        if LINES in self.env.cr.cache:
            self.env.cr.cache[LINES] += lines
        else:
            self.env["backflush.error.remedy"].sudo().create(lines)

    @contextmanager
    def _logged_together(self):
        """What is logged while it lasts is written at its end, in one go."""
        if LINES in self.env.cr.cache:
            yield
            return
        lines = self.env.cr.cache[LINES] = []
        try:
            yield
        finally:
            self.env.cr.cache.pop(LINES, None)
        self.env["backflush.error.remedy"].sudo().create(lines)

    def _note(self, kind, **vals):
        """Note something that leaves what is open as it is."""
        before = {error: error.quantity_open for error in self}
        self._log(kind, lambda error: error.quantity_open, before, **vals)

    def _as_remedy(self, kind=None, **vals):
        """These records; what changes on them now is said to be this remedy."""
        told = {**said(self.env, REMEDY, {}), **vals}
        if kind:
            told["kind"] = kind
        return self.with_context(**{REMEDY: Said(told)})
