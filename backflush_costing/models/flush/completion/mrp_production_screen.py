from odoo import api, fields, models


class MrpProduction(models.Model):
    """What the order's form says about its flush, in words."""

    _inherit = "mrp.production"

    backflush_is_used = fields.Boolean(
        compute="_compute_backflush_is_used",
        help="Whether a flush method, a backflush location or a shortage profile "
        "concerns this order. Where nothing is set up the form stays as it was.",
    )
    backflush_shortage_text = fields.Char(
        compute="_compute_backflush_shortage_text",
        help="What completing the order will do about components that are short.",
    )

    backflush_in_process_count = fields.Integer(
        compute="_compute_backflush_in_process_count",
        help="Number of reports at operations whose components have left stock "
        "although the product is not received yet.",
    )

    @api.depends(
        "backflush_share_ids.date_completed", "backflush_share_ids.date_returned"
    )
    def _compute_backflush_in_process_count(self):
        for order in self:
            shares = order.sudo().backflush_share_ids._open()
            order.backflush_in_process_count = len(shares.confirmation_id)

    def action_backflush_cancel_and_scrap(self):
        """Cancel, and scrap what was issued instead of returning it."""
        return self.with_context(backflush_issued="scrap").action_cancel()

    @api.depends("move_raw_ids.flush_rule", "picking_type_id", "company_id")
    def _compute_backflush_is_used(self):
        for order in self:
            order.backflush_is_used = bool(
                order._backflush_profile()
                or any(order.move_raw_ids.mapped("flush_rule"))
            )

    @api.depends("backflush_is_used", "backflush_missing_count", "state")
    def _compute_backflush_shortage_text(self):
        for order in self:
            is_open = order.state not in ("draft", "done", "cancel")
            short = order.backflush_missing_count if order.backflush_is_used else 0
            order.backflush_shortage_text = (
                order._backflush_shortage_sentence(short)
                if is_open and short
                else False
            )

    def _backflush_shortage_sentence(self, short):
        """One sentence: how many components are short, and what follows."""
        if short == 1:
            what = self.env._("1 component is short at its location.")
        else:
            what = self.env._("%s components are short at their locations.", short)
        return f"{what} {self._backflush_shortage_outlook()}"

    def _backflush_shortage_outlook(self):
        """What the shortage profile will do when the order is completed."""
        outlooks = {
            "park": self.env._(
                "Completing the order issues what is there and keeps the rest as "
                "error records."
            ),
            "ask": self.env._(
                "Completing the order asks whether to keep what is missing as error "
                "records."
            ),
            "block": self.env._(
                "The order cannot be completed before they are refilled, or less is "
                "reported."
            ),
        }
        return outlooks.get(
            self._backflush_profile(),
            self.env._(
                "No shortage profile is set: completing the order can take stock "
                "below zero."
            ),
        )

    def action_open_backflush_confirmations(self):
        """Show what was reported for this order."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Confirmations of %s", self.name),
            "res_model": "backflush.confirmation",
            "view_mode": "list,form",
            "domain": [("production_id", "=", self.id)],
        }
        if len(self.backflush_confirmation_ids) == 1:
            action.update(view_mode="form", res_id=self.backflush_confirmation_ids.id)
        return action
