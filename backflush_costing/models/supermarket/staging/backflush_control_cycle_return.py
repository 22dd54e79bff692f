from odoo import models
from odoo.exceptions import UserError


class BackflushControlCycle(models.Model):
    """What stands at the line and nobody needs goes back to the store."""

    _inherit = "backflush.control.cycle"

    def action_return_excess(self):
        """Transfer what is beside the containers, or beyond what orders need.

        Goods that change their place change no value: no entry is posted.

        :return: action that shows the transfers
        :raises UserError: if there is nothing to return
        """
        self.env["backflush.kanban"]._check_operator()
        self.check_access("read")
        return self.sudo()._return(self.sudo()._excess())

    def _excess(self):
        """``{control cycle: quantity}`` that may leave its bin."""
        free, required = self._free(), self._requirements()
        excess = {}
        for cycle in self:
            if cycle.staging == "container":
                needed = cycle.quantity_contained
            else:
                needed = sum(required[cycle].mapped("product_qty"))
            excess[cycle] = free[cycle] - needed
        return excess

    def _free(self):
        """``{control cycle: quantity in its bin that no document has reserved}``."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "child_of", self.bin_id.ids),
            ]
        )
        found = self._of_places(quants, "location_id")
        return {
            cycle: sum(mine.mapped("quantity")) - sum(mine.mapped("reserved_quantity"))
            for cycle, mine in found.items()
        }

    def _return(self, quantities, group=None):
        """Make the transfers that bring ``quantities`` back.

        :param dict quantities: quantity by control cycle
        :param group: group of the order that gives back what was brought for it
        """
        vals = [
            cycle._prepare_return_vals(quantity, group)
            for cycle, quantity in quantities.items()
            if cycle.uom_id.compare(quantity, 0.0) > 0
        ]
        if not vals:
            raise UserError(
                self.env._("Nothing at the line is more than what is needed there.")
            )
        moves = self.env["stock.move"].create(vals)._action_confirm()
        moves._action_assign()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "stock.action_picking_tree_all"
            ),
            "domain": [("id", "in", moves.picking_id.ids)],
            "context": {},
        }

    def _prepare_return_vals(self, quantity, group=None):
        """Values of the movement out of the bin, back to where it is filled from."""
        warehouse = self.supply_area_id.warehouse_id
        rules = self.route_id.rule_ids.filtered("location_src_id")
        store = rules[:1].location_src_id or warehouse.lot_stock_id
        return {
            "product_id": self.product_id.id,
            "product_uom": self.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": self.bin_id.id,
            "location_dest_id": store.id,
            "picking_type_id": warehouse.int_type_id.id,
            "company_id": self.company_id.id,
            "origin": self.env._("Excess of %s", self.display_name),
            "backflush_cycle_id": self.id,
            "production_group_id": group.id if group else False,
        }
