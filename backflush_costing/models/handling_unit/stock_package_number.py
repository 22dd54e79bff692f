from odoo import api, models
from odoo.exceptions import UserError

from ...engine.sscc import IDENTIFIER, make, read


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
        """The next number of this company."""
        prefix = company.backflush_gs1_prefix or ""
        sequence = self.env["ir.sequence"].sudo().with_company(company)
        serial = sequence.next_by_code("backflush.sscc")
        try:
            return make(prefix, int(serial), company.backflush_sscc_extension)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "%(company)s cannot number handling units: its GS1 company prefix "
                    "is %(prefix)s, the next number %(serial)s. Enter the prefix that "
                    "GS1 gave you (7 to 10 digits) in the settings, or the next "
                    "extension digit.",
                    company=company.name,
                    prefix=prefix or self.env._("empty"),
                    serial=serial,
                )
            ) from error

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
