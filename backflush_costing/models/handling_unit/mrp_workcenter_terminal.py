from odoo import api, models
from odoo.exceptions import UserError

from .stock_package import OPERATOR


class MrpWorkcenter(models.Model):
    """What the terminal at a work center shows: its jobs, and what it uses from."""

    _inherit = "mrp.workcenter"

    @api.model
    def get_unit_terminals(self):
        """Work centers to choose from, as ``[{id, name, mounted}]``.

        Those that use from handling units come first.
        """
        self.env["backflush.error"]._check_role(
            "backflush_costing.group_backflush_operator"
        )
        centers = self.search([("active", "=", True)]).sorted(
            lambda c: (not c.backflush_location_id, c.sequence, c.name)
        )
        return [
            {"id": c.id, "name": c.name, "mounted": c.sudo().backflush_unit_count}
            for c in centers
        ]

    def get_unit_terminal(self):
        """Jobs, mounted units and causes of residues, as one dictionary."""
        self.ensure_one()
        self.env["backflush.error"]._check_role(
            "backflush_costing.group_backflush_operator"
        )
        self.check_access("read")
        return {
            "id": self.id,
            "name": self.name,
            "capacity": self.backflush_unit_capacity,
            "units": [
                unit._backflush_tile() for unit in self.sudo().backflush_unit_ids
            ],
            "jobs": [job._backflush_tile() for job in self._backflush_jobs()],
            "causes": self._backflush_causes(),
        }

    def _backflush_jobs(self):
        """What runs here, and what can be started next."""
        jobs = self.env["mrp.workorder"].search(
            [
                ("workcenter_id", "=", self.id),
                ("state", "in", ("progress", "ready", "blocked")),
                ("production_id.state", "not in", ("draft", "done", "cancel")),
            ]
        )
        return jobs.sorted(
            lambda w: (w.state != "progress", w.date_start or w.create_date)
        )[:8]

    def _backflush_causes(self):
        """Causes of a residue, each code once: the company's own, else the common."""
        causes = self.env["backflush.residue.reason"].search(
            [("company_id", "in", (False, self.company_id.id))]
        )
        found = {}
        for cause in causes.sorted(lambda c: bool(c.company_id)):
            found[cause.code] = {"code": cause.code, "name": cause.name}
        return list(found.values())


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def _backflush_tile(self):
        """This job as the terminal shows it."""
        order = self.production_id
        return {
            "id": self.id,
            "order_id": order.id,
            "order": order.name,
            "operation": self.name,
            "product": order.product_id.display_name,
            "quantity": order.product_qty,
            "unit": order.product_uom_id.name,
            "running": self.state == "progress",
            "components": [
                move._backflush_tile() for move in self._backflush_unit_components()
            ],
        }


class StockMove(models.Model):
    _inherit = "stock.move"

    def _backflush_tile(self):
        """This component as the terminal shows it: how much was used of what is due."""
        return {
            "id": self.id,
            "product_id": self.product_id.id,
            "product": self.product_id.display_name,
            "planned": self._backflush_demand_quantity(),
            "used": self.product_id.uom_id.round(self._backflush_reported_before()),
            "unit": self.product_id.uom_id.name,
        }


class StockPackage(models.Model):
    _inherit = "stock.package"

    def _backflush_tile(self):
        """This unit as the terminal shows it."""
        full = self.backflush_log_ids.filtered(
            lambda log: log.kind == "mount" and log.life == self.backflush_life
        )
        content = max([self.backflush_quantity, *full.mapped("quantity")])
        return {
            "id": self.id,
            "name": self.name,
            "position": self.backflush_position or "",
            "lot": ", ".join(self._backflush_stock().lot_id.mapped("name")),
            "contents": self._backflush_contents(),
            "percent": round(100 * self.backflush_quantity / content) if content else 0,
        }

    def _backflush_contents(self):
        """What is left in this unit, or was last used of it, product by product."""
        stock = self._backflush_stock()
        held = stock.grouped("product_id")
        return [
            {
                "product_id": product.id,
                "product": product.display_name,
                "left": product.uom_id.round(sum(held[product].mapped("quantity")))
                if product in held
                else 0.0,
                "uom_id": product.uom_id.id,
                "unit": product.uom_id.name,
            }
            for product in stock.product_id or self.backflush_product_id
        ]

    @api.model
    def scan_unit(self, code, workcenter_id, position=None):
        """Mount the unit whose number was scanned.

        :param str code: its number, or what a scanner sent
        :param int workcenter_id: where it was scanned
        :param str position: place at the work center, if it has several
        :return: ``{"unit": name, "log_id": id}``
        :raises UserError: if no unit carries the number, or it cannot be mounted
        """
        self.env["backflush.error"]._check_role(OPERATOR)
        unit = self._backflush_by_code(code)
        if not unit:
            raise UserError(
                self.env._(
                    "No handling unit carries %s, or several do. Type the number that "
                    "stands on it.",
                    code,
                )
            )
        return {"unit": unit.name, "log_id": unit.mount(workcenter_id, position)}
