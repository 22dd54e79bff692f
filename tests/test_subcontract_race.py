"""Many receipts from one subcontractor at once: each takes its turn, none overdraws."""

import json
from concurrent.futures import ThreadPoolExecutor

from test_uninstall import shell

from bootstrap.contract import OdooServer

RECEIPTS, STOCK = 8, 5

MAKE = """
    import json
    from odoo import Command

    env.company.write({"flush_method": "completion", "shortage_profile": "park"})
    blank, frame = env["product.product"].create(
        [{"name": name, "is_storable": True} for name in ("Blank", "Frame")]
    )
    painter = env["res.partner"].create({"name": "Painter"})
    env["mrp.bom"].create({
        "product_tmpl_id": frame.product_tmpl_id.id, "type": "subcontract",
        "subcontractor_ids": [Command.set(painter.ids)],
        "bom_line_ids": [Command.create({"product_id": blank.id, "product_qty": 1})],
    })
    place = env.company.subcontracting_location_id
    env["stock.quant"]._update_available_quantity(blank, place, %s)
    warehouse = env["stock.warehouse"].search([], limit=1)
    pickings = env["stock.picking"].create([
        {
            "picking_type_id": warehouse.in_type_id.id,
            "partner_id": painter.id,
            "move_ids": [
                Command.create({"product_id": frame.id, "product_uom_qty": 1})
            ],
        }
        for _n in range(%s)
    ])
    pickings.action_confirm()
    pickings.move_ids.write({"quantity": 1, "picked": True})
    env.cr.commit()
    print("RESULT", json.dumps(pickings.ids))
"""

COUNT = """
    import json
    def left(name):
        inside = ("location_id.usage", "=", "internal")
        quants = env["stock.quant"].search([("product_id.name", "=", name), inside])
        return quants.mapped("quantity")
    pickings = env["stock.picking"].browse(%s)
    print("RESULT", json.dumps({
        "states": sorted(set(pickings.mapped("state"))),
        "blank": sum(left("Blank")),
        "nothing_negative": min(left("Blank") + left("Frame")) >= 0,
        "frame": sum(left("Frame")),
        "open": sum(env["backflush.error"].search([]).mapped("quantity_open")),
    }))
"""


def result_of(printed):
    return json.loads(printed.split("RESULT ")[1].splitlines()[0])


def test_receipts_from_one_subcontractor_take_turns(backflush, companions_copy):
    ids = result_of(shell(backflush, companions_copy, MAKE % (STOCK, RECEIPTS)))
    with OdooServer(companions_copy, backflush, workers=4) as server:

        def receive(picking_id):
            return server.rpc()("stock.picking", "button_validate", [picking_id])

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(receive, ids))
        log = server.log.read_text()
    assert answers == [True] * RECEIPTS
    assert result_of(shell(backflush, companions_copy, COUNT % ids)) == {
        "states": ["done"],
        "blank": 0,
        "nothing_negative": True,
        "frame": RECEIPTS,
        "open": RECEIPTS - STOCK,
    }
    # They queued before they wrote: Odoo had nothing to repeat.
    assert "tries left" not in log
