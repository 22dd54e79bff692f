from odoo import models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def action_backflush_recall(self):
        """Show the orders whose products can contain these lots.

        Those that the books issued them to, and all that were made at a line while a
        unit with one of the lots was mounted there.
        """
        self.check_access("read")
        orders = self._backflush_recalled_orders()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recall: %s", ", ".join(self.mapped("name"))),
            "res_model": "mrp.production",
            "view_mode": "list,form",
            "domain": [("id", "in", orders.ids)],
        }

    def action_backflush_components(self):
        """Show what is in products of these lots, and how that is known."""
        self.check_access("read")
        made = self.env["stock.move.line"].search(
            [
                ("lot_id", "in", self.ids),
                ("state", "=", "done"),
                ("move_id.production_id", "!=", False),
            ]
        )
        view = self.env.ref("backflush_costing.stock_move_line_view_list_link")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is in %s", ", ".join(self.mapped("name"))),
            "res_model": "stock.move.line",
            "views": [(view.id, "list")],
            "domain": [("id", "in", made.consume_line_ids.ids)],
        }

    def _backflush_recalled_orders(self):
        """Orders that used one of these lots, or that had it at their line."""
        issued = self.env["stock.move.line"].sudo()
        issued = issued.search(
            [
                ("lot_id", "in", self.ids),
                ("state", "=", "done"),
                ("move_id.raw_material_production_id", "!=", False),
            ]
        )
        orders = issued.move_id.raw_material_production_id
        for center, spans in self._backflush_at_lines().items():
            orders |= center._backflush_orders_during(spans)
        return orders.with_env(self.env)

    def _backflush_at_lines(self):
        """``{work center: [Window]}`` in which a unit there held one of these lots."""
        found = {}
        for unit in self._backflush_held_by():
            for center, stays in unit._backflush_stays().items():
                for mounted in stays:
                    present = unit._backflush_presence(mounted)
                    spans = [present[lot] for lot in present if lot in self]
                    found.setdefault(center, []).extend(spans)
        return {center: spans for center, spans in found.items() if spans}

    def _backflush_held_by(self):
        """Units that held one of these lots at any time, or held a unit that did."""
        logs = self.env["backflush.handling.unit.log"].sudo()
        logs = logs.search([("lot_ids", "in", self.ids)])
        lines = self.env["stock.move.line"].sudo()
        lines = lines.search(
            [
                ("lot_id", "in", self.ids),
                ("state", "=", "done"),
                ("result_package_id", "!=", False),
            ]
        )
        units = logs.package_id | lines.result_package_id
        return units.search([("id", "parent_of", units.ids)])
