"""Apps that move or value goods past us: what is ours is proven or refused."""

import json

from test_uninstall import shell
from test_uninstall_companion import MAKE

WORK = (
    MAKE
    + """
    from odoo.exceptions import UserError

    names = ("stock_dropshipping", "stock_landed_costs")
    modules = env["ir.module.module"].search([("name", "in", names)])
    modules.button_immediate_install()
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
    def sell_straight(trigger_set, price):
        # From the vendor to the customer: ordered, shipped, billed, invoiced.
        goods = env["product.category"].create({"name": trigger_set})
        own = env["backflush.costing.policy"].create(
            {"name": trigger_set, "trigger_set": trigger_set}
        )
        own.action_propose_accounts()
        goods.property_backflush_policy_id = own
        made = product(f"Goods {trigger_set}", 10, goods)
        made.write({
            "route_ids": [Command.set(
                env.ref("stock_dropshipping.route_drop_shipping").ids
            )],
            "seller_ids": [Command.create({"partner_id": vendor.id, "price": price})],
        })
        sale = env["sale.order"].create({
            "partner_id": customer.id,
            "order_line": [Command.create({
                "product_id": made.id, "product_uom_qty": 3, "price_unit": 50,
                "tax_ids": [Command.clear()],
            })],
        })
        sale.action_confirm()
        order = env["purchase.order.line"].search([("product_id", "=", made.id)])
        order.tax_ids = [Command.clear()]
        order = order.order_id
        order.button_confirm()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        proofs = [unexplained()]
        order.action_create_invoice()
        order.invoice_ids.invoice_date = order.invoice_ids.date
        order.invoice_ids.action_post()
        proofs.append(unexplained())
        invoice = sale._create_invoices()
        invoice.action_post()
        proofs.append(unexplained())
        lines = (order.invoice_ids | invoice).line_ids
        held = own._material_account()
        spent = made._get_product_accounts()["expense"]
        return {
            "proofs": proofs,
            "held": sum(i.balance for i in lines if i.account_id == held),
            "spent": sum(i.balance for i in lines if i.account_id == spent),
            "recorded": env["backflush.posting.line"].search_count(
                [("product_id", "=", made.id)]
            ),
        }

    straight = [
        sell_straight(trigger_set, 12)
        for trigger_set in ("purchase_completion_sale", "sale")
    ]
    def land(basis, used=0):
        # Freight on a receipt of ten; what is said, and whether anything changed.
        stuff = env["product.category"].create({
            "name": f"Stuff at {basis} {used}", "property_backflush_cost_basis": basis,
            "property_cost_method": "standard" if basis == "standard" else "average",
        })
        stuff.property_backflush_policy_id = policy
        sheet = product(f"Sheet at {basis}", 10, stuff)
        sheet.company_id = env.company
        picking = receive(vendor, sheet, 10)
        if used:
            env["stock.scrap"].create({
                "product_id": sheet.id, "scrap_qty": used,
                "location_id": picking.location_dest_id.id,
            }).action_validate()
        freight = env["product.product"].create({
            "name": f"Freight {basis}", "type": "service", "landed_cost_ok": True,
            "categ_id": stuff.id,
        })
        cost = env["stock.landed.cost"].create({
            "picking_ids": [Command.set(picking.ids)],
            "cost_lines": [Command.create({
                "product_id": freight.id, "price_unit": 20, "split_method": "equal",
            })],
        })
        def state():
            env.invalidate_all()
            moves = env["stock.move"].search([("product_id", "=", sheet.id)])
            entries = env["account.move"].search_count([])
            return entries, sheet.total_value, moves.mapped("value")

        before = state()
        try:
            with env.cr.savepoint():
                cost.button_validate()
            said = "not refused"
        except UserError as error:
            said = str(error)
        return said, [state() == before, cost.state, *unexplained()]

    landed = {basis: land(basis) for basis in ("standard", "actual")}
    landed["used up"] = land("actual", 10)
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
        "straight": straight,
        "landed": landed,
    }))
"""
)


def test_drop_shipping_subcontracting_and_landed_costs(backflush, companions_copy):
    """To the subcontractor it is a purchase, from him to a customer it is refused;
    from a vendor to a customer it is Odoo's own; landed costs are refused."""
    printed = shell(backflush, companions_copy, WORK)
    found = json.loads(printed.split("RESULT ")[1].splitlines()[0])
    assert "from the subcontractor straight to the customer" in found.pop("refusal")
    landed = found.pop("landed")
    assert "products with FIFO or average" in landed["standard"][0]
    for receipt in ("actual", "used up"):
        assert "Sheet at actual are costed by Plant" in landed[receipt][0]
    for _said, left in landed.values():
        assert left == [True, "draft", 0.0, True], "nothing is half posted"
    for flow in found.pop("straight"):
        assert flow == {
            "proofs": [[0.0, True]] * 3,
            "held": 0.0,
            "spent": 36.0,
            "recorded": 0,
        }
    assert found == {
        "received": [0.0, True],
        "billed": [0.0, True],
        "at_painter": 5.0,
        "confirmations": 0,
    }
