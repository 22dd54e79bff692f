from odoo import api, fields, models

from ..completion.stock_move import EARLY_METHODS


class StockMove(models.Model):
    """Component lines of which more or less than planned is used."""

    _inherit = "stock.move"

    backflush_deviation_quantity = fields.Float(
        "Deviation Recorded",
        digits="Product Unit",
        compute="_compute_backflush_deviation_quantity",
        help="What recorded scrap, over-use (+) and under-use (-) change when the "
        "order is completed, in the unit of the line.",
    )

    @api.depends(
        "raw_material_production_id.backflush_deviation_ids.state",
        "raw_material_production_id.backflush_deviation_ids.quantity",
        "state",
    )
    def _compute_backflush_deviation_quantity(self):
        self.backflush_deviation_quantity = 0.0
        orders = self.raw_material_production_id
        for move, deviations in orders._backflush_pending_by_move().items():
            if move in self:
                approved = deviations.filtered(lambda d: d.state == "approved")
                move.backflush_deviation_quantity = move._backflush_change(approved)

    # -- more or less than planned -----------------------------------------------

    def _backflush_change(self, deviations):
        """What these deviations add (+) or take away (-), in the unit of the line."""
        change = sum(deviation._signed_quantity() for deviation in deviations)
        return self.product_id.uom_id._compute_quantity(
            change, self.product_uom, round=False
        )

    def _backflush_planned_now(self):
        """What is planned to be issued by this report, in the unit of the line."""
        self.ensure_one()
        if self._backflush_is_early_issue():
            return self.product_uom_qty
        return self.should_consume_qty

    def _backflush_is_early_issue(self):
        """Whether this line was made to issue what an operation reported."""
        return self.additional and self.flush_method in EARLY_METHODS

    def _backflush_is_as_planned(self):
        """Whether nobody entered what was used: then the documents are added.

        What was entered on the component line is the whole truth; the documents
        explain it. So is what names lots, and what stands on manual lines.
        """
        self.ensure_one()
        planned = self._backflush_planned_now()
        return (
            (self.picked or not planned or self._backflush_is_early_issue())
            and self.flush_method != "manual"
            and not self.move_line_ids.lot_id
            and self.product_uom.compare(self.quantity, planned) == 0
        )

    def _backflush_apply_deviations(self, deviations):
        """Use what is planned, and what the documents say beyond or below it."""
        change = self._backflush_change(deviations)
        if not change or not self._backflush_is_as_planned():
            return
        target = self.product_uom.round(self._backflush_planned_now() + change)
        self._set_quantity_done(max(target, 0.0))
        self.picked = True

    # -- issued at an operation, or when it starts ------------------------------------

    def _backflush_enter_recorded(self):
        """What was recorded for the order is used at its operation."""
        orders = self.raw_material_production_id
        for move, deviations in orders._backflush_pending_by_move(self).items():
            deviations._check_all_approved()
            move._backflush_apply_deviations(deviations)
        return super()._backflush_enter_recorded()

    def _backflush_documented_deviation(self):
        """What documents explain needs nobody's confirmation."""
        known = super()._backflush_documented_deviation()
        order = self.raw_material_production_id
        # What an earlier report used is none of this one's.
        lines = order.move_raw_ids.filtered(
            lambda m: (
                not m.backflush_confirmation_line_id
                and m._backflush_is_early_issue() == self._backflush_is_early_issue()
            )
        )
        pending = order._backflush_pending_by_move(lines)[self]
        approved = pending.filtered(lambda d: d.state == "approved")
        known += sum(deviation._signed_quantity() for deviation in approved)
        if self.backflush_deviation_id:
            known += self._backflush_planned_quantity()
        own = self._backflush_component_key()
        for move in lines.filtered("backflush_deviation_id"):
            if move._backflush_original()._backflush_is_component(own):
                known -= move._backflush_stands_for(
                    move._backflush_planned_quantity(), move.product_id.uom_id
                )
        return known
