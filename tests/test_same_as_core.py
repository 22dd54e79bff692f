"""Without a policy, and with «none», entries equal those of Odoo alone, line by line.

The same documents go through a database that does not have the addon and through one
that has it; what Odoo's own stock closing proposes in the end is compared as well.
"""

import json

from test_uninstall import shell

from bootstrap.contract import clone_database, drop_database

WORK = """
    import json
    from datetime import datetime
    from freezegun import freeze_time
    from odoo import Command

    # Odoo averages in the order of seconds: on a busy machine what shares one differs.
    clock = freeze_time(datetime.now().replace(microsecond=0)).start()

    company = env.company
    company.anglo_saxon_accounting = True
    accounts = env["account.account"]
    variance, production = accounts.create([
        {"name": "Prices", "code": "599111", "account_type": "expense"},
        {"name": "Production", "code": "199111", "account_type": "asset_current"},
    ])
    warehouse = env["stock.warehouse"].search(
        [("company_id", "=", company.id)], limit=1
    )
    store = warehouse.lot_stock_id
    places = env["stock.location"].search([("company_id", "=", company.id)])
    places.filtered(
        lambda place: place.usage in ("production", "inventory")
    ).valuation_account_id = production
    vendor, customer = env["res.partner"].create([{"name": "V"}, {"name": "C"}])
    center = env["mrp.workcenter"].create({"name": "Center", "costs_hour": 60})
    clear = [Command.clear()]

    def make_products(method):
        category = env["product.category"].create({
            "name": method, "property_valuation": "real_time",
            "property_cost_method": method,
            "property_price_difference_account_id": variance.id,
        })
        if POLICY:
            policy = env["backflush.costing.policy"].create(
                {"name": method, "trigger_set": "none"}
            )
            policy.action_propose_accounts()
            category.property_backflush_policy_id = policy
            category.property_backflush_role = "finished"
        part, thing = env["product.product"].create([
            {"name": f"{name} {method}", "is_storable": True, "standard_price": price,
             "categ_id": category.id, "purchase_method": "purchase",
             "invoice_policy": "order"}
            for name, price in (("Part", 10), ("Thing", 40))
        ])
        env["mrp.bom"].create({
            "product_tmpl_id": thing.product_tmpl_id.id,
            "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": 2})],
            "operation_ids": [Command.create({
                "name": "Work", "workcenter_id": center.id,
                "time_mode": "manual", "time_cycle_manual": 30,
            })],
        })
        return part, thing

    def buy(product, quantity, price):
        clock.tick(60)
        order = env["purchase.order"].create({
            "partner_id": vendor.id,
            "order_line": [Command.create({
                "product_id": product.id, "product_qty": quantity,
                "price_unit": price, "tax_ids": clear,
            })],
        })
        order.button_confirm()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        order.action_create_invoice()
        order.invoice_ids.invoice_date = order.invoice_ids.date
        order.invoice_ids.invoice_line_ids.price_unit = price + 1
        order.invoice_ids.action_post()
        return order.invoice_ids

    def make(product, quantity, used=None):
        clock.tick(60)
        order = env["mrp.production"].create(
            {"product_id": product.id, "product_qty": quantity}
        )
        order.action_confirm()
        order.qty_producing = quantity
        order.set_qty_producing()
        if used:
            order.move_raw_ids.quantity = used
        assert order.with_context(
            skip_consumption=True, skip_backorder=True, skip_redirection=True
        ).button_mark_done() is True
        return order

    def sell(product, quantity):
        clock.tick(60)
        order = env["sale.order"].create({
            "partner_id": customer.id,
            "order_line": [Command.create({
                "product_id": product.id, "product_uom_qty": quantity,
                "price_unit": 99, "tax_ids": clear,
            })],
        })
        order.action_confirm()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def count(product, quantity):
        clock.tick(60)
        env["stock.quant"].with_context(inventory_mode=True).create({
            "product_id": product.id, "location_id": store.id,
            "inventory_quantity": quantity,
        }).action_apply_inventory()

    def run(method):
        part, thing = make_products(method)
        bill = buy(part, 40, 12)
        order = make(thing, 4)
        make(thing, 2, used=5)
        make(thing, 30)
        count(part, 7)
        clock.tick(60)
        env["stock.scrap"].create({
            "product_id": part.id, "scrap_qty": 1, "location_id": store.id,
        }).action_validate()
        invoice = sell(thing, 3)
        clock.tick(60)
        invoice._reverse_moves(cancel=True)
        bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        clock.tick(60)
        env["mrp.unbuild"].create({
            "product_id": thing.id, "product_qty": 1, "mo_id": order.id,
            "bom_id": order.bom_id.id, "location_id": store.id,
            "location_dest_id": store.id,
        }).action_unbuild()
        clock.tick(60)
        part.standard_price = 11.37
        buy(part, 3, 13)

    before = env["account.move"].search([])
    for method in ("standard", "average", "fifo"):
        run(method)
    entries = env["account.move"].search([]) - before
    closing = company._action_close_stock_valuation()
    print("RESULT", json.dumps({
        "entries": [
            [entry.move_type, entry.state, entry.journal_id.code, [
                [line.account_id.code, line.product_id.name or "", line.display_type,
                 round(line.balance, 2), line.quantity]
                for line in entry.line_ids.sorted("id")
            ]]
            for entry in entries.sorted("id")
        ],
        "closing": [
            [accounts.browse(vals["account_id"]).code, round(vals["debit"], 2),
             round(vals["credit"], 2)]
            for vals in closing
        ],
    }))
"""


def _posted(facts, source, with_policy=False):
    """What the documents leave in a copy of a database."""
    database = clone_database(source, "same", facts)
    try:
        code = f"    POLICY = {with_policy}\n" + WORK.lstrip("\n")
        printed = shell(facts, database, code)
    finally:
        drop_database(database, facts)
    return json.loads(printed.split("RESULT ")[1].splitlines()[0])


def test_entries_are_those_of_odoo_alone(backflush):
    core = _posted(backflush, backflush.core_database)
    assert len(core["entries"]) > 30
    assert core["closing"]
    assert _posted(backflush, backflush.bare_database) == core
    assert _posted(backflush, backflush.bare_database, with_policy=True) == core
