from odoo import api, fields, models


class StockMove(models.Model):
    """A movement that stages a product for orders."""

    _inherit = "stock.move"

    backflush_cycle_id = fields.Many2one(
        "backflush.control.cycle",
        "Staged For",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The staging that this movement fills, or that it brings back from.",
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        fields_ = super()._prepare_merge_moves_distinct_fields()
        return [*fields_, "backflush_cycle_id"]

    def _prepare_procurement_values(self):
        """The steps before this one are for the same staging."""
        return {
            **super()._prepare_procurement_values(),
            "backflush_cycle_id": self.backflush_cycle_id.id,
        }

    def _prepare_move_split_vals(self, qty):
        """What is still to come is for the same staging."""
        return {
            **super()._prepare_move_split_vals(qty),
            "backflush_cycle_id": self.backflush_cycle_id.id,
        }

    def _by_urgency(self):
        """Component lines in the order in which their orders are served."""
        return self.sorted(
            lambda move: (
                -int(move.raw_material_production_id.priority or 0),
                move.raw_material_production_id.date_start,
                move.raw_material_production_id.id,
                move.id,
            )
        )

    def _backflush_staged_quantities(self):
        """``{move: quantity}`` moved, or to be moved, in the product's unit."""
        return {
            move: (
                move.product_uom._compute_quantity(
                    move.quantity, move.product_id.uom_id
                )
                if move.state == "done"
                else move.product_qty
            )
            for move in self
        }
