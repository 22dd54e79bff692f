import logging

import psycopg2.errors
import psycopg2.extensions

from odoo import fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ...costing.turn.snapshot import is_pristine, is_renewable

_logger = logging.getLogger(__name__)
HELD = "backflush_stock_lock.held"
TOUCHED = "backflush_stock_lock.touched"


class BackflushStockLock(models.Model):
    """One row per (product, location) that makes stock take turns.

    Odoo's transactions read from a snapshot (REPEATABLE READ), so neither a lock
    on quant rows (core skips locked rows and makes a second quant) nor an
    advisory lock alone (the snapshot is older than the wait) keeps two issues
    from taking the same piece. Two steps do:

    * **queue** (:meth:`_acquire`): a session-level advisory lock per key, in
      sorted order. Who had to wait starts over with a fresh snapshot: in place
      where nothing was written yet, else by :class:`ConcurrencyError`.
    * **row** (:meth:`_touch`): every change of stock updates the key's row. A
      writer that took no queue, or took it with a stale snapshot, then fails
      with a serialization error and is retried by Odoo, instead of overdrawing.

    The queue makes waiting cheap, the row makes it safe. The locks live on the
    database session: a pooler in transaction mode between Odoo and PostgreSQL
    breaks them.
    """

    _name = "backflush.stock.lock"
    _description = "Stock Lock"
    _log_access = False

    # Plain integers: a foreign key would lock the product row as well.
    product_id = fields.Integer(required=True, help="Database id of the product.")
    location_id = fields.Integer(required=True, help="Database id of the location.")
    turn = fields.Integer(default=0, help="Counts the transactions that took it.")

    _key_uniq = models.UniqueIndex("(product_id, location_id)")

    def _acquire(self, keys, merge=True):
        """Queue for ``keys``, then take their rows; held until commit or rollback.

        To be called before anything else is read or written in the transaction.

        :param keys: iterable of ``(product id, location id)``
        :param bool merge: whether quants of the same stock become one; a count, which
            is about one of them, leaves them alone
        :raises ConcurrencyError: if the wait made the snapshot stale and the
            transaction has written already; Odoo retries the whole call
        """
        held = self.env.cr.cache.setdefault(HELD, set())
        wanted = sorted(set(keys) - held)
        if not wanted:
            return
        self.env.flush_all()
        try:
            pristine = not held and self._is_pristine()
            if self._queue(wanted):
                self._renew_snapshot(pristine)
            twins = self._take_rows(wanted, pristine)
            if merge:
                self._merge_twins(twins)
        except BaseException:
            # What was got so far goes back with the rollback that follows.
            self._hold(held, wanted)
            raise
        self._hold(held, wanted)

    def _join(self, keys, merge=True):
        """Queue where that costs nothing: at the beginning of a transaction."""
        self.env.flush_all()
        if keys and not self.env.cr.cache.get(HELD) and self._is_pristine():
            self._acquire(keys, merge)

    def _is_pristine(self):
        """Whether this transaction has written nothing yet."""
        return is_pristine(self.env.cr)

    def _take_rows(self, keys, pristine):
        """Update the rows; who came too late for one starts over in place.

        Writers that took no queue hold a row until they commit. Waiting for them
        ends in a serialization error, but nothing was done yet: a fresh snapshot
        is enough, and Odoo's retry with its pause is not needed.

        :return: see :meth:`_lock_quants`
        """
        while True:
            try:
                self._touch(keys)
                return self._lock_quants(keys)
            except psycopg2.errors.SerializationFailure:
                if not pristine:
                    raise
                self._renew_snapshot(pristine)

    def _lock_quants(self, keys):
        """Wait for whoever changes a quant without its turn (a count being entered,
        a clean-up): core skips a locked quant and would make a negative one.

        :return: ids of quants that have a twin, one per key
        """
        self.env.cr.execute(
            SQL(
                """SELECT id, product_id, location_id, lot_id, package_id, owner_id
                     FROM stock_quant WHERE (product_id, location_id) IN %s
                    ORDER BY id FOR NO KEY UPDATE""",
                tuple(keys),
            ),
            log_exceptions=False,
        )
        first, twins = {}, {}
        for quant_id, *stock in self.env.cr.fetchall():
            known = first.setdefault(tuple(stock), quant_id)
            if known != quant_id:
                twins[tuple(stock[:2])] = known
        return list(twins.values())

    def _merge_twins(self, twins):
        """Have core make one quant of all that are the same stock.

        Of twins core picks one by its date to reserve and one by its id to issue:
        the reservation then stays on the first for ever, and an issue that is
        larger than the second leaves it negative.

        :param twins: see :meth:`_lock_quants`
        """
        for quant in self.env["stock.quant"].sudo().browse(twins):
            quant._merge_quants()

    def _queue(self, keys):
        """Take the advisory locks in order; return whether one had to be waited for.

        What was got beyond the first taken key is given back before waiting:
        waiting out of order could deadlock.
        """
        cr = self.env.cr
        cr.execute(_over_keys("pg_try_advisory_lock", keys))
        got = [row[0] for row in cr.fetchall()]
        if all(got):
            return False
        first = got.index(False)
        ahead = [key for key, ok in zip(keys[first:], got[first:], strict=True) if ok]
        if ahead:
            cr.execute(_over_keys("pg_advisory_unlock", ahead))
        cr.execute(_over_keys("pg_advisory_lock", keys[first:]))
        return True

    def _renew_snapshot(self, pristine):
        """Make what is read from now on as young as the lock.

        Only where the rollback takes nothing else along.
        """
        cr = self.env.cr
        if not is_renewable(cr, pristine):
            raise ConcurrencyError(
                self.env._("Another station was first at this stock; trying again.")
            )
        cr.rollback()
        self.env.invalidate_all(flush=False)

    def _hold(self, held, keys):
        """Give the keys back with the transaction, whichever way it ends.

        The hooks run on the connection: at the cursor's end it is gone itself.
        """
        cr = self.env.cr
        if not held:
            connection = cr._cnx

            def release():
                _unlock(connection, held)
                held.clear()

            cr.postcommit.add(release)
            cr.postrollback.add(release)
        held.update(keys)

    def _touch(self, keys):
        """Update the rows of ``keys`` once per transaction, in sorted order.

        :raises psycopg2.errors.SerializationFailure: if another transaction
            changed one since this one's snapshot; Odoo retries the call
        """
        touched = self.env.cr.precommit.data.setdefault(TOUCHED, set())
        wanted = sorted(set(keys) - touched)
        if not wanted:
            return
        products, locations = zip(*wanted, strict=True)
        self.env.cr.execute(
            SQL(
                """INSERT INTO backflush_stock_lock (product_id, location_id, turn)
                        SELECT p, l, 1 FROM unnest(%s::int[], %s::int[]) AS k(p, l)
                   ON CONFLICT (product_id, location_id)
                 DO UPDATE SET turn = backflush_stock_lock.turn + 1""",
                list(products),
                list(locations),
            ),
            log_exceptions=False,
        )
        touched.update(wanted)


def _over_keys(function, keys):
    """``SELECT function(product, location)`` for each key, in the given order."""
    products, locations = zip(*keys, strict=True)
    return SQL(
        "SELECT %s(p, l) FROM unnest(%s::int[], %s::int[]) AS k(p, l)",
        SQL.identifier(function),
        list(products),
        list(locations),
    )


def _unlock(connection, keys):
    """Give advisory locks back on a connection whose cursor may be closed."""
    if not keys or connection.closed:
        return
    idle = psycopg2.extensions.TRANSACTION_STATUS_IDLE
    was_idle = connection.get_transaction_status() == idle
    products, locations = zip(*keys, strict=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_unlock(p, l)"
                "  FROM unnest(%s::int[], %s::int[]) AS k(p, l)",
                (list(products), list(locations)),
            )
    except psycopg2.Error:
        # The session is broken; PostgreSQL frees its locks when it ends.
        _logger.exception("stock lock could not be given back")
        connection.close()
        return
    if was_idle:
        connection.rollback()
