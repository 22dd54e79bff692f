import base64
import json

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

# What a reader of the file wants to know of a record, and of each line of its history.
KEPT = (
    *("name", "company_id", "cause", "state", "severity", "event_date", "description"),
    *("product_id", "uom_id", "location_id", "lot_id", "package_id", "production_id"),
    *("quantity", "quantity_issued", "quantity_substituted", "quantity_written_off"),
    *("quantity_reversed", "write_off_kind", "write_off_reason", "reject_reason"),
    "user_id",
)
HISTORY = (
    *("date", "user_id", "kind", "quantity", "quantity_before", "quantity_after"),
    *("reason", "second_user_id", "stock_move_id", "picking_id", "account_move_id"),
)


class BackflushError(models.Model):
    """What stays when the addon leaves the database."""

    _inherit = "backflush.error"

    def _check_may_leave(self):
        """Refuse while records are open, in any company."""
        waiting = self.sudo().search([("state", "in", ("open", "in_process"))])
        if waiting:
            raise UserError(
                self.env._(
                    "%(count)s error records are open (%(names)s). Work them off "
                    "before Backflush Costing is uninstalled: suspense would keep "
                    "amounts that nothing explains.",
                    count=len(waiting),
                    names=", ".join(waiting[:10].mapped("name")),
                )
            )

    def _keep_as_file(self):
        """Write all records with their history to an attachment per company.

        The tables go away with the addon; what the ledger refers to must not.
        """
        files = self.env["ir.attachment"].sudo()
        every = self.sudo().search([("company_id", "!=", False)])
        for company, errors in every.grouped("company_id").items():
            rows = [
                {
                    **self._row(error, KEPT),
                    "history": [self._row(r, HISTORY) for r in error.remedy_ids],
                    "log": error._log_rows(),
                }
                for error in errors
            ]
            text = json.dumps(rows, ensure_ascii=False, indent=1, default=str)
            files |= files.create(
                {
                    "name": f"backflush-error-records-{company.name}-"
                    f"{fields.Date.today()}.json",
                    "datas": base64.b64encode(text.encode()),
                    "mimetype": "application/json",
                    "company_id": company.id,
                    "description": self.env._(
                        "Error records of Backflush Costing with what was done about "
                        "each, kept when the addon was uninstalled."
                    ),
                }
            )
        return files

    def _log_rows(self):
        """What was changed on a record: who, when, from, to; and what was said."""
        return [
            {
                "date": message.date,
                "user": message.author_id.display_name,
                "body": html2plaintext(message.body or ""),
                "changes": [self._change(v) for v in message.tracking_value_ids],
            }
            for message in self.message_ids.sorted("id")
        ]

    def _change(self, value):
        """One change of one field."""
        field, gone = value.field_id, value.field_info or {}
        kind = field.ttype or gone.get("type")
        before, after = (
            value._format_display_value(kind, new)[0] for new in (False, True)
        )
        return {
            "field": field.field_description or gone.get("desc"),
            "from": before or "",
            "to": after or "",
        }

    def _row(self, record, names):
        """Values of a record that can be read without the database."""
        return {
            name: record[name].display_name
            if isinstance(record[name], models.BaseModel)
            else record[name]
            for name in names
        }
