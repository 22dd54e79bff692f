from collections import Counter

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class BackflushSupplyArea(models.TransientModel):
    """Make a supply area for a line: location, bins, routes and rules."""

    _name = "backflush.supply.area"
    _description = "New Supply Area"

    name = fields.Char(required=True, help="What the area is called, such as “Line 1”.")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        default=lambda self: self._default_warehouse(),
        help="Plant of the area. The area is made beside its stock.",
    )
    company_id = fields.Many2one(
        related="warehouse_id.company_id", help="Company of the plant."
    )
    workcenter_ids = fields.Many2many(
        "mrp.workcenter",
        string="Work Centers",
        help="Work centers that take their components from here.",
    )
    bin_names = fields.Text(
        "Bins",
        help="One coordinate per line, such as A-01; each gets a barcode, and so does "
        "the area.",
    )
    from_stock = fields.Boolean(
        "Filled from the Store",
        default=True,
        help="A route that brings containers from the stock by a transfer.",
    )
    by_production = fields.Boolean(
        "Filled by Production", help="A route that makes the content in house."
    )
    by_purchase = fields.Boolean(
        "Filled by Purchase",
        help="A route that buys the content; receipts go straight into the area.",
    )

    def _default_warehouse(self):
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    def action_create(self):
        """Make everything and show the new location.

        :return: action that opens the area's control cycles
        """
        self.ensure_one()
        if not (self.from_stock or self.by_production or self.by_purchase):
            raise UserError(self.env._("Choose at least one way of filling it."))
        self._check_names()
        area = self._create_area()
        for wanted, prepare in (
            (self.from_stock, self._rule_from_stock),
            (self.by_production, self._rule_by_production),
            (self.by_purchase, self._rule_by_purchase),
        ):
            if wanted:
                self._create_route(area, *prepare(area))
        self.workcenter_ids.backflush_location_id = area
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_control_cycle"
        )
        context = {"default_supply_area_id": area.id}
        return {
            **action,
            "domain": [("supply_area_id", "=", area.id)],
            "context": context,
        }

    def _create_area(self):
        locations = self.env["stock.location"]
        area = locations.create(
            {
                "name": self.name,
                "barcode": self._barcode(),
                "usage": "internal",
                "location_id": self.warehouse_id.view_location_id.id,
                "company_id": self.company_id.id,
            }
        )
        locations.create(
            [
                {
                    "name": name,
                    "barcode": self._barcode(name),
                    "usage": "internal",
                    "location_id": area.id,
                    "company_id": self.company_id.id,
                }
                for name in self._names()
            ]
        )
        return area

    def _names(self):
        """Coordinates of the bins, as they were typed in."""
        lines = (line.strip() for line in (self.bin_names or "").splitlines())
        return [line for line in lines if line]

    def _barcode(self, *names):
        return "-".join((self.warehouse_id.code, self.name, *names))

    def _check_names(self):
        """What somebody scans, or reads, must mean one place.

        :raises UserError: naming what is there twice
        """
        twice = [name for name, count in Counter(self._names()).items() if count > 1]
        if twice:
            raise UserError(
                self.env._(
                    "These bins are listed twice: %s. Give each a coordinate of its "
                    "own.",
                    ", ".join(twice),
                )
            )
        places = self.env["stock.location"].with_context(active_test=False)
        inside = Domain(
            "location_id", "child_of", self.warehouse_id.view_location_id.id
        )
        same = places.search(inside & Domain("name", "=", self.name), limit=1)
        if same.active:
            raise UserError(
                self.env._(
                    "%(plant)s has a place called %(name)s already (%(place)s). Choose "
                    "another name.",
                    plant=self.warehouse_id.name,
                    name=self.name,
                    place=same.display_name,
                )
            )
        self._check_barcodes(places)

    def _check_barcodes(self, places):
        """What is scanned is one place."""
        codes = [self._barcode(), *map(self._barcode, self._names())]
        company = Domain("company_id", "in", (False, self.company_id.id))
        taken = places.search(Domain("barcode", "in", codes) & company, limit=1)
        if taken:
            raise UserError(
                self.env._(
                    "The barcode %(code)s belongs to %(place)s. Choose another name "
                    "for the area.",
                    code=taken.barcode,
                    place=taken.display_name,
                )
            )

    def _create_route(self, area, name, rule):
        """A route of one rule that ends in the area."""
        return self.env["stock.route"].create(
            {
                "name": name,
                "company_id": self.company_id.id,
                "backflush_supply_area_id": area.id,
                "product_selectable": False,
                "rule_ids": [
                    Command.create(
                        {
                            "name": name,
                            "location_dest_id": area.id,
                            "location_dest_from_rule": True,
                            "company_id": self.company_id.id,
                            "warehouse_id": self.warehouse_id.id,
                            **rule,
                        }
                    )
                ],
            }
        )

    def _rule_from_stock(self, area):
        return self.env._("%s: from the store", area.name), {
            "action": "pull",
            "procure_method": "make_to_stock",
            "location_src_id": self.warehouse_id.lot_stock_id.id,
            "picking_type_id": self.warehouse_id.int_type_id.id,
        }

    def _rule_by_production(self, area):
        return self.env._("%s: made in house", area.name), {
            "action": "manufacture",
            "picking_type_id": self.warehouse_id.manu_type_id.id,
        }

    def _rule_by_purchase(self, area):
        receipts = self.warehouse_id.in_type_id
        kind = receipts.copy(
            {
                "name": self.env._("Receipts: %s", area.name),
                "sequence_code": f"{receipts.sequence_code}-{area.id}",
                "default_location_dest_id": area.id,
            }
        )
        return self.env._("%s: purchased", area.name), {
            "action": "buy",
            "picking_type_id": kind.id,
        }
