"""What happens to a database when the addon leaves it."""


def uninstall_hook(env):
    """Give the categories under a policy back to Odoo's own closing.

    Core's settings that a policy filled in (valuation, accounts) are valid core
    settings and stay; the ledger keeps its entries.
    """
    env["ir.config_parameter"].search(
        [("key", "=like", "backflush_costing.%")]
    ).unlink()
