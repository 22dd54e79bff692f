"""A companion leaves: the plant goes on without it, and the books stay proven."""

import json

from test_uninstall import shell

MAKE = """
    import json
    from odoo import Command

    def product(name, price, category):
        return env["product.product"].create({
            "name": name, "is_storable": True, "standard_price": price,
            "categ_id": category.id,
        })

    def receive(vendor, made, quantity):
        order = env["purchase.order"].create({
            "partner_id": vendor.id,
            "order_line": [Command.create({
                "product_id": made.id, "product_qty": quantity, "price_unit": 15,
                "tax_ids": [Command.clear()],
            })],
        })
        order.button_confirm()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        order.action_create_invoice()
        order.invoice_ids.invoice_date = order.invoice_ids.date
        order.invoice_ids.action_post()
        return order.picking_ids

    def unexplained():
        report = env["backflush.reconciliation"].create({})
        return [round(report.unexplained, 2), report.is_proven]
"""

WORK = (
    MAKE
    + """
    env.company.write({"flush_method": "completion", "shortage_profile": "park"})
    category = env["product.category"].create({"name": "Painted"})
    blank, frame = product("Blank", 40, category), product("Frame", 55, category)
    painter = env["res.partner"].create({"name": "Painter"})
    env["mrp.bom"].create({
        "product_tmpl_id": frame.product_tmpl_id.id, "type": "subcontract",
        "subcontractor_ids": [Command.set(painter.ids)],
        "bom_line_ids": [Command.create({"product_id": blank.id, "product_qty": 1})],
    })
    policy = env["backflush.costing.policy"].create({"name": "Plant"})
    policy.action_propose_accounts()
    category.property_backflush_policy_id = policy
    picking = receive(painter, frame, 3)
    made = picking._get_subcontract_production()
    assert made.backflush_error_ids.quantity_open == 3
    assert made.backflush_confirmation_ids.move_id
    assert unexplained() == [0.0, True]
    env.cr.commit()
    name = "backflush_costing_subcontracting"
    module = env["ir.module.module"].search([("name", "=", name)])
    module.button_immediate_uninstall()
"""
)

LOOK = (
    MAKE
    + """
    frame = env["product.product"].search([("name", "=", "Frame")])
    before = unexplained()
    names = ("flush_method", "shortage_profile")
    env.company.write(dict.fromkeys(names, False))
    plain = env["product.category"].create({"name": "Plain"})
    part, thing = product("Part", 5, plain), product("Thing", 9, plain)
    vendor = env["res.partner"].create({"name": "Other"})
    env["mrp.bom"].create({
        "product_tmpl_id": thing.product_tmpl_id.id, "type": "subcontract",
        "subcontractor_ids": [Command.set(vendor.ids)],
        "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": 1})],
    })
    picking = receive(vendor, thing, 2)
    for model in ("stock.picking", "mrp.production", "account.move"):
        env[model].get_views([(False, "form")])
    print("RESULT", json.dumps({
        "proven": before,
        "state": picking.state,
        "made": picking._get_subcontract_production().state,
        "open": env["backflush.error"].search([]).quantity_open,
    }))
"""
)


def test_uninstalling_the_companion_keeps_the_books_proven(backflush, companions_copy):
    shell(backflush, companions_copy, WORK)
    printed = shell(backflush, companions_copy, LOOK)
    assert json.loads(printed.split("RESULT ")[1].splitlines()[0]) == {
        "proven": [0.0, True],
        "state": "done",
        "made": "done",
        "open": 3.0,
    }
