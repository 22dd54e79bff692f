"""The plant in which orders are measured: one product of ten components.

Three sides make the same product at the same standard cost under perpetual
valuation. They differ in who writes the entries:

* ``addon``: the addon with its features on (policy on every category, flush at
  completion from a line side, shortages parked, stock lock, confirmations, subledger);
* ``entries``: core, its production location has an account, so that core journalises
  issues, receipts and labour;
* ``silent``: core without that account: it journalises nothing of an order.
"""

from odoo import Command

COMPONENTS = 10
#: More than any run of the measurement takes.
STOCK = 10_000_000
QUIET = {"tracking_disable": True, "mail_create_nolog": True}


def build(env, side):
    """Build the plant of a side; return the finished product."""
    env = env(context={**env.context, **QUIET})
    made, parts = _categories(env)
    components = [
        _product(env, f"Component {number}", parts, 1.0 + number / 4)
        for number in range(COMPONENTS)
    ]
    product = _product(env, "Assembly", made, _standard(components))
    place = _line_side(env) if side == "addon" else _warehouse(env).lot_stock_id
    _bill_of_materials(env, product, components)
    if side == "addon":
        _cost_by_policy(env, made)
        _flush_at_completion(env, components, place)
    else:
        _cost_by_core(env, made | parts, side)
    for component in components:
        _stock_up(env, component, place)
    return product


def _warehouse(env):
    company = env.company
    return env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)


def _categories(env):
    create = env["product.category"].create
    made, parts = create([{"name": "Bench Products"}, {"name": "Bench Parts"}])
    (made | parts).property_cost_method = "standard"
    return made, parts


def _product(env, name, category, price):
    return env["product.product"].create(
        {
            "name": name,
            "is_storable": True,
            "categ_id": category.id,
            "standard_price": price,
        }
    )


def _standard(components):
    """Two of each component, and fifteen minutes at 60 an hour."""
    return sum(2 * component.standard_price for component in components) + 15.0


def _bill_of_materials(env, product, components):
    workcenter = env["mrp.workcenter"].create(
        {"name": "Bench Line", "costs_hour": 60.0, "time_start": 0, "time_stop": 0}
    )
    env["mrp.bom"].create(
        {
            "product_tmpl_id": product.product_tmpl_id.id,
            "product_id": product.id,
            "bom_line_ids": [
                Command.create({"product_id": component.id, "product_qty": 2.0})
                for component in components
            ],
            "operation_ids": [
                Command.create(
                    {
                        "name": "Assemble",
                        "workcenter_id": workcenter.id,
                        "time_mode": "manual",
                        "time_cycle_manual": 15.0,
                    }
                )
            ],
        }
    )


def _line_side(env):
    return env["stock.location"].create(
        {
            "name": "Line 1",
            "usage": "internal",
            "location_id": _warehouse(env).view_location_id.id,
        }
    )


def _cost_by_policy(env, made):
    """Every category under one policy; the products get their standards by it."""
    policy = env["backflush.costing.policy"].create(
        {"name": "Bench", "trigger_set": "purchase_completion_sale"}
    )
    policy.action_propose_accounts()
    made.property_backflush_role = "finished"
    categories = env["product.category"].search([])
    categories.property_backflush_policy_id = policy


def _flush_at_completion(env, components, place):
    env.company.write({"flush_method": "completion", "shortage_profile": "park"})
    for component in components:
        component.property_backflush_location_id = place


def _cost_by_core(env, categories, side):
    """Perpetual valuation as core does it, with or without entries of orders."""
    stock = _account(env, "Bench Stock", "BENCH1")
    categories.write(
        {
            "property_valuation": "real_time",
            "property_stock_valuation_account_id": stock.id,
        }
    )
    if side == "entries":
        production = env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", env.company.id)]
        )
        production.valuation_account_id = _account(env, "Bench Production", "BENCH2")


def _account(env, name, code):
    return env["account.account"].create(
        {"name": name, "code": code, "account_type": "asset_current"}
    )


def _stock_up(env, product, location):
    quant = env["stock.quant"].with_context(inventory_mode=True)
    quant.create(
        {
            "product_id": product.id,
            "location_id": location.id,
            "inventory_quantity": STOCK,
        }
    ).action_apply_inventory()
