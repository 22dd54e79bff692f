from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged

from ..models.costing.turn.snapshot import in_savepoint
from .common import BackflushCommon


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
