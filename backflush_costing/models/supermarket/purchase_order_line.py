from odoo import fields, models
from odoo.exceptions import UserError


class PurchaseOrderLine(models.Model):
    """A purchase of the content of a container."""

    _inherit = "purchase.order.line"

    backflush_kanban_id = fields.Many2one(
        "backflush.kanban",
        "Kanban Card",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The card that this line supplies.",
    )

    def _find_candidate(
        self,
        product_id,
        product_qty,
        product_uom,
        location_id,
        name,
        origin,
        company_id,
        values,
    ):
        """A line is for one card: core would add to the line of another."""
        card = values.get("backflush_kanban_id")
        lines = self.filtered(
            lambda line: line.backflush_kanban_id.id == (card or False)
        )
        return super(PurchaseOrderLine, lines)._find_candidate(
            product_id,
            product_qty,
            product_uom,
            location_id,
            name,
            origin,
            company_id,
            values,
        )

    def _prepare_purchase_order_line_from_procurement(
        self,
        product_id,
        product_qty,
        product_uom,
        location_dest_id,
        name,
        origin,
        company_id,
        values,
        po,
    ):
        vals = super()._prepare_purchase_order_line_from_procurement(
            product_id,
            product_qty,
            product_uom,
            location_dest_id,
            name,
            origin,
            company_id,
            values,
            po,
        )
        return {**vals, "backflush_kanban_id": values.get("backflush_kanban_id")}

    def _prepare_stock_move_vals(
        self, picking, price_unit, product_uom_qty, product_uom
    ):
        vals = super()._prepare_stock_move_vals(
            picking, price_unit, product_uom_qty, product_uom
        )
        return {**vals, "backflush_kanban_id": self.backflush_kanban_id.id}

    def unlink(self):
        cards = self.backflush_kanban_id
        res = super().unlink()
        cards._check_supply()
        return res


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def action_merge(self):
        """A line fills one container: merged with another it would fill none.

        :raises UserError: naming a request for quotation that is for a card
        """
        cards = self.order_line.backflush_kanban_id
        if len(self) > 1 and cards:
            line = self.order_line.filtered("backflush_kanban_id")[0]
            raise UserError(
                self.env._(
                    "%(order)s buys containers (%(card)s): each needs a line of its "
                    "own. Leave it out, or cancel it and order the cards again.",
                    order=line.order_id.name,
                    card=line.backflush_kanban_id.sudo().name,
                )
            )
        return super().action_merge()

    def button_cancel(self):
        res = super().button_cancel()
        self.order_line.backflush_kanban_id._check_supply()
        return res
