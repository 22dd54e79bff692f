"""A plant that cuts cables from coils, set up as its administrator does."""

from race.rpc import Client

SOURCE, CABLE, CENTER = "SIM-SAW", "SIM-CABLE", "SIM-SAW-1"
COILS = ("SIM-COIL-1", "SIM-COIL-2")
TAPES = ("SIM-TAPE", "SIM-TAPE-BLUE")
CONTENT, WIRE_PER_CABLE, PLUGS, STOCK = 100.0, 10.0, 2, 100.0


class Cables:
    """Cables of 10 m of wire, as reported, and 2 plugs, backflushed from containers.

    An approved substitution lets blue tape stand for black tape, one per cable.
    """

    def __init__(self, server):
        self.client = Client(server.url, server.database)
        call = self.client.call
        self.frame, self.store = self._location("DEMO-LINE-FRAME"), self._warehouse()
        call(
            "backflush.message.source",
            "create",
            {"name": SOURCE, "code": SOURCE, "fetches": True, "gap_minutes": 60},
        )
        self.line = call(
            "stock.location",
            "create",
            {"name": "Saw", "location_id": self.store["view_location_id"][0]},
        )
        self.center = call(
            "mrp.workcenter",
            "create",
            {
                "name": "Saw",
                "code": CENTER,
                "backflush_location_id": self.line,
                "backflush_unit_capacity": 1,
            },
        )
        self._create_products()
        self._create_bom()
        self._create_stock()
        self._start_containers()
        self._approve_substitution(server)

    def _location(self, barcode):
        [found] = self.client.call(
            "stock.location", "search", [("barcode", "=", barcode)]
        )
        return found

    def _warehouse(self):
        return self.client.call(
            "stock.warehouse",
            "search_read",
            [],
            ["lot_stock_id", "view_location_id"],
            limit=1,
            order="id",
        )[0]

    def _create_products(self):
        common = {"type": "consu", "is_storable": True, "standard_price": 0.25}
        common |= {"property_backflush_location_id": self.frame}
        rows = [
            {"name": "Wire", "flush_method": "reported"},
            {"name": "Plug", "flush_method": "completion"},
            {"name": "Tape", "flush_method": "completion", "default_code": TAPES[0]},
            {"name": "Blue", "flush_method": "completion", "default_code": TAPES[1]},
            {"name": "Cable", "default_code": CABLE, "tracking": "lot"},
        ]
        self.wire, self.plug, self.tape, self.blue, self.cable = self.client.call(
            "product.product", "create", [{**common, **row} for row in rows]
        )

    def _create_bom(self):
        call = self.client.call
        [template] = call("product.product", "read", [self.cable], ["product_tmpl_id"])
        bom = call(
            "mrp.bom",
            "create",
            {
                "product_tmpl_id": template["product_tmpl_id"][0],
                "operation_ids": [
                    (0, 0, {"name": "Cut", "workcenter_id": self.center})
                ],
                "bom_line_ids": [
                    (0, 0, {"product_id": self.plug, "product_qty": PLUGS}),
                    (0, 0, {"product_id": self.tape, "product_qty": 1}),
                    (0, 0, {"product_id": self.wire, "product_qty": WIRE_PER_CABLE}),
                ],
            },
        )
        [operation] = call("mrp.bom", "read", [bom], ["operation_ids"])
        lines = call("mrp.bom.line", "search", [("product_id", "=", self.wire)])
        values = {"operation_id": operation["operation_ids"][0]}
        call("mrp.bom.line", "write", lines, values)

    def _create_stock(self):
        """Two full coils in the store, containers of plugs at the line."""
        call, store = self.client.call, self.store["lot_stock_id"][0]
        units = call("stock.package", "create", [{"name": name} for name in COILS])
        rows = [(self.wire, store, CONTENT, unit) for unit in units]
        supermarket = self._location("DEMO-SUPERMARKET")
        rows += [
            (product, place, STOCK, False)
            for product in (self.plug, self.blue)
            for place in (self.frame, supermarket)
        ]
        mode = {"inventory_mode": True}
        quants = call(
            "stock.quant",
            "create",
            [
                {
                    "product_id": product,
                    "location_id": place,
                    "inventory_quantity": quantity,
                    "package_id": unit,
                }
                for product, place, quantity, unit in rows
            ],
            context=mode,
        )
        call("stock.quant", "action_apply_inventory", quants, context=mode)

    def _start_containers(self):
        """Plugs come in containers of ten, on signal."""
        call = self.client.call
        [route] = call(
            "stock.route", "search", [("backflush_supply_area_id", "=", self.frame)]
        )
        cycle = call(
            "backflush.control.cycle",
            "create",
            {
                "product_id": self.plug,
                "supply_area_id": self.frame,
                "route_id": route,
                "container_quantity": STOCK / 10,
                "container_count": 10,
            },
        )
        call("backflush.control.cycle", "action_start", [cycle])

    def _approve_substitution(self, server):
        kinds = [("kind", "in", (False, "substitution"))]
        [reason] = self.client.call(
            "backflush.deviation.reason", "search", kinds, limit=1
        )
        values = {"kind": "substitution", "reason_id": reason}
        values |= {"product_id": self.tape, "substitute_id": self.blue}
        deviation = self.client.call("backflush.deviation", "create", values)
        supervisor = Client(server.url, server.database, "supervisor", "supervisor")
        supervisor.call("backflush.deviation", "action_approve", [deviation])

    def release(self, *quantities):
        """Confirmed orders; their numbers."""
        rows = [{"product_id": self.cable, "product_qty": size} for size in quantities]
        ids = self.client.call("mrp.production", "create", rows)
        self.client.call("mrp.production", "action_confirm", ids)
        orders = self.client.call("mrp.production", "read", ids, ["name"])
        return [order["name"] for order in orders]

    # -- what became of it ------------------------------------------------------------

    def on_hand(self, product, **unit):
        """How much of a product is in stock, in all or in units of these names."""
        domain = [("product_id", "=", product), ("location_id.usage", "=", "internal")]
        domain += [(f"package_id.{key}", "=like", code) for key, code in unit.items()]
        rows = self.client.call("stock.quant", "search_read", domain, ["quantity"])
        return sum(row["quantity"] for row in rows)

    def place_of(self, unit):
        """``(location, work center)`` of a unit."""
        [found] = self.client.call(
            "stock.package",
            "search_read",
            [("name", "=", unit)],
            ["location_id", "backflush_workcenter_id"],
        )
        return tuple(
            found[key] and found[key][0]
            for key in ("location_id", "backflush_workcenter_id")
        )

    def residues(self):
        """``[(unit, quantity, cause)]`` of what was left in empty coils."""
        rows = self.client.call(
            "backflush.handling.unit.log",
            "search_read",
            [("package_id.name", "in", COILS), ("kind", "=", "empty")],
            ["package_id", "residue_quantity", "reason_id"],
        )
        return [
            (row["package_id"][1], row["residue_quantity"], row["reason_id"][1])
            for row in rows
        ]

    def parts(self, order):
        """``[(state, quantity made)]`` of an order and what became of its rest."""
        rows = self.client.call(
            "mrp.production",
            "search_read",
            [("production_group_id.name", "=", order)],
            ["state", "qty_produced"],
            order="id",
        )
        return [(row["state"], row["qty_produced"]) for row in rows]

    def open_errors(self):
        """What waits of the plant's components and messages."""
        return self.client.call(
            "backflush.error",
            "search_read",
            [
                ("state", "in", ("open", "in_process")),
                "|",
                ("product_id", "in", (self.wire, self.plug, self.tape, self.blue)),
                ("message_id.source_id.code", "=", SOURCE),
            ],
            ["name", "cause", "product_id", "quantity_open"],
        )
