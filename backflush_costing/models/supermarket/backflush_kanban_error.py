from odoo import fields, models
from odoo.exceptions import UserError


class BackflushKanban(models.Model):
    """A supply that failed is worked out in the error queue."""

    _inherit = "backflush.kanban"

    error_ids = fields.One2many(
        "backflush.error",
        "kanban_id",
        "Error Records",
        readonly=True,
        help="Supplies of this card that failed, and what was done about them.",
    )

    def _fail(self, problem):
        """Whoever opens the queue sees it, not only who passes the shelf."""
        res = super()._fail(problem)
        what = self.env._(
            "%(card)s, %(product)s at %(bin)s: %(problem)s",
            card=self.name,
            product=self.product_id.display_name,
            bin=self.bin_id.display_name,
            problem=problem,
        )
        self.env["backflush.error"]._record_failure(
            {"company_id": self.company_id.id, "kanban_id": self.id}, UserError(what)
        )
        return res

    def action_supply_again(self):
        """What could be ordered now has failed no more.

        :return: True
        """
        res = super().action_supply_again()
        self._resolve_failures()
        return res

    def _set_state(self, state, trigger, document=""):
        """A container that came all the same needs nothing any more."""
        failed = self.filtered(lambda card: card.state == "error")
        res = super()._set_state(state, trigger, document)
        if state == "full" and failed:
            failed._resolve_failures()
        return res

    def _resolve_failures(self):
        """Close the records of those that are not in error."""
        cards = self.sudo().filtered(lambda card: card.state != "error")
        failures = self.env["backflush.error"].sudo()
        failures.search(
            [
                ("kanban_id", "in", cards.ids),
                ("state", "in", ("open", "in_process")),
            ]
        )._set_state("resolved")
