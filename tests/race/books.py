"""The books after a race: does every piece and every requirement add up?

Each check hands back a list of sentences, one per difference; none is the good case.
"""

from collections import defaultdict

import psycopg2

from .ledger import unexplained
from .plant import Plant
from .settings import COMPLETION, DELIVERY, FINISH, RECEIPT, REVERSAL, START, TRANSFER

PRECISION = 0.0001

MOVED = """
SELECT ml.product_id,
       CASE WHEN m.is_inventory THEN 'counted'
            WHEN 'production' IN (s.usage, d.usage) THEN 'issued'
            WHEN 'customer' IN (s.usage, d.usage) THEN 'delivered'
            ELSE 'received' END,
       sum(CASE WHEN ml.location_dest_id = %(place)s THEN ml.quantity_product_uom
                ELSE -ml.quantity_product_uom END)
  FROM stock_move_line ml
  JOIN stock_move m ON m.id = ml.move_id
  JOIN stock_location s ON s.id = ml.location_id
  JOIN stock_location d ON d.id = ml.location_dest_id
 WHERE ml.state = 'done' AND ml.product_id = ANY(%(products)s)
   AND (ml.location_id = %(place)s) != (ml.location_dest_id = %(place)s)
 GROUP BY 1, 2
"""
ON_HAND = """
SELECT product_id, sum(quantity) FROM stock_quant
 WHERE product_id = ANY(%(products)s) AND location_id = %(place)s GROUP BY 1
"""
RESERVED = """
SELECT product_id, sum(quantity) FROM (
    SELECT product_id, reserved_quantity AS quantity
      FROM stock_quant WHERE location_id = %(place)s
 UNION ALL
    SELECT product_id, -quantity_product_uom
      FROM stock_move_line
     WHERE location_id = %(place)s AND state NOT IN ('draft', 'done', 'cancel')
) AS held
 WHERE product_id = ANY(%(products)s) GROUP BY 1
"""
"""What quants say is reserved, less what open lines of moves hold."""
DEMAND = """
SELECT bl.product_id, sum(bl.product_qty * (p.product_qty - coalesce(u.quantity, 0)))
  FROM mrp_production p
  JOIN mrp_bom_line bl ON bl.bom_id = p.bom_id
  LEFT JOIN (SELECT mo_id, sum(product_qty) AS quantity
               FROM mrp_unbuild WHERE state = 'done' GROUP BY 1) u ON u.mo_id = p.id
 WHERE p.state = 'done' AND p.bom_id = ANY(%(boms)s) GROUP BY 1
"""
"""What done orders ask for; what was unbuilt does not count any more."""
DONE_ORDERS = "SELECT id FROM mrp_production WHERE state = 'done'"
DONE_PICKINGS = "SELECT id FROM stock_picking WHERE state = 'done'"
REPORTED = "SELECT workorder_id FROM backflush_confirmation WHERE trigger = '{}'"
REVERSED = "SELECT id FROM backflush_confirmation WHERE state != 'posted'"
STATES = {
    COMPLETION: DONE_ORDERS,
    **dict.fromkeys((DELIVERY, RECEIPT, TRANSFER), DONE_PICKINGS),
}
DOCUMENTS = {
    START: REPORTED.format("start"),
    FINISH: REPORTED.format("operation"),
    REVERSAL: REVERSED,
}
"""What each kind of call leaves behind where the addon is installed."""
LINE_FIELDS = [
    "product_id",
    "required_quantity",
    "deviation_quantity",
    "issued_quantity",
    "open_quantity",
    "written_off_quantity",
]


class Books:
    """Reads the database after the last call; nothing runs any more."""

    def __init__(self, database, plant: Plant, client):
        self.plant, self.client = plant, client.of(plant.company)
        self.connection = psycopg2.connect(dbname=database)

    def differences(self):
        """All differences of this plant."""
        found = []
        for place in (self.plant.line, self.plant.store):
            found += self.check_conservation(place)
            found += self.check_reservations(place)
        if self.plant.addon:
            found += self.check_requirements()
            found += self.check_errors()
            found += unexplained(self.client, self.plant.costed)
        self.connection.close()
        return found

    def check_conservation(self, place):
        """Opening and counts + receipts − deliveries − issued = on hand."""
        found = []
        on_hand = self._quantities(ON_HAND, place=place)
        moved = defaultdict(float)
        for product, _kind, quantity in self._rows(MOVED, place=place):
            moved[product] += float(quantity)
        for product in self.plant.components:
            books, quants = moved[product], on_hand.get(product, 0.0)
            if _differ(books, quants):
                found.append(f"{product} at {place}: moves {books}, quants {quants}")
        return found

    def check_calls(self, calls):
        """What a client was told is done is done, and what failed is not."""
        found = []
        queries = {**STATES, **(DOCUMENTS if self.plant.addon else {})}
        for kind, query in queries.items():
            done = {row[0] for row in self._rows(query)}
            for call in calls:
                if call["kind"] != kind:
                    continue
                if (call["document"] in done) != (call["outcome"] == "ok"):
                    found.append(f"{kind} {call['document']} told {call['outcome']}")
        return found

    def check_reservations(self, place):
        """What is reserved is held by a move; neither more nor less."""
        rows = self._quantities(RESERVED, place=place)
        return _compare(f"reserved at {place}, and held by nobody,", rows, {})

    def check_requirements(self):
        """Required + deviation = issued + open + written off, per confirmation line;
        and per component the demand of all done orders, and what moves issued. A
        reversal is a deviation; an operation's report is the order's own demand."""
        found, required = [], defaultdict(float)
        issued = defaultdict(float)
        for line in self._confirmation_lines():
            product = line["product_id"][0]
            wanted = line["required_quantity"] + line["deviation_quantity"]
            explained = sum(line[name] for name in LINE_FIELDS[3:])
            required[product] += wanted
            issued[product] += line["issued_quantity"]
            if _differ(wanted, explained):
                found.append(f"confirmation line {line['id']}: {line}")
        found += _compare("required", required, self._quantities(DEMAND))
        return found + _compare("issued", issued, self.issued())

    def check_errors(self):
        """The error queue holds what the confirmation lines call open."""
        queue, lines = defaultdict(float), defaultdict(float)
        domain = [("product_id", "in", self.plant.components)]
        fields = ["product_id", "quantity_open"]
        for row in self.client.call("backflush.error", "search_read", domain, fields):
            queue[row["product_id"][0]] += row["quantity_open"]
        for line in self._confirmation_lines():
            lines[line["product_id"][0]] += line["open_quantity"]
        return _compare("open", queue, lines)

    def issued(self):
        """What done moves issued from the line, per product."""
        rows = self._rows(MOVED, place=self.plant.line)
        return {product: -float(qty) for product, kind, qty in rows if kind == "issued"}

    def _confirmation_lines(self):
        domain = [("product_id", "in", self.plant.components)]
        return self.client.call(
            "backflush.confirmation.line", "search_read", domain, LINE_FIELDS
        )

    def _quantities(self, query, **parameters):
        return {row[0]: float(row[1]) for row in self._rows(query, **parameters)}

    def _rows(self, query, **parameters):
        parameters["products"] = list(self.plant.components)
        parameters["boms"] = list(self.plant.boms)
        with self.connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall()


def _differ(left, right):
    return abs(left - right) > PRECISION


def _compare(name, left, right):
    return [
        f"{name} of product {product}: {left.get(product, 0)} ≠ {right.get(product, 0)}"
        for product in sorted({*left, *right})
        if _differ(left.get(product, 0.0), right.get(product, 0.0))
    ]
