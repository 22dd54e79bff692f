from collections import defaultdict

from odoo import Command, models

from ....engine.numbers import ZERO, exact


class StockMove(models.Model):
    """What comes back of a lot, or of an owner, is never more than went out of it.

    The same holds for what an unbuild takes out of stock of a by-product: never more
    of a lot than the order put there.
    """

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Core begins every unbuild of an order at the same lines.

        Those of its components, and those of what was made beside the product.
        """
        returns = self.filtered(lambda m: m._backflush_is_unbuild_return())
        for moves in returns.grouped(lambda m: (m.unbuild_id, m.product_id)).values():
            moves._backflush_bring_back()
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _backflush_is_unbuild_return(self):
        """Whether core chose the lines by which this undoes a move of the order."""
        if not self.unbuild_id or self.state in ("done", "cancel"):
            return False
        origin, order = self.origin_returned_move_id, self.unbuild_id.mo_id
        if not order or not origin._backflush_is_mixed():
            return False
        if origin in order.move_byproduct_ids:
            return bool(order.sudo().backflush_confirmation_ids)
        return order == origin.raw_material_production_id and bool(
            origin.sudo().backflush_confirmation_line_id
        )

    def _backflush_is_mixed(self):
        """Whether it matters which lines of this issue, or receipt, are undone."""
        lines = self.move_line_ids
        return self.product_id.tracking != "none" or len(lines.owner_id) > 0

    def _backflush_bring_back(self):
        """Let returns of one product, in one unbuild, take what is still out.

        Of a component: what was issued; of a by-product: what was received.
        """
        unbuild, order = self.unbuild_id, self.unbuild_id.mo_id
        is_byproduct = self.origin_returned_move_id <= order.move_byproduct_ids
        moves = order.move_byproduct_ids if is_byproduct else order.move_raw_ids
        issues = moves.filtered(
            lambda m: m.product_id == self.product_id and m.state == "done"
        )
        left = (self.origin_returned_move_id | issues)._backflush_left_by_line()
        if unbuild.lot_id and not is_byproduct:
            left = {
                line: quantity
                for line, quantity in left.items()
                if unbuild.lot_id in line.produce_line_ids.lot_id
            }
        for move in self:
            wanted = exact(sum(move.move_line_ids.mapped("quantity_product_uom")))
            issue = move.origin_returned_move_id
            own = [line for line in left if line.move_id == issue]
            others = [line for line in left if line.move_id != issue]
            candidates = {line: left[line] for line in own + others}
            taken = move._backflush_take(wanted, candidates)
            for line, quantity in taken:
                left[line] -= exact(quantity)
            move._backflush_set_return(taken)

    def _backflush_set_return(self, taken):
        """Replace the lines by ``[(issued line, quantity)]``, where they differ."""
        wanted, present = defaultdict(float), defaultdict(float)
        for line, quantity in taken:
            wanted[line.lot_id, line.owner_id] += quantity
        for line in self.move_line_ids:
            present[line.lot_id, line.owner_id] += line.quantity_product_uom
        unit = self.product_id.uom_id
        if wanted.keys() == present.keys() and all(
            unit.compare(wanted[key], present[key]) == 0 for key in wanted
        ):
            return
        self.move_line_ids = [
            *(Command.delete(line.id) for line in self.move_line_ids),
            *(
                Command.create(self._backflush_return_line_vals(line, quantity))
                for line, quantity in taken
            ),
        ]
        self.move_line_ids._apply_putaway_strategy()
        self.picked = True

    def _backflush_return_line_vals(self, line, quantity):
        """Values of the line that brings ``quantity`` of an issued line back."""
        return {
            **self.unbuild_id._prepare_move_line_vals(self, line, quantity),
            "product_uom_id": self.product_id.uom_id.id,
            "owner_id": line.owner_id.id,
        }

    def _backflush_take(self, wanted, left):
        """Take ``wanted`` out of ``{issued line: exact quantity}``, in its order.

        :return: ``[(line, quantity)]``; less than wanted where less is out
        """
        taken = []
        for line, quantity in left.items():
            part = min(wanted, quantity)
            if self.product_id.uom_id.compare(float(part), 0.0) > 0:
                taken.append((line, float(part)))
                wanted -= part
        return taken

    def _backflush_left_by_line(self):
        """``{line: exact quantity}`` of these issues that is out, last taken first.

        What came back counts against a line of the same lot and owner: of the same
        issue and bin, else of the same issue, else of any of these.
        """
        lines = self.move_line_ids.sorted("id", reverse=True)
        left = {line: exact(line.quantity_product_uom) for line in lines}
        back = self.returned_move_ids.filtered(lambda m: m.state == "done")
        returned = {
            line: exact(line.quantity_product_uom) for line in back.move_line_ids
        }
        for alike in (
            lambda out, home: (
                _is_return_of(out, home) and out.location_id == home.location_dest_id
            ),
            _is_return_of,
            lambda out, home: True,
        ):
            _settle(left, returned, alike)
        return left


def _is_return_of(out, home):
    """Whether the line ``home`` brings back what the issue of ``out`` took."""
    return home.move_id.origin_returned_move_id == out.move_id


def _settle(left, returned, alike):
    """Deduct what was ``returned`` from what is ``left``, where lines are alike."""
    for home in returned:
        for out in left:
            is_same = (out.lot_id, out.owner_id) == (home.lot_id, home.owner_id)
            if returned[home] > ZERO and is_same and alike(out, home):
                part = min(returned[home], left[out])
                returned[home] -= part
                left[out] -= part
