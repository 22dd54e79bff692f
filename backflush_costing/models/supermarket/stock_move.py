from odoo import api, fields, models


class StockMove(models.Model):
    """A movement for a card: never merged with that of another."""

    _inherit = "stock.move"

    backflush_kanban_id = fields.Many2one(
        "backflush.kanban",
        "Kanban Card",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The card whose container this movement fills.",
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        fields_ = super()._prepare_merge_moves_distinct_fields()
        return [*fields_, "backflush_kanban_id"]

    def _prepare_procurement_values(self):
        """The steps before this one are for the same card."""
        return {
            **super()._prepare_procurement_values(),
            "backflush_kanban_id": self.backflush_kanban_id.id,
        }

    def _prepare_move_split_vals(self, qty):
        """What is still to come is for the same card."""
        return {
            **super()._prepare_move_split_vals(qty),
            "backflush_kanban_id": self.backflush_kanban_id.id,
        }
