from odoo import Command, models

from ....engine.numbers import exact


class StockMove(models.Model):
    """Bringing an issue back to where it was taken from."""

    _inherit = "stock.move"

    def _backflush_is_issue(self):
        """Whether this took something out of stock, whoever owned it."""
        return self._backflush_moved_quantity() < 0

    def _backflush_net_quantity(self):
        """What this issue took and was not brought back, in the component's unit."""
        self.ensure_one()
        back = self.returned_move_ids.filtered(lambda m: m.state == "done")
        returned = sum(move._backflush_moved_quantity() for move in back)
        return -self._backflush_moved_quantity() - returned

    def _backflush_taken_lines(self, quantity):
        """``[(line, quantity)]`` of this issue to bring back, last taken first.

        Never more of a lot, or of an owner, than was issued and is not back yet.
        """
        wanted = exact(self.product_id.uom_id.round(quantity))
        return self._backflush_take(wanted, self._backflush_left_by_line())

    def _backflush_finish_return(self):
        """Carry draft moves out that bring issues back."""
        self._action_confirm(merge=False, create_proc=False)
        self.picked = True
        self._action_done()

    def _backflush_return(self, taken, unbuild=None):
        """A draft move that brings issued lines back.

        :param taken: see :meth:`_backflush_taken_lines`
        :param unbuild: the unbuild order that it belongs to; where it reverses no
            confirmation it says where components go
        """
        self.ensure_one()
        place = self.location_id
        if unbuild and not unbuild.backflush_confirmation_id:
            place = unbuild.location_dest_id
        move = self.create(
            {
                "product_id": self.product_id.id,
                "product_uom": self.product_id.uom_id.id,
                "product_uom_qty": sum(quantity for _line, quantity in taken),
                "location_id": self.location_dest_id.id,
                "location_dest_id": place.id,
                "company_id": self.company_id.id,
                "unbuild_id": unbuild.id if unbuild else False,
                "origin_returned_move_id": self.id,
                "procure_method": "make_to_stock",
                "origin": self.reference,
                "move_line_ids": [
                    Command.create(
                        {
                            "product_id": line.product_id.id,
                            "product_uom_id": line.product_id.uom_id.id,
                            "quantity": quantity,
                            "lot_id": line.lot_id.id,
                            "owner_id": line.owner_id.id,
                            "result_package_id": line.package_id.id,
                            "location_id": line.location_dest_id.id,
                            "location_dest_id": (
                                line.location_id if place == self.location_id else place
                            ).id,
                        }
                    )
                    for line, quantity in taken
                ],
            }
        )
        # Without a document of its own core would leave it empty, and fail on it.
        move.reference = self.reference
        return move

    def _backflush_scrap(self):
        """Scrap what these moves brought back, where they brought it."""
        scraps = self.env["stock.scrap"].create(
            [
                {
                    "product_id": line.product_id.id,
                    "product_uom_id": line.product_uom_id.id,
                    "scrap_qty": line.quantity,
                    "lot_id": line.lot_id.id,
                    "package_id": line.result_package_id.id,
                    "owner_id": line.owner_id.id,
                    "location_id": line.location_dest_id.id,
                    "company_id": line.company_id.id,
                    "origin": move.reference,
                }
                for move in self
                for line in move.move_line_ids
            ]
        )
        for scrap in scraps:
            scrap.do_scrap()
