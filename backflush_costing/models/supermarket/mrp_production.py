from odoo import fields, models


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

    def _get_backorder_mo_vals(self):
        """What is still to be made is made for the same card."""
        return {
            **super()._get_backorder_mo_vals(),
            "backflush_kanban_id": self.backflush_kanban_id.id,
        }
