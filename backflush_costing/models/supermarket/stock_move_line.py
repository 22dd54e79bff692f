from collections import defaultdict

from odoo import api, models

# What a correction of a done line can change about containers.
FACTS = {"quantity", "product_uom_id", "location_id", "location_dest_id"}


class StockMoveLine(models.Model):
    """What lines carry into and out of bins, also when it is corrected."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        done = lines.filtered(lambda line: line.state == "done")
        done.move_id._backflush_signal_corrections(done._backflush_bin_flows())
        return lines

    def write(self, vals):
        done = self.browse()
        if FACTS & set(vals):
            done = self.filtered(lambda line: line.state == "done")
        before = done._backflush_bin_flows()
        res = super().write(vals)
        if done:
            done.move_id._backflush_signal_corrections(
                done._backflush_flows_since(before)
            )
        return res

    def _backflush_flows_since(self, before):
        """What has changed about the flows that were ``before``."""
        after = self._backflush_bin_flows()
        changes = {
            key: after.get(key, 0.0) - before.get(key, 0.0) for key in before | after
        }
        return {
            (cycle, move): change
            for (cycle, move), change in changes.items()
            if not cycle.uom_id.is_zero(change)
        }

    def _backflush_bin_flows(self):
        """``{(control cycle, move): quantity out of its bin}``; negative comes in."""
        flows = defaultdict(float)
        by_product = self.move_id._backflush_cycles().grouped("product_id")
        for line in self if by_product else ():
            for cycle in by_product.get(line.product_id, ()):
                out = line.location_id._child_of(cycle.bin_id)
                into = line.location_dest_id._child_of(cycle.bin_id)
                flows[cycle, line.move_id] += (out - into) * line.quantity_product_uom
        return {key: quantity for key, quantity in flows.items() if quantity}
