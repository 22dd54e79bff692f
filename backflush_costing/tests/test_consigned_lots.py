from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .consigned_common import ConsignedCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestConsignedLots(ConsignedCommon):
    """Lots that belong to somebody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.backflush_lot_picking = "fifo"
        cls.resin = cls._product("Resin", 2.0, cls.material, tracking="lot")
        cls.panel = cls._product("Panel", 0.0, cls.finished)
        cls._bom(cls.panel, [(cls.resin, 10)])
        cls._release(cls.panel)
        cls.theirs, cls.ours, cls.both = cls.env["stock.lot"].create(
            [
                {"name": name, "product_id": cls.resin.id}
                for name in ("THEIRS", "OURS", "BOTH")
            ]
        )

    def _stock(self, lot, quantity, owner=None, days_ago=0):
        """Stock of a lot found by a count some days ago."""
        with freeze_time(datetime(2026, 3, 1) - timedelta(days=days_ago)):
            self.env["stock.quant"].with_context(inventory_mode=True).create(
                {
                    "product_id": self.resin.id,
                    "location_id": self.store.id,
                    "lot_id": lot.id,
                    "owner_id": owner.id if owner else False,
                    "inventory_quantity": quantity,
                }
            ).action_apply_inventory()

    def _used(self, order):
        return [
            (line.lot_id.name, line.owner_id, line.quantity)
            for line in order.move_raw_ids.move_line_ids.sorted("id")
        ]

    def test_own_lots_are_picked_before_older_ones_of_others(self):
        self._stock(self.theirs, 50, self.owner, days_ago=30)
        self._stock(self.ours, 4, days_ago=1)
        order = self._produce(self.panel, 1)
        self.assertProven()
        none = self.env["res.partner"]
        self.assertEqual(
            self._used(order), [("OURS", none, 4), ("THEIRS", self.owner, 6)]
        )
        self.assertBalances(consignment=-12.0)

    def test_a_named_lot_is_taken_from_whoever_owns_it_own_part_first(self):
        self._stock(self.both, 7)
        self._stock(self.both, 20, self.owner)
        self._stock(self.ours, 50)
        order = self._order(self.panel, 1)
        order.qty_producing = 1
        order.set_qty_producing()
        order.move_raw_ids.move_line_ids.lot_id = self.both
        order.with_user(self.operator).with_context(
            skip_consumption=True, skip_redirection=True
        ).button_mark_done()
        self.assertProven()
        none = self.env["res.partner"]
        self.assertEqual(
            self._used(order), [("BOTH", none, 7), ("BOTH", self.owner, 3)]
        )
        self.assertBalances(consignment=-6.0)

    def test_what_comes_back_has_its_lot_and_its_owner(self):
        self._stock(self.both, 7)
        self._stock(self.both, 30, self.owner)
        order = self._produce(self.panel, 2)
        self.assertEqual(self._of(self.owner, self.resin), 17)
        for theirs, own in ((27, 0), (30, 7)):
            self._unbuild(order, 1)
            self.assertProven()
            self.assertEqual(self._of(self.owner, self.resin), theirs)
            self.assertEqual(self._own(self.resin), own)
        self.assertBalances(consignment=0.0)
