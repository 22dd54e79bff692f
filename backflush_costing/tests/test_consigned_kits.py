from freezegun import freeze_time

from odoo.tests import tagged

from .consigned_common import ConsignedCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestConsignedKits(ConsignedCommon):
    """A vendor's goods come and are used as parts of kits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pair = cls._product("Pair", 0.0, purchase_method="purchase")
        cls._bom(cls.pair, [(cls.cell, 2)], type="phantom")
        cls.set = cls._product("Set", 0.0, purchase_method="purchase")
        kit = cls._bom(cls.set, [(cls.cell, 4), (cls.body, 1)], type="phantom")
        for line, percent in zip(kit.bom_line_ids, (40, 60), strict=True):
            line.cost_share = percent

    def _receive_sets(self, quantity, price):
        """Sets that are the owner's until their parts are used."""
        order = self._purchase(self.set, quantity, price)
        order.partner_id = self.owner
        order.picking_ids.owner_id = self.owner
        self._receive(order)
        self.assertProven()
        self.assertBalances(rip=0.0, consignment=0.0)
        return order

    def _bill_sets(self, order, quantity, price):
        order.with_user(self.clerk).action_create_invoice()
        bill = order.invoice_ids.filtered(lambda m: m.state == "draft")
        bill.invoice_date = bill.date
        bill.invoice_line_ids.quantity = quantity
        bill.invoice_line_ids.price_unit = price
        bill.action_post()
        self.assertProven()
        return bill

    def test_the_vendor_s_cells_are_used_as_parts_of_a_kit(self):
        """Two pairs a pack: four cells of his, owed at standard."""
        pack = self._product("Pack", 0.0, self.material)
        self._bom(pack, [(self.pair, 2)])
        self._release(pack)
        self._consign(50)
        order = self._produce(pack, 3)
        self.assertProven()
        self.assertEqual(self._of(self.owner), 38)
        self.assertEqual(sum(self._lines(order).mapped("consigned_quantity")), 12)
        self.assertBalances(rip=120.0, consignment=-120.0)
        self._unbuild(order, 1)
        self.assertProven()

    def test_a_bill_of_kits_settles_what_was_used_of_their_parts(self):
        """Two of ten sets used: cells at 15 instead of 10, the body at 90."""
        purchase = self._receive_sets(10, 150)
        order = self._order(self.battery, 1)
        self._add(order, self.body, 2)
        order.move_raw_ids.filtered(
            lambda move: move.product_id == self.cell
        ).product_uom_qty = 8
        self._report(order, 1)
        self.assertProven()
        self.assertBalances(consignment=-260.0)
        bill = self._bill_sets(purchase, 2, 150)
        parts = bill.line_ids.filtered("backflush_is_kit_part")
        self.assertEqual(
            parts.account_id, self.policy.consignment_account_id, parts.mapped("name")
        )
        self.assertBalances(consignment=0.0, price_variance=40.0)
        bill.button_draft()
        self.assertProven()
        self.assertBalances(consignment=-260.0, price_variance=0.0)
        bill.action_post()
        refund = bill._reverse_moves([{"invoice_date": bill.date}], cancel=True)
        self.assertEqual(refund.state, "posted")
        self.assertProven()
        self.assertBalances(consignment=-260.0, price_variance=0.0)

    def test_own_parts_of_the_same_kit_are_a_purchase(self):
        """Bought from somebody else, while the owner's sets stand beside."""
        self._receive_sets(2, 150)
        purchase = self._purchase(self.set, 3, 150)
        self._receive(purchase)
        self._bill_sets(purchase, 3, 150)
        self.assertBalances(rip=390.0, consignment=0.0, price_variance=60.0)
