"""Leaving: the addon is uninstalled from a plant that has worked with it."""

import json
import subprocess
import textwrap

WORK = """
    from odoo.exceptions import UserError
    order = env.ref("backflush_costing.production_afternoon_demo")
    order.qty_producing = order.product_qty
    order.set_qty_producing()
    order.with_context(skip_consumption=True, skip_redirection=True).button_mark_done()
    assert order.backflush_error_ids and order.backflush_confirmation_ids.move_id
    env.cr.commit()
    module = env["ir.module.module"].search([("name", "=", "backflush_costing")])
    try:
        module.button_uninstall()
        raise AssertionError("error records are open")
    except UserError as refusal:
        assert order.backflush_error_ids[0].name in str(refusal)
    env.cr.rollback()
    env["res.company"].search([]).backflush_write_off_limit = 0
    errors = env["backflush.error"].search([("state", "in", ("open", "in_process"))])
    assert errors.action_write_off("The plant is closed")
    env.cr.commit()
    module.button_immediate_uninstall()
"""

LOOK = """
    import json
    from odoo.tools import SQL
    part, thing = env["product.product"].create(
        [{"name": n, "is_storable": True, "standard_price": 5} for n in "AB"]
    )
    env["mrp.bom"].create({
        "product_tmpl_id": thing.product_tmpl_id.id,
        "bom_line_ids": [(0, 0, {"product_id": part.id, "product_qty": 2})],
    })
    order = env["mrp.production"].create({"product_id": thing.id, "product_qty": 1})
    order.action_confirm()
    order.qty_producing = 1
    order.set_qty_producing()
    order.with_context(skip_consumption=True, skip_redirection=True).button_mark_done()
    tables = env.execute_query(SQL(
        "SELECT tablename FROM pg_tables WHERE tablename LIKE 'backflush%%'"
    ))
    for model in ("mrp.production", "product.template", "mrp.bom", "product.category"):
        env[model].get_views([(False, "form")])
    posted = env["account.move.line"].search([("parent_state", "=", "posted")])
    print("RESULT", json.dumps({
        "state": order.state,
        "tables": tables,
        "fields": env["ir.model.fields"].search_count([("name", "like", "backflush")]),
        "balance": round(sum(posted.mapped("balance")), 2),
        "entries": len(posted.move_id),
        "kept": [
            sorted({row["state"] for row in json.loads(file.raw)})
            for file in env["ir.attachment"].search(
                [("name", "=like", "backflush-error-records-%%")]
            )
        ],
    }))
"""


def shell(facts, database, code):
    """Run code in Odoo's shell; return what it printed."""
    done = subprocess.run(
        facts.command("shell", "-d", database, "--no-http", "--log-level=error"),
        input=textwrap.dedent(code),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    return done.stdout


def test_uninstalling_leaves_a_working_database(backflush, demo_copy):
    shell(backflush, demo_copy, WORK)
    printed = shell(backflush, demo_copy, LOOK)
    found = json.loads(printed.split("RESULT ")[1].splitlines()[0])
    assert found["state"] == "done"
    assert found["tables"] == []
    assert found["fields"] == 0
    assert found["entries"] > 1, "the ledger keeps its entries"
    assert found["balance"] == 0
    assert found["kept"] == [["written_off"]], "what was done about errors is kept"
