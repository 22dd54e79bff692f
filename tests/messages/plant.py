"""A line that cuts cables from coils, and the machine that reports on it, over RPC."""

from race.ledger import cost_by_policy
from race.rpc import Client

PASSWORD = "messages"
CONTENT = 1000.0


class Plant:
    """Products, coils and orders of one name, and the source that reports on them.

    :param admin: a client with all rights
    :param name: tells the plant's codes from those of others in the same database
    :param loose: wire in the store that is on no coil
    """

    def __init__(self, admin: Client, name, coils=3, orders=3, size=20, loose=0):
        [company] = admin.call("res.company", "search", [], limit=1, order="id")
        self.admin, self.name = admin.of(company), name
        self.company, self.login = company, f"machine-{name}"
        self._create_machine()
        self._create_products()
        self.coils = self._create_coils(coils)
        if loose:
            self._count_in([(self.store, loose, False)])
        self.orders = self._create_orders(orders, size)

    def machine(self):
        """A connection of the machine, with no right but to report."""
        client = Client(self.admin.url[: -len("/jsonrpc")], *self._credentials())
        return client.of(self.company)

    def _credentials(self):
        return self.admin.database, self.login, PASSWORD

    def _create_machine(self):
        create = self.admin.call
        [group] = create(
            "ir.model.data",
            "search_read",
            [
                ("module", "=", "backflush_costing"),
                ("name", "=", "group_integration"),
            ],
            ["res_id"],
        )
        create(
            "res.users",
            "create",
            {
                "name": self.login,
                "login": self.login,
                "password": PASSWORD,
                "group_ids": [(4, group["res_id"])],
                "company_id": self.company,
                "company_ids": [(6, 0, [self.company])],
            },
        )
        # One machine numbers what it reports, the other does not and nobody waits for
        # it: its empties take effect at once, and give back to what comes later.
        self.unnumbered = f"{self.name}-unnumbered"
        create(
            "backflush.message.source",
            "create",
            [
                {"name": code, "code": code, "gap_minutes": minutes}
                for code, minutes in ((self.name, 600), (self.unnumbered, 0))
            ],
        )

    def _create_products(self):
        create = self.admin.call
        create(
            "res.company",
            "write",
            [self.company],
            {"flush_method": "completion", "shortage_profile": "park"},
        )
        warehouse = create(
            "stock.warehouse",
            "search_read",
            [("company_id", "=", self.company)],
            ["lot_stock_id", "view_location_id"],
            limit=1,
        )[0]
        self.store = warehouse["lot_stock_id"][0]
        place = {"name": self.name, "location_id": warehouse["view_location_id"][0]}
        self.line = create("stock.location", "create", place)
        self.saw = f"SAW-{self.name}"
        self.center = create(
            "mrp.workcenter",
            "create",
            {
                "name": f"Saw {self.name}",
                "code": self.saw,
                "backflush_location_id": self.line,
            },
        )
        self.wire_code = f"WIRE-{self.name}"
        wire = {"default_code": self.wire_code, "flush_method": "reported"}
        rows = [
            {"name": f"Wire {self.name}", **wire},
            {"name": f"Cable {self.name}"},
        ]
        common = {"type": "consu", "is_storable": True, "standard_price": 0.25}
        self.wire, self.cable = create(
            "product.product", "create", [{**common, **row} for row in rows]
        )
        self._cost()
        [template] = create(
            "product.product", "read", [self.cable], ["product_tmpl_id"]
        )
        create(
            "mrp.bom",
            "create",
            {
                "product_tmpl_id": template["product_tmpl_id"][0],
                "bom_line_ids": [(0, 0, {"product_id": self.wire, "product_qty": 10})],
            },
        )

    def _cost(self):
        """Cost the products under the one policy of the company."""
        known = [
            self.admin.call("product.category", "search", [("name", "=", name)])
            for name in ("Race parts", "Race goods")
        ]
        if not all(known):
            cost_by_policy(self.admin, [self.wire], [self.cable])
            return
        for product, category in zip((self.wire, self.cable), known, strict=True):
            values = {"categ_id": category[0]}
            self.admin.call("product.product", "write", [product], values)

    def _create_coils(self, number):
        """Full coils at the line."""
        names = [f"COIL-{self.name}-{at}" for at in range(number)]
        values = [{"name": name} for name in names]
        units = self.admin.call("stock.package", "create", values)
        self._count_in([(self.line, CONTENT, unit) for unit in units])
        return names

    def _count_in(self, stocks):
        """Wire that is there before anything happens: place, quantity, coil."""
        rows = [
            {
                "product_id": self.wire,
                "location_id": place,
                "package_id": unit,
                "inventory_quantity": quantity,
            }
            for place, quantity, unit in stocks
        ]
        mode, before = {"inventory_mode": True}, "2000-01-01 00:00:00"
        quants = self.admin.call("stock.quant", "create", rows, context=mode)
        self.admin.call(
            "stock.quant", "action_apply_inventory", quants, before, context=mode
        )

    def _create_orders(self, number, size):
        """Confirmed orders; their numbers."""
        create = self.admin.call
        rows = [{"product_id": self.cable, "product_qty": size}] * number
        ids = create("mrp.production", "create", rows)
        create("mrp.production", "action_confirm", ids)
        orders = create("mrp.production", "read", ids, ["name"])
        return [order["name"] for order in orders]

    # -- what became of it ------------------------------------------------------------

    def waiting(self):
        """Number of messages that have not taken effect and have not failed."""
        domain = [*self._told(), ("state", "=", "queued")]
        return self.admin.call("backflush.message", "search_count", domain)

    def _told(self):
        return [("source_id.code", "in", (self.name, self.unnumbered))]

    def states(self):
        """``{external id: (state, reason)}`` of all messages."""
        rows = self.admin.call(
            "backflush.message",
            "search_read",
            self._told(),
            ["external_id", "state", "reason"],
        )
        return {row["external_id"]: (row["state"], row["reason"]) for row in rows}

    def books(self):
        """Stock, error records and ledger, without anything that tells two plants of
        the same kind apart."""
        return {
            "coils": self._coils_left(),
            "mounted": self._mounted(),
            "on hand": self._on_hand(),
            "open": self._open(),
            "ledger": self._ledger(),
        }

    def taken(self):
        """``{coil: {usage of where it went: quantity}}`` of what left the coils."""
        rows = self.admin.call(
            "stock.move.line",
            "search_read",
            [("package_id.name", "in", self.coils), ("state", "=", "done")],
            ["package_id", "location_dest_usage", "quantity"],
        )
        found = {}
        for row in rows:
            kinds = found.setdefault(row["package_id"][1], {})
            usage = row["location_dest_usage"]
            kinds[usage] = round(kinds.get(usage, 0.0) + row["quantity"], 4)
        return found

    def _coils_left(self):
        found = []
        for name in self.coils:
            rows = self.admin.call(
                "stock.quant",
                "search_read",
                [
                    ("package_id.name", "=", name),
                    ("location_id.usage", "=", "internal"),
                ],
                ["quantity"],
            )
            found.append(round(sum(row["quantity"] for row in rows), 4))
        return found

    def _mounted(self):
        """Whether each coil is on the saw."""
        rows = self.admin.call(
            "stock.package",
            "search_read",
            [("name", "in", self.coils)],
            ["backflush_workcenter_id"],
            order="name",
        )
        return [bool(row["backflush_workcenter_id"]) for row in rows]

    def _on_hand(self):
        found = []
        for product in (self.wire, self.cable):
            rows = self.admin.call(
                "stock.quant",
                "search_read",
                [
                    ("product_id", "=", product),
                    ("location_id.usage", "=", "internal"),
                ],
                ["quantity"],
            )
            found.append(round(sum(row["quantity"] for row in rows), 4))
        return found

    def _open(self):
        """Open quantity of the wire by cause."""
        rows = self.admin.call(
            "backflush.error",
            "search_read",
            [
                ("product_id", "=", self.wire),
                ("state", "in", ("open", "in_process")),
            ],
            ["cause", "quantity_open"],
        )
        found = {}
        for row in rows:
            before = found.get(row["cause"], 0.0)
            found[row["cause"]] = round(before + row["quantity_open"], 4)
        return found

    def _ledger(self):
        """Balance per account and product, in cents, nothing where it is nothing."""
        rows = self.admin.call(
            "backflush.posting.line",
            "search_read",
            [("product_id", "in", (self.wire, self.cable))],
            ["product_id", "account_id", "amount"],
        )
        found = {}
        for row in rows:
            what = "wire" if row["product_id"][0] == self.wire else "cable"
            # Its name without its number: each policy can have accounts of its own.
            account = row["account_id"][1].split(" ", 1)[-1]
            key = f"{what} {account}"
            found[key] = found.get(key, 0.0) + row["amount"]
        return {key: round(sum_, 2) for key, sum_ in found.items() if round(sum_, 2)}
