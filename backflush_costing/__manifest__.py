{
    "name": "Backflush Costing",
    "summary": "Backflush costing and lean material flow for manufacturing",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "license": "LGPL-3",
    "author": "Backflush Costing contributors",
    "depends": ["mrp_account", "purchase_stock", "sale_stock"],
    "data": [
        "security/backflush_groups.xml",
        "security/ir.model.access.csv",
        "security/backflush_rules.xml",
        "data/ir_sequence.xml",
        "data/ir_cron.xml",
    ],
    "demo": [],
    "uninstall_hook": "uninstall_hook",
    "application": True,
}
