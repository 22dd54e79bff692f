from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged

from ..models.costing.turn.snapshot import in_savepoint
from .common import BackflushCommon
from .error_common import ErrorQueueCommon


@tagged("post_install", "-at_install")
class TestStockLock(BackflushCommon):
    """What the lock does to its own transaction; the race shows what it prevents."""

    def _locks(self):
        self.env.cr.execute(
            """SELECT classid::int, objid::int FROM pg_locks
                WHERE locktype = 'advisory' AND pid = pg_backend_pid()"""
        )
        return set(self.env.cr.fetchall())

    def test_keys_are_held_and_their_rows_taken(self):
        lock = self.env["backflush.stock.lock"]
        lock._acquire([(901, 1), (900, 1), (901, 1)])
        self.assertLessEqual({(900, 1), (901, 1)}, self._locks())
        lock._acquire([(901, 1)])
        self.env.cr.execute(
            "SELECT turn FROM backflush_stock_lock WHERE product_id IN (900, 901)"
        )
        self.assertEqual(self.env.cr.fetchall(), [(1,), (1,)])

    def test_an_open_savepoint_is_noticed(self):
        with self.registry.cursor() as cr:
            self.assertFalse(in_savepoint(cr))
            with cr.savepoint():
                self.assertTrue(in_savepoint(cr))
            self.assertFalse(in_savepoint(cr))

    def test_who_has_written_is_not_rolled_back_in_place(self):
        with self.assertRaises(ConcurrencyError):
            self.env["backflush.stock.lock"]._renew_snapshot(False)


@tagged("post_install", "-at_install")
class TestAskedFirst(ErrorQueueCommon):
    """Who waits for stock starts over in place only where nothing was done before."""

    @contextmanager
    def _promised(self):
        """What was promised to the commit before stock was asked for."""
        cr, promised = self.env.cr, []
        locks = self.registry["backflush.stock.lock"]
        acquire = locks._acquire

        def watch(lock, keys, merge=True):
            promised.append(
                [str(f) for f in (*cr.precommit._funcs, *cr.postcommit._funcs)]
            )
            return acquire(lock, keys, merge)

        self.env.flush_all()
        cr.precommit.run()
        cr.postcommit.clear()
        with patch.object(locks, "_acquire", watch):
            yield promised

    def test_a_retry_asks_for_its_stock_first(self):
        parts, screws = self._short()
        self._put(self.part, 5)
        errors = self._as(self.supervisor, parts + screws)
        with self._promised() as promised:
            errors.action_retry()
        self.assertEqual(promised[0], [])
        self.assertEqual(parts.state, "resolved")

    def test_so_does_a_completion(self):
        order = self._order(self.machine, 1)
        with self._promised() as promised:
            self._as(self.operator, order).backflush_complete()
        self.assertEqual(promised[0], [])
