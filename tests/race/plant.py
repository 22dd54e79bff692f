"""The small plant that the race runs in, created over RPC in a fresh database.

Three components stand at one line-side location and go into three products, each of
which lists them in another order. Names of the addon's fields are used only where the
addon is installed, so that the same plant shows how core behaves alone.
"""

from dataclasses import dataclass

from .rpc import Client
from .settings import COMPONENTS, Round

SKIP_WIZARDS = {
    "skip_consumption": True,
    "skip_backorder": True,
    "skip_redirection": True,
}


@dataclass(frozen=True)
class Plant:
    """The ids that the processes need; plain data, so that it can be handed to them."""

    addon: bool
    line: int
    store: int
    components: tuple[int, ...]
    products: tuple[int, ...]
    boms: tuple[int, ...]
    types: dict
    """Operation type id by code: incoming, internal, outgoing, mrp_operation."""


def build_plant(client: Client, profile: str) -> Plant:
    """Create products, bills of materials and the location they are flushed from."""
    addon = client.has_model("backflush.stock.lock")
    store, parent = _find_store(client)
    line = client.call(
        "stock.location", "create", {"name": "Race line", "location_id": parent}
    )
    components = _create_products(client, "Race component")
    products = _create_products(client, "Race product")
    settings = _flush_settings(line) if addon and profile != "core" else {}
    boms = [
        _create_bom(client, product, components[at:] + components[:at], settings)
        for at, product in enumerate(products)
    ]
    types = _create_types(client, line)
    if settings:
        company = client.call("res.company", "search", [], limit=1)
        values = {"flush_method": "completion", "shortage_profile": profile}
        client.call("res.company", "write", company, values)
    put_stock(client, store, components, [100000.0] * COMPONENTS)
    return Plant(
        addon=bool(settings),
        line=line,
        store=store,
        components=tuple(components),
        products=tuple(products),
        boms=tuple(boms),
        types=types,
    )


def put_stock(client, location, products, quantities):
    """Count the given quantities into a location: the round's opening stock."""
    mode = {"inventory_mode": True}
    rows = [
        {"product_id": p, "location_id": location, "inventory_quantity": q}
        for p, q in zip(products, quantities, strict=True)
    ]
    quants = client.call("stock.quant", "create", rows, context=mode)
    client.call("stock.quant", "action_apply_inventory", quants, context=mode)


def create_orders(client: Client, plant: Plant, work: Round) -> list[list[int]]:
    """Confirmed orders of one round, per station; created before the start signal."""
    rows = [
        {
            "product_id": plant.products[index],
            "bom_id": plant.boms[index],
            "product_qty": quantity,
            "picking_type_id": plant.types["mrp_operation"],
        }
        for station in work.orders
        for index, quantity in station
    ]
    orders = client.call("mrp.production", "create", rows)
    client.call("mrp.production", "action_confirm", orders)
    size = len(work.orders[0])
    return [orders[at : at + size] for at in range(0, len(orders), size)]


def _find_store(client):
    fields = ["lot_stock_id", "view_location_id"]
    warehouse = client.call("stock.warehouse", "search_read", [], fields, limit=1)[0]
    return warehouse["lot_stock_id"][0], warehouse["view_location_id"][0]


def _create_products(client, name):
    rows = [
        {"name": f"{name} {number}", "type": "consu", "is_storable": True}
        for number in range(COMPONENTS)
    ]
    return client.call("product.product", "create", rows)


def _flush_settings(line):
    """Values of a BoM line under the addon: flushed from the line at completion."""
    return {"flush_method": "completion", "backflush_location_id": line}


def _create_bom(client, product, components, line_settings):
    [template] = client.call("product.product", "read", [product], ["product_tmpl_id"])
    lines = [
        (0, 0, {"product_id": component, "product_qty": 1.0, **line_settings})
        for component in components
    ]
    return client.call(
        "mrp.bom",
        "create",
        {
            "product_tmpl_id": template["product_tmpl_id"][0],
            "product_qty": 1.0,
            "bom_line_ids": lines,
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
            [("code", "=", code)],
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
