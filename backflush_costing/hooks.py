"""What happens to a database when the addon arrives, and when it leaves."""

from odoo.modules.loading import load_demo
from odoo.modules.module_graph import ModuleGraph
from odoo.tools import config


def post_init_hook(env):
    """Load the demo plant on a database without demo data, where it is asked for.

    Odoo leaves a module's demo data out, ``--with-demo`` or not, when a module that
    it depends on has none. The plant needs no demo data but its own.
    """
    if config["with_demo"]:
        load_demo_plant(env)


def uninstall_hook(env):
    """Error records outlive their tables as a file: the ledger refers to them."""
    env["backflush.error"]._keep_as_file()


def load_demo_plant(env):
    """Load the addon's demo data where Odoo has not tried to; say whether it is there.

    A failure leaves a record in ``ir.demo_failure``, as Odoo's own loading does.
    """
    graph = ModuleGraph(env.cr, mode="update")
    present = ("installed", "to install", "to upgrade")
    modules = env["ir.module.module"].search([("state", "in", present)])
    graph.extend(modules.mapped("name"))
    addon = graph["backflush_costing"]
    if not addon.demo and not addon.demo_installable:
        addon.demo = load_demo(env, addon, {}, "init")
        env["ir.module.module"].browse(addon.id).demo = addon.demo
    return addon.demo
