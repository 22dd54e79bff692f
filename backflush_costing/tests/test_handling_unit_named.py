from odoo.tests import tagged

from .message_common import MessageCommon


@tagged("post_install", "-at_install")
class TestHandlingUnitNamed(MessageCommon):
    """A lot that a message names without a handling unit was named all the same."""

    @classmethod
    def _make_products(cls):
        res = super()._make_products()
        cls.cell.write({"tracking": "lot", "flush_method": "reported"})
        cls.old, cls.new = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.cell.id} for name in ("OLD", "NEW")]
        )
        quants = cls.env["stock.quant"]
        for lot in (cls.old, cls.new):
            quants._update_available_quantity(cls.cell, cls.line_side, 20, lot_id=lot)
        return res

    def _used(self, order, quantity, **values):
        message = self._report(
            "consumption", order=order, product="CELL", quantity=quantity, **values
        )
        self.assertState(message, "done")

    def _links(self, order):
        """``{lot: how it is known}`` of what the order consumed."""
        lines = order.move_raw_ids.move_line_ids.filtered(
            lambda line: line.state == "done"
        )
        return {line.lot_id.name: line.backflush_link for line in lines}

    def test_a_lot_that_a_message_names_was_scanned(self):
        order = self._order(self.pack, 1)
        self._used(order, 4, lot="NEW")
        self._complete(order)
        self.assertEqual(self._links(order), {"NEW": "scanned"})

    def test_a_lot_that_a_rule_picks_is_derived_beside_one_that_was_named(self):
        self.company.backflush_lot_picking = "fifo"
        order = self._order(self.pack, 2)
        self._used(order, 5, lot="NEW")
        self._used(order, 3)
        self._complete(order)
        self.assertEqual(self._links(order), {"NEW": "scanned", "OLD": "derived"})

    def test_a_named_lot_that_was_missing_is_scanned_when_it_arrives(self):
        order = self._order(self.pack, 8)
        self._used(order, 32, lot="NEW")
        self._complete(order)
        error = order.backflush_error_ids
        self.assertEqual((error.lot_id, error.quantity_open), (self.new, 12))
        quants = self.env["stock.quant"]
        quants._update_available_quantity(
            self.cell, self.line_side, 12, lot_id=self.new
        )
        self._as(self.supervisor, error).action_issue_from(self.line_side.id)
        self.assertEqual(error.quantity_open, 0)
        done = order.move_raw_ids.move_line_ids.filtered(lambda o: o.state == "done")
        self.assertEqual(done.mapped("backflush_link"), ["scanned"] * 2)
