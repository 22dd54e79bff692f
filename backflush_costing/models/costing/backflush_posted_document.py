from odoo import models
from odoo.exceptions import AccessError, UserError

# The life cycle as data: a pair that is not listed cannot happen.
TRANSITIONS = {("draft", "posted"), ("posted", "reversed")}


class BackflushPostedDocument(models.AbstractModel):
    """A document of the cost accountant: a draft is a preview, a reversal the end.

    Models that inherit it have a field ``state`` with draft, posted and reversed.
    """

    _name = "backflush.posted.document"
    _description = "Document That Is Posted and Reversed"

    def _check_cost_accountant(self):
        """The caller may write these records and has the role."""
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group(
            "backflush_costing.group_cost_accountant"
        ):
            raise AccessError(
                self.env._(
                    "%s needs the role Cost Accountant.",
                    self.env["ir.model"]._get(self._name).name,
                )
            )

    def _check_state(self, state):
        """Refuse documents in any other state, by name."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self.filtered(lambda d: d.state != state):
            raise UserError(
                self.env._(
                    "«%(document)s» is %(state)s.",
                    document=document.display_name,
                    state=labels[document.state],
                )
            )

    def _set_state(self, state):
        """Move to ``state`` along a declared transition, or refuse."""
        for document in self:
            if (document.state, state) not in TRANSITIONS:
                document._check_state(state)
        self.write({"state": state})
