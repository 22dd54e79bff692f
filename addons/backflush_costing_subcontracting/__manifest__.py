{
    "name": "Backflush Subcontracting",
    "summary": "Flush the subcontractor's components with the receipt of the product",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "license": "LGPL-3",
    "author": "Backflush Costing contributors",
    "depends": ["backflush_costing", "mrp_subcontracting"],
    "data": [
        "views/stock_picking_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
