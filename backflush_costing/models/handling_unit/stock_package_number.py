from odoo import api, models
from odoo.exceptions import UserError

from ...engine.sscc import (
    IDENTIFIER,
    PREFIX_DIGITS,
    is_prefix,
    last_serial,
    make,
    read,
)


class StockPackage(models.Model):
    """Numbers that are unique in the world (GS1, SSCC-18), made and read."""

    _inherit = "stock.package"

    def action_assign_sscc(self):
        """Give these units the next serial shipping container codes as their names.

        The numbers are those of the company that a unit belongs to; of the present
        one where nothing is known of it. Units that have a valid one keep it.

        :return: True
        :raises UserError: if the company has no GS1 prefix, or has used up its numbers
        """
        for unit in self:
            unit._backflush_check_call()
            if not unit.valid_sscc:
                company = unit._backflush_owner()[:1] or self.env.company
                unit.sudo().name = self._backflush_next_sscc(company)
        return True

    def _backflush_barcode(self):
        """What the barcode of the label holds."""
        self.ensure_one()
        return f"{IDENTIFIER}{self.name}" if self.valid_sscc else self.name

    @api.model
    def _backflush_next_sscc(self, company):
        """The next number of this company that no unit carries.

        :raises UserError: if the company has no GS1 prefix, or has used up its numbers
        """
        prefix = company.backflush_gs1_prefix or ""
        extension = company.backflush_sscc_extension
        self._backflush_check_prefix(company)
        series = self.env["ir.sequence"]._backflush_sscc_series(prefix, extension)
        serial = int(series.next_by_id())
        while serial <= last_serial(prefix):
            number = make(prefix, serial, extension)
            if not self.sudo().search_count([("name", "=", number)], limit=1):
                return number
            serial = int(series.next_by_id())
        raise UserError(
            self.env._(
                "%(company)s cannot number handling units: prefix %(prefix)s with the "
                "extension digit %(digit)s has no number left. Enter the next "
                "extension digit in the settings, or another prefix of GS1.",
                company=company.name,
                prefix=prefix,
                digit=extension,
            )
        )

    @api.model
    def _backflush_check_prefix(self, company):
        """Refuse what no number can begin with.

        :raises UserError: naming what was entered
        """
        prefix = company.backflush_gs1_prefix or ""
        if is_prefix(prefix, company.backflush_sscc_extension):
            return
        raise UserError(
            self.env._(
                "%(company)s cannot number handling units: its GS1 company prefix is "
                "%(prefix)s, the extension digit %(digit)s. Enter the prefix that GS1 "
                "gave you (%(least)s to %(most)s digits, nothing else) and a digit "
                "from 0 to 9 in the settings.",
                company=company.name,
                prefix=prefix or self.env._("empty"),
                digit=company.backflush_sscc_extension,
                least=min(PREFIX_DIGITS),
                most=max(PREFIX_DIGITS),
            )
        )

    @api.model
    def _backflush_by_code(self, code):
        """The unit that carries ``code``: its name, or the SSCC in what was scanned.

        :return: one unit; empty if there is none, or more than one
        """
        if not isinstance(code, str) or not code.strip():
            return self.browse()
        names = {code.strip(), read(code)} - {None}
        found = self.search([("name", "in", list(names))], limit=2)
        return found if len(found) == 1 else self.browse()
