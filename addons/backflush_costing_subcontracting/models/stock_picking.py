from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    backflush_open_error_count = fields.Integer(
        compute="_compute_backflush_open_error_count",
        help="Components that the subcontractor used and stock could not supply: "
        "number of error records that are still to be worked out.",
    )

    def _compute_backflush_open_error_count(self):
        for picking in self:
            errors = picking.sudo()._get_subcontract_production().backflush_error_ids
            picking.backflush_open_error_count = sum(e._is_open() for e in errors)

    def action_open_backflush_errors(self):
        """Show what was missing at the subcontractor."""
        self.ensure_one()
        orders = self._get_subcontract_production()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Error Records of %s", self.name),
            "res_model": "backflush.error",
            "view_mode": "list,form",
            "domain": [("production_id", "in", orders.ids)],
        }

    def _backflush_keys(self):
        """Receiving a product uses components: queue for all of it at once."""
        return super()._backflush_keys() | self.move_ids._backflush_subcontract_keys()

    def button_validate(self):
        """Ask, where the profile asks and somebody can answer, before anything moves.

        Core completes the orders inside the receipt and has no use for a question
        there: it would be lost, and the product received without its order.
        """
        question = self.env["backflush.question"]
        if not self._get_subcontract_production() or not question.has_access("create"):
            return super().button_validate()
        self._backflush_join()
        return question._around(self, "button_validate", super().button_validate)

    def _action_done(self):
        """The queue comes before the first piece of any of these transfers moves.

        Validated as usual, they have their turn already; started by a program
        inside a larger transaction, they take it here, for all of them at once.
        """
        if self._get_subcontract_production():
            self.env["backflush.stock.lock"].sudo()._acquire(self._backflush_keys())
            if not self.env["backflush.question"]._can_ask():
                self = self.with_context(backflush_unattended=True)
        return super()._action_done()
