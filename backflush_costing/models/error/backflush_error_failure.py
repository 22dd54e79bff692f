from odoo import api, fields, models

from ...exceptions import cause_of


class BackflushError(models.Model):
    """The boundary: where a business error becomes a record that somebody sees.

    A failure concerns a document as a whole, not the quantity of one component. It
    is resolved when the document goes through after all.
    """

    _inherit = "backflush.error"

    description = fields.Text(
        "What Failed",
        readonly=True,
        copy=False,
        tracking=True,
        help="What Odoo said when the document failed; empty for missing components.",
    )

    reference = fields.Char(
        "Unknown Code",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Code in the report that nothing is known by.",
    )

    @api.model
    def _record_failure(self, document_vals, error):
        """Keep a business error as a record; an open one of the document is updated.

        Database errors are not for this: they must reach whoever retries the call.

        :param dict document_vals: values that name the document: ``company_id`` and
            ``production_id``, …
        :param error: the exception
        """
        domain = [
            ("state", "in", ("open", "in_process")),
            ("description", "!=", False),
            *((name, "=", value) for name, value in document_vals.items()),
        ]
        vals = {
            "cause": cause_of(error),
            "description": str(error),
            "reference": getattr(error, "reference", False),
        }
        known = self.sudo().search(domain, limit=1)
        if known:
            known.write({**vals, "attempts": known.attempts + 1})
            return known
        event = self.env.context.get("backflush_event_time")
        if event:
            vals["event_date"] = fields.Datetime.to_datetime(event)
        return self.sudo().create({**document_vals, **vals})

    def _is_failure(self):
        """Whether the record is about a document as a whole."""
        self.ensure_one()
        return bool(self.description)
