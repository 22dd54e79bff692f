"""The small plants that the race runs in, created over RPC in a fresh database.

Three components stand at one line-side location and go into three products, each of
which lists them in another order. The first product is flushed at completion; the
others have an operation, and issue one component when it starts, one when it is
finished and one at completion. Names of the addon's fields are used only where the
addon is installed, so that the same plant shows how core behaves alone.
"""

from dataclasses import dataclass

from .ledger import cost_by_policy
from .rpc import Client
from .settings import Round, Settings

SKIP_WIZARDS = {
    "skip_consumption": True,
    "skip_backorder": True,
    "skip_redirection": True,
}
METHODS = ("start", "operation", "completion")


@dataclass(frozen=True)
class Plant:
    """The ids that the processes need; plain data, so that it can be handed to them."""

    company: int
    addon: bool
    costed: bool
    line: int
    store: int
    components: tuple[int, ...]
    products: tuple[int, ...]
    boms: tuple[int, ...]
    types: dict
    """Operation type id by code: incoming, internal, outgoing, mrp_operation."""


@dataclass(frozen=True)
class Order:
    """A confirmed manufacturing order that a station is to complete."""

    id: int
    by_step: bool


def build_plants(client: Client, settings: Settings) -> list[Plant]:
    """One plant per company; the first is the database's own, under a policy."""
    [own] = client.call("res.company", "search", [], limit=1, order="id")
    companies = [own]
    companies += [_create_company(client, at) for at in range(1, settings.plants)]
    return [
        build_plant(client.of(company), settings, costed=company == own)
        for company in companies
    ]


def _create_company(client, number):
    """A company with a warehouse, in which the user may work."""
    name = f"Race company {number}"
    company = client.call("res.company", "create", {"name": name})
    client.call("res.users", "write", [client.uid], {"company_ids": [(4, company)]})
    warehouse = {"name": name, "code": f"RC{number}", "company_id": company}
    client.of(company).call("stock.warehouse", "create", warehouse)
    return company


def build_plant(client: Client, settings: Settings, costed=False) -> Plant:
    """Create products, bills of materials and the location they are flushed from."""
    addon = client.has_model("backflush.stock.lock") and settings.profile != "core"
    store, parent = _find_store(client)
    line = client.call(
        "stock.location", "create", {"name": "Race line", "location_id": parent}
    )
    components = _create_products(client, "Race component", settings.components, 1.25)
    products = _create_products(client, "Race product", settings.components, 7.5)
    if addon and costed:
        cost_by_policy(client, components, products)
    if addon:
        values = {"flush_method": "completion", "shortage_profile": settings.profile}
        client.call("res.company", "write", [client.company], values)
    workcenter = client.call("mrp.workcenter", "create", {"name": "Race line"})
    boms = [
        _create_bom(
            client,
            product,
            components[at:] + components[:at],
            workcenter if at else None,
            line if addon else None,
        )
        for at, product in enumerate(products)
    ]
    types = _create_types(client, line)
    put_stock(client, store, components, [100000.0] * len(components))
    return Plant(
        company=client.company,
        addon=addon,
        costed=addon and costed,
        line=line,
        store=store,
        components=tuple(components),
        products=tuple(products),
        boms=tuple(boms),
        types=types,
    )


def put_stock(client, location, products, quantities):
    """Count the given quantities into a location: the round's opening stock.

    It was there before anything was used: what waits is not explained by it.
    """
    mode = {"inventory_mode": True}
    rows = [
        {"product_id": p, "location_id": location, "inventory_quantity": q}
        for p, q in zip(products, quantities, strict=True)
    ]
    quants = client.call("stock.quant", "create", rows, context=mode)
    before = "2000-01-01 00:00:00"
    client.call("stock.quant", "action_apply_inventory", quants, before, context=mode)


def create_orders(client: Client, plant: Plant, work: Round) -> list[list[Order]]:
    """Confirmed orders of one round, per station; created before the start signal."""
    jobs = [job for station in work.orders for job in station]
    rows = [
        {
            "product_id": plant.products[job.product],
            "bom_id": plant.boms[job.product],
            "product_qty": job.quantity,
            "picking_type_id": plant.types["mrp_operation"],
        }
        for job in jobs
    ]
    ids = client.call("mrp.production", "create", rows)
    client.call("mrp.production", "action_confirm", ids)
    orders = [Order(id, job.by_step) for id, job in zip(ids, jobs, strict=True)]
    size = len(work.orders[0])
    return [orders[at : at + size] for at in range(0, len(orders), size)]


def _find_store(client):
    fields = ["lot_stock_id", "view_location_id"]
    own = [("company_id", "=", client.company)]
    warehouse = client.call("stock.warehouse", "search_read", own, fields, limit=1)[0]
    return warehouse["lot_stock_id"][0], warehouse["view_location_id"][0]


def _create_products(client, name, number, price):
    rows = [
        {
            "name": f"{name} {at}",
            "type": "consu",
            "is_storable": True,
            "standard_price": price,
        }
        for at in range(number)
    ]
    return client.call("product.product", "create", rows)


def _create_bom(client, product, components, workcenter, line):
    """A bill of materials; ``line`` is the location it is flushed from, None in core.

    With a work centre it has one operation, and a component for each flush method.
    """
    [template] = client.call("product.product", "read", [product], ["product_tmpl_id"])
    operations = []
    if workcenter:
        operation = {"name": "Assemble", "workcenter_id": workcenter}
        operations = [(0, 0, {**operation, "time_cycle_manual": 1.0})]
    lines = []
    for component, method in zip(components, METHODS, strict=False):
        flush = {"flush_method": method if workcenter else "completion"}
        flush["backflush_location_id"] = line
        values = {"product_id": component, "product_qty": 1.0}
        lines.append((0, 0, {**values, **(flush if line else {})}))
    return client.call(
        "mrp.bom",
        "create",
        {
            "product_tmpl_id": template["product_tmpl_id"][0],
            "product_qty": 1.0,
            "bom_line_ids": lines,
            "operation_ids": operations,
        },
    )


def _create_types(client, line):
    """The warehouse's operation types, and one of our own for manufacturing: it takes
    from the line also in core, and reserves nothing beforehand, as at a line."""
    types = {}
    for code in ("incoming", "internal", "outgoing", "mrp_operation"):
        types[code] = client.call(
            "stock.picking.type",
            "search",
            [("code", "=", code), ("company_id", "=", client.company)],
            limit=1,
            context={"active_test": False},
        )[0]
    client.call("stock.picking.type", "write", list(types.values()), {"active": True})
    manufacturing = types["mrp_operation"]
    values = {
        "name": "Race manufacturing",
        "sequence_code": f"RACE{line}",
        "default_location_src_id": line,
        "reservation_method": "manual",
    }
    copied = client.call("stock.picking.type", "copy", [manufacturing], default=values)
    return {**types, "mrp_operation": copied[0] if isinstance(copied, list) else copied}
