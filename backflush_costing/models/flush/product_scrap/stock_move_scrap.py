from contextlib import contextmanager

from odoo import api, fields, models


class StockMove(models.Model):
    """Components of pieces that were scrapped."""

    _inherit = "stock.move"

    backflush_scrap_id = fields.Many2one(
        "backflush.deviation",
        "Scrapped With",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Report of scrapped pieces that consumed this.",
    )

    @api.model
    def _prepare_merge_moves_distinct_fields(self):
        return [*super()._prepare_merge_moves_distinct_fields(), "backflush_scrap_id"]

    def _get_picked_quantity(self):
        """Scrapped pieces are no part of what the product is expected to consume."""
        return 0.0 if self.backflush_scrap_id else super()._get_picked_quantity()

    def _backflush_is_early_issue(self):
        """What scrapped pieces consumed is issued beside the plan of the order."""
        return bool(self.backflush_scrap_id) or super()._backflush_is_early_issue()

    def _backflush_is_planned_by_bom(self):
        """Whether each piece of the product consumes this, as far as anybody knows.

        What is issued by hand is consumed as entered, and what was added to the
        order is nothing that a piece requires.
        """
        self.ensure_one()
        order = self.raw_material_production_id
        return (
            not self.additional
            and self.state not in ("draft", "done", "cancel")
            and self.flush_method != "manual"
            and bool(
                self.bom_line_id or self.backflush_deviation_id or not order.bom_id
            )
        )

    def _backflush_is_consumed_by(self, passed):
        """Whether a piece that went through these operations contains this component.

        Without an operation of its own the flush method says where it is consumed:
        at the last one, or when the order starts; else at the end of the order.

        :param passed: work orders
        """
        self.ensure_one()
        own = self.workorder_id
        if not own and self.flush_method == "operation":
            own = self.raw_material_production_id._backflush_last_workorder()
        return own in passed if own else self.flush_method == "start"

    def _backflush_due_for(self, quantity):
        """Pieces that were scrapped, and issued for, are not issued for once more.

        Whether others are made in their place the completion knows, and issues it.
        """
        quantity = super()._backflush_due_for(quantity)
        order = self.raw_material_production_id
        scrapped = order._backflush_scrapped_of(self)
        if not scrapped:
            return quantity
        return min(quantity, order.product_qty - order.qty_produced - scrapped)

    def _backflush_issue_for_scrap(self, quantities, deviation):
        """Make the component lines that issue what scrapped pieces consumed.

        :param dict quantities: ``{planned component: exact quantity of product}``
        :return: ``{planned component: component line}``
        """
        needs = {
            move: move._backflush_planned_for(float(quantities[move])) for move in self
        }
        needs = {
            move: quantity
            for move, quantity in needs.items()
            if move.product_uom.compare(quantity, 0.0) > 0
        }
        issues = self.create(
            [
                {
                    **move._backflush_early_vals(quantity),
                    "backflush_scrap_id": deviation.id,
                }
                for move, quantity in needs.items()
            ]
        )
        for planned, issue in zip(needs, issues, strict=True):
            if planned.backflush_deviation_id:
                issue.sudo().write(planned._backflush_as_substitute())
        issues._action_confirm(merge=False, create_proc=False)
        return dict(zip(needs, issues, strict=True))

    @contextmanager
    def _backflush_lent(self):
        """While it lasts, what these open components reserve is free for their order.

        Pieces that are lost take what was set aside for the order; what it then
        lacks is reserved again, or missing when it is completed.
        """
        holding = self.filtered(
            lambda m: (
                m.move_line_ids
                and m.product_id.is_storable
                and m.state not in ("done", "cancel")
            )
        )
        entered = holding.filtered("picked").move_line_ids
        reserved = holding - entered.move_id
        reserved._do_unreserve()
        entered._backflush_hold(-1)
        yield
        entered._backflush_hold(1)
        reserved._action_assign()
