"""The first thing that must hold: a server with the plant answers over the network."""

import urllib.request


def test_the_login_page_is_served(odoo_server):
    with urllib.request.urlopen(f"{odoo_server.url}/web/login", timeout=60) as page:
        assert page.status == 200


def test_the_addon_is_installed_with_its_demo_data(odoo_server):
    call = odoo_server.rpc()
    domain = [["name", "=", "backflush_costing"]]
    (module,) = call("ir.module.module", "search_read", domain, ["state", "demo"])
    assert module["state"] == "installed"
    assert module["demo"]


def test_no_demo_record_failed_to_load(odoo_server):
    assert odoo_server.rpc()("ir.demo_failure", "search_count", []) == 0
