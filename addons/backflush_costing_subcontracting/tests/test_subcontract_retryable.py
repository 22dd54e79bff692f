from odoo.tests import tagged

from .common import SubcontractingCommon


@tagged("post_install", "-at_install")
class TestSubcontractRetryable(SubcontractingCommon):
    """What is found as *can be retried now* is what a retry would issue from."""

    def _receive_without_stock(self, partner, product=None):
        order = self._order_from(partner, product or self.frame, 1)
        return self._errors(self._take_in(order))

    def assertAgree(self, errors, expected):
        errors.invalidate_recordset()
        found = errors.search(
            [("id", "in", errors.ids), ("flush_is_retryable", "=", True)]
        )
        others = errors.search(
            [("id", "in", errors.ids), ("flush_is_retryable", "=", False)]
        )
        self.assertEqual(found, errors.filtered("flush_is_retryable"))
        self.assertEqual(others, errors - found)
        self.assertEqual(found, expected)

    def test_search_and_record_agree(self):
        third = self.env["res.partner"].create({"name": "Third Painter"})
        self.bom.subcontractor_ids += third | self.other_painter
        self.paint = self._product("Paint", 5.0, self.material, tracking="lot")
        door = self._product("Door", 20.0, self.finished)
        self._subcontract_bom(door, [(self.paint, 1)], third)
        errors = self._receive_without_stock(third)
        errors |= self._receive_without_stock(self.painter)
        errors |= self._receive_without_stock(self.other_painter)
        lots = self._receive_without_stock(third, door)
        errors = (errors | lots).with_user(self.supervisor).sorted()
        self.assertEqual(len(errors), 7)
        self.assertAgree(errors, errors.browse())
        # At the other painter's: neither the common place's nor the painter's.
        self._put(self.primer, 10, self.at_other)
        others = errors.filtered(lambda e: e.location_id == self.at_other)
        primer = errors.filtered(lambda e: e.product_id == self.primer)
        self.assertAgree(errors, others & primer)
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": self.outside.id}
        )
        self._put(self.primer, 1, shelf)
        common = errors.filtered(lambda e: e.location_id == self.outside)
        self.assertAgree(errors, (others | common) & primer)
        # A lot that nobody names, and stock of somebody else, work nothing off.
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": self.paint.id})
        self._put_lot(lot, 5, self.outside)
        self.env["stock.quant"]._update_available_quantity(
            self.blank, self.at_painter, 5, owner_id=self.vendor
        )
        self.assertAgree(errors, (others | common) & primer)
        self.company.backflush_lot_picking = "fifo"
        self.company.flush_consigned = True
        blank = errors.filtered(lambda e: e.product_id == self.blank)
        own = errors.filtered(lambda e: e.location_id == self.at_painter)
        expected = ((others | common) & primer) | (own & blank)
        self.assertAgree(errors, (expected | (lots & errors)).sorted())
