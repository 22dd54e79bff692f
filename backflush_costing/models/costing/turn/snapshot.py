"""What a transaction of Odoo knows of itself; its snapshot is as old as its first
statement (REPEATABLE READ)."""

import gc

from odoo.sql_db import Savepoint


def is_pristine(cr):
    """Whether this transaction has written nothing yet."""
    cr.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
    return cr.fetchone()[0]


def is_renewable(cr, pristine):
    """Whether a rollback takes nothing along but the snapshot.

    Nothing was written, nothing promised to commit or rollback hooks, and no
    savepoint of a caller is open.
    """
    return pristine and not cr.precommit and not cr.postcommit and not in_savepoint(cr)


def in_savepoint(cr):
    """Whether somebody up the stack holds a savepoint on this cursor.

    Neither Odoo's cursor nor PostgreSQL tells (a savepoint without writes has no
    transaction of its own), but every open :class:`Savepoint` refers to its
    cursor. Asked only by who had to wait, or who does what is rare.
    """
    for holder in gc.get_referrers(cr):
        if isinstance(holder, Savepoint):
            state = vars(holder)
        elif isinstance(holder, dict):
            state = holder
        else:
            continue
        if state.get("_cr") is cr and state.get("closed") is False:
            return True
    return False
