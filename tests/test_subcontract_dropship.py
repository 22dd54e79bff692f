"""Drop shipping beside subcontracting: what is ours is proven or refused."""

import json

from test_uninstall import shell
from test_uninstall_companion import MAKE

WORK = (
    MAKE
    + """
    from odoo.exceptions import UserError

    module = env["ir.module.module"].search([("name", "=", "stock_dropshipping")])
    module.button_immediate_install()
    env.transaction.reset()
    env.company.write({"flush_method": "completion", "shortage_profile": "park"})
    category = env["product.category"].create({"name": "Painted"})
    blank, frame = product("Blank", 40, category), product("Frame", 55, category)
    painter, vendor, customer = env["res.partner"].create(
        [{"name": name} for name in ("Painter", "Vendor", "Customer")]
    )
    env["mrp.bom"].create({
        "product_tmpl_id": frame.product_tmpl_id.id, "type": "subcontract",
        "subcontractor_ids": [Command.set(painter.ids)],
        "bom_line_ids": [Command.create({"product_id": blank.id, "product_qty": 1})],
    })
    policy = env["backflush.costing.policy"].create({"name": "Plant"})
    policy.action_propose_accounts()
    category.property_backflush_policy_id = policy
    ship = env["stock.picking.type"].search(
        [("code", "=", "dropship"), ("company_id", "=", env.company.id)], limit=1
    )

    def send(vendor, made, address, quantity):
        order = env["purchase.order"].create({
            "partner_id": vendor.id, "picking_type_id": ship.id,
            "dest_address_id": address.id,
            "order_line": [Command.create({
                "product_id": made.id, "product_qty": quantity, "price_unit": 40,
                "tax_ids": [Command.clear()],
            })],
        })
        order.button_confirm()
        order.picking_ids.move_ids.picked = True
        return order

    components = send(vendor, blank, painter, 5)
    components.picking_ids.location_dest_id = env.company.subcontracting_location_id
    components.picking_ids.move_ids.location_dest_id = (
        env.company.subcontracting_location_id
    )
    components.picking_ids.button_validate()
    received = unexplained()
    components.action_create_invoice()
    components.invoice_ids.invoice_date = components.invoice_ids.date
    components.invoice_ids.action_post()
    billed = unexplained()
    try:
        send(painter, frame, customer, 1).picking_ids.button_validate()
        refusal = "not refused"
    except UserError as error:
        refusal = str(error)
    print("RESULT", json.dumps({
        "received": received,
        "billed": billed,
        "at_painter": env["stock.quant"].search([
            ("product_id", "=", blank.id),
            ("location_id", "=", env.company.subcontracting_location_id.id),
        ]).quantity,
        "confirmations": env["backflush.confirmation"].search_count([]),
        "refusal": refusal,
    }))
"""
)


def test_to_the_subcontractor_is_a_purchase_from_him_to_the_customer_is_refused(
    backflush, companions_copy
):
    printed = shell(backflush, companions_copy, WORK)
    found = json.loads(printed.split("RESULT ")[1].splitlines()[0])
    assert "from the subcontractor straight to the customer" in found.pop("refusal")
    assert found == {
        "received": [0.0, True],
        "billed": [0.0, True],
        "at_painter": 5.0,
        "confirmations": 0,
    }
