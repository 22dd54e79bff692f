from odoo import Command
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
class TestLots(BackflushCommon):
    """A tracked component is taken from the lots that the report names."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.resin = cls._product("Resin", 2.0, tracking="lot")
        cls.panel = cls._product("Panel", 20.0)
        cls._bom(cls.panel, [(cls.resin, 10)])
        cls.old, cls.new = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.resin.id} for name in ("OLD", "NEW")]
        )
        quant = cls.env["stock.quant"]
        quant._update_available_quantity(cls.resin, cls.store, 6, lot_id=cls.old)
        quant._update_available_quantity(cls.resin, cls.store, 50, lot_id=cls.new)

    def _complete_from(self, *lots):
        order = self._as(self.operator, self._order(self.panel, 1))
        order.qty_producing = 1
        order.move_raw_ids.write(
            {
                "move_line_ids": [
                    *(
                        Command.delete(line.id)
                        for line in order.move_raw_ids.move_line_ids
                    ),
                    *(
                        Command.create(
                            {
                                "product_id": self.resin.id,
                                "lot_id": lot.id,
                                "quantity": quantity,
                                "location_id": self.store.id,
                                "location_dest_id": order.production_location_id.id,
                            }
                        )
                        for lot, quantity in lots
                    ),
                ],
                "picked": True,
            }
        )
        order.with_context(
            skip_consumption=True, skip_backorder=True
        ).button_mark_done()
        self.assertEqual(order.state, "done")
        return order.with_env(self.env)

    def _left(self, lot):
        return sum(
            self.env["stock.quant"]
            .search([("lot_id", "=", lot.id), ("location_id", "=", self.store.id)])
            .mapped("quantity")
        )

    def test_named_lots_are_issued(self):
        order = self._complete_from((self.old, 6), (self.new, 4))
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual((self._left(self.old), self._left(self.new)), (0, 46))

    def test_what_a_lot_lacks_is_parked_for_that_lot(self):
        order = self._complete_from((self.old, 10))
        self.assertEqual((self._left(self.old), self._left(self.new)), (0, 50))
        self.assertRecordValues(
            order.backflush_error_ids, [{"lot_id": self.old.id, "quantity_open": 4}]
        )
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertEqual(order.backflush_error_ids.quantity_open, 4)
        order.backflush_error_ids.with_user(self.supervisor).action_issue_from(
            self.store.id, lot_id=self.new.id
        )
        self.assertEqual(order.backflush_error_ids.state, "resolved")
        self.assertEqual(self._left(self.new), 46)
