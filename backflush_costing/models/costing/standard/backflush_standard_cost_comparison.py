from odoo import Command, api, fields, models

from ....engine.numbers import exact
from ....engine.snapshot import compare, of_elements
from ....said import said

DIFFERENCE = "backflush.standard.cost.difference"


class BackflushStandardCost(models.Model):
    """Each version says what it was rolled up from and why it differs."""

    _inherit = "backflush.standard.cost"

    line_ids = fields.One2many(
        "backflush.standard.cost.line",
        "version_id",
        "Rolled Up From",
        readonly=True,
        help="What one unit consists of, as it was when the version was rolled up.",
    )
    previous_id = fields.Many2one(
        "backflush.standard.cost",
        "Compared With",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The version that was released when this one was prepared; once "
        "released, the one that it superseded.",
    )
    previous_date = fields.Date(
        related="previous_id.date_effective",
        string="Effective Date Before",
        help="Since when the version that this one is compared with values stock.",
    )
    difference_ids = fields.One2many(
        DIFFERENCE,
        "version_id",
        "Differences",
        readonly=True,
        help="Why the standard differs from the version before.",
    )
    version_difference = fields.Float(
        "Difference to the Version Before",
        digits=False,
        compute="_compute_version_difference",
        help="Standard cost of this version less that of the version before; the "
        "sum of the differences line by line.",
    )

    @api.depends("total", "previous_id.total")
    def _compute_version_difference(self):
        for version in self:
            version.version_difference = float(version._difference())

    def _difference(self):
        """Total less the total of the version before, exact."""
        before = self.previous_id
        return exact(self.total) - exact(before.total) if before else exact(0.0)

    def _elements_changed(self):
        if not said(self.env, "backflush_rolling_up"):
            self._compare()
        return super()._elements_changed()

    def _release(self):
        """Say once more, and for good, why the standard changes."""
        self._compare()
        res = super()._release()
        coming = self.search(
            [
                ("product_id", "in", self.product_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("state", "in", ("draft", "scheduled")),
            ]
        )
        coming._compare()
        return res

    def _compare(self):
        """Derive anew why these versions differ from what is released."""
        versions = self.sudo().filtered(lambda version: not version._is_frozen())
        vals_list = []
        for company, some in versions.grouped("company_id").items():
            current = some.with_company(company)._current(some.product_id)
            for version in some:
                version.previous_id = current.get(version.product_id)
                vals_list += version._difference_vals()
        versions.difference_ids.unlink()
        self.env[DIFFERENCE].sudo().create(vals_list)

    def _difference_vals(self):
        """Values of the rows that explain this version."""
        before = self.previous_id
        if not before:
            return []
        by_line = self.line_ids and before.line_ids
        old, new = (
            {row._line(): row for row in version.line_ids}
            if by_line
            else dict.fromkeys(of_elements(version._cost().cumulated))
            for version in (before, self)
        )
        shown = {line.identity: row for line, row in (*old.items(), *new.items())}
        return [
            {
                "version_id": self.id,
                "sequence": sequence,
                **self._difference_row_vals(row, shown.get(row.identity)),
            }
            for sequence, row in enumerate(compare(old, new, self._difference()))
        ]

    def _difference_row_vals(self, difference, line):
        """Values of one row, from the engine's difference and the line it is of."""
        vals = {
            "change": difference.change,
            "before": float(difference.before or 0),
            "after": float(difference.after or 0),
            "amount": float(difference.amount),
        }
        if not difference.identity:
            return vals
        kind, key, _element = difference.identity
        vals["kind"] = kind
        if not line:
            return {**vals, **self._element_row_vals(difference, key)}
        is_price = difference.change in ("price", "place")
        return {
            **vals,
            "name": line.name,
            "element": line.element,
            "unit": line.price_unit if is_price else line.unit,
            "place": (line.workcenter_id or line.partner_id).display_name,
        }

    def _element_row_vals(self, difference, element):
        """Values of a row where only the elements of both versions are known."""
        vals = {"element": element}
        if difference.change == "added":
            vals["after"] = float(difference.amount)
        elif difference.change == "removed":
            vals["before"] = -float(difference.amount)
        return vals

    def _line_commands(self, lines):
        """Commands that give a version the snapshot ``lines`` of the engine."""
        rows = self.env["backflush.standard.cost.line"]
        return [
            Command.clear(),
            *(
                Command.create(rows._prepare(line, sequence))
                for sequence, line in enumerate(lines)
            ),
        ]
