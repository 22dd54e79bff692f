{
    "name": "Backflush B2MML",
    "summary": "Reads operations performance of ISA-95 as messages",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Manufacturing",
    "license": "LGPL-3",
    "author": "Backflush Costing contributors",
    "depends": ["backflush_costing"],
}
