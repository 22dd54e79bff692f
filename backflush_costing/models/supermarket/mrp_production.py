from odoo import fields, models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    """An order that makes the content of a container."""

    _inherit = "mrp.production"

    backflush_kanban_id = fields.Many2one(
        "backflush.kanban",
        "Kanban Card",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The card that this order supplies.",
    )

    def _get_move_finished_values(self, product_id, *args, **kwargs):
        """The product goes into the bin of the card."""
        values = super()._get_move_finished_values(product_id, *args, **kwargs)
        if self.backflush_kanban_id and product_id == self.product_id.id:
            values["backflush_kanban_id"] = self.backflush_kanban_id.id
        return values

    def _pre_action_split_merge_hook(self, merge=False, split=False):
        """An order fills one container: merged with another it would fill none.

        :raises UserError: naming an order that is for a card
        """
        for order in self.filtered("backflush_kanban_id") if merge else ():
            raise UserError(
                self.env._(
                    "%(order)s fills the container %(card)s and cannot be merged. "
                    "Leave it out, or cancel it and order the card again.",
                    order=order.name,
                    card=order.backflush_kanban_id.sudo().name,
                )
            )
        return super()._pre_action_split_merge_hook(merge=merge, split=split)

    def _get_backorder_mo_vals(self):
        """What is still to be made is made for the same card."""
        return {
            **super()._get_backorder_mo_vals(),
            "backflush_kanban_id": self.backflush_kanban_id.id,
        }
