"""``setup/bench sequences``: hundreds of random sequences of documents, all proven.

Each sequence receives, bills (in advance, late, without an order), credits, returns,
produces, over-consumes, scraps, substitutes, sells (sets and parts, in advance, with
down payments), invoices, refunds, drafts and cancels documents, unbuilds, reverses,
counts, releases standards and closes, in random order, while days go by, in two
companies that make the same products: with books in different currencies and opposite
trigger sets, buying in each other's currency. After every step the reconciliation must
explain the ledger to 0.00, Odoo's own stock closing must have nothing to add, and no
stock may be negative; at the end in both companies, and for every day. The sequences
are those of ``test_orders_walk.py``, with more seeds.
"""

# ruff: noqa: I001 - odoo.init comes before everything that imports from odoo
import argparse
import os
import subprocess
import sys

import odoo.init  # noqa: F401 - sets Odoo up

from bootstrap.contract import Facts, clone_database, drop_database

SETS = 4
TESTS = "backflush_costing/tests/test_orders_walk.py"


def main():
    """Run the sequences in a copy of the database without demo data."""
    options = _options()
    facts = Facts.from_environ()
    database = clone_database(facts.bare_database, "sequences", facts)
    variables = {
        **os.environ,
        "BACKFLUSH_SEQUENCES": str(-(-options.sequences // SETS)),
        "BACKFLUSH_STEPS": str(options.steps),
        "BACKFLUSH_SEED": str(options.seed),
    }
    command = [sys.executable, "-m", "pytest", "-q", f"--odoo-database={database}"]
    command += ["--odoo-log-level=warn", TESTS]
    try:
        return subprocess.call(command, cwd=facts.root, env=variables)
    finally:
        drop_database(database, facts)


def _options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sequences", type=int, default=500, help="in all (500)")
    parser.add_argument("--steps", type=int, default=15, help="each (15)")
    parser.add_argument("--seed", type=int, default=100, help="first one (100)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
