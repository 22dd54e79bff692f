from itertools import count

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.exceptions import ConcurrencyError

from ...engine.sscc import last_serial, make


class IrSequence(models.Model):
    """Serial numbers of handling units: one series per prefix and extension digit.

    Not per company: companies that share a prefix of GS1 share its numbers, and two
    with prefixes of their own never meet. Series are kept when the settings change,
    and go on where they ended when these are changed back.
    """

    _inherit = "ir.sequence"

    _backflush_sscc_uniq = models.UniqueIndex(
        "(code) WHERE starts_with(code, 'backflush.sscc.')",
        "There is a series of numbers for this prefix and extension digit already.",
    )

    @api.model
    def _backflush_sscc_series(self, prefix, extension):
        """The series of these numbers; begun where there is none.

        It gives each number once, also to two people at once, and nobody waits for
        anybody: gaps are allowed.

        :raises ConcurrencyError: if somebody else begins it at this moment; Odoo
            retries the whole call
        """
        code = f"backflush.sscc.{extension}.{prefix}"
        known = self.sudo().with_context(active_test=False)
        if series := known.search([("code", "=", code)], limit=1):
            return series
        vals = {
            "name": self.env._("Handling Units %s", f"({extension}) {prefix}"),
            "code": code,
            "company_id": False,
            "number_next": self._backflush_first_free(prefix, extension),
        }
        try:
            with self.env.cr.savepoint():
                return self.sudo().create(vals)
        except UniqueViolation as error:
            raise ConcurrencyError(
                self.env._("Somebody began the same series of numbers; trying again.")
            ) from error

    @api.model
    def _backflush_first_free(self, prefix, extension):
        """The first serial number that no unit carries, however it got it."""
        units = self.env["stock.package"].sudo()
        units = units.search_fetch(
            [("name", "=like", f"{extension}{prefix}%")], ["name"]
        )
        taken = set(units.mapped("name"))
        last = last_serial(prefix)
        return next(
            serial
            for serial in count(1)
            if serial > last or make(prefix, serial, extension) not in taken
        )
