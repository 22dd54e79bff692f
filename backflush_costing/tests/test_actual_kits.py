from freezegun import freeze_time

from odoo.tests import tagged

from .actual_common import ActualCommon
from .test_kit_purchase import KitPurchaseCommon


class PartsCommon(ActualCommon):
    """A body at average cost, too; it was 90 before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body = cls._product("Body", 90.0, cls.bought, company_id=cls.company.id)
        cls.cell.property_backflush_location_id = False


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualKits(KitPurchaseCommon, PartsCommon):
    """Parts at average cost are bought with a kit, used, returned and sold."""

    def test_parts_cost_their_share_of_the_kit(self):
        """1,500 for 10 sets: 15 a cell, 90 a body; then the vendor bills 1,600."""
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        self.assertBalances(rip=0.0)
        self._produce(self.battery, 2)
        self.assertProven()
        self.assertBalances(rip=-180.0, price_variance=60.0)
        self._bill_sets(order, 10, price=160)
        self.assertEqual((self.cell.standard_price, self.body.standard_price), (16, 96))
        self.assertBalances(rip=1600 - 12 * 16.0, price_variance=72.0)

    def test_returns_credit_notes_and_drafts(self):
        order = self._order_sets(10, 150)
        picking = self._receive_sets(order, 40, 10)
        bill = self._bill_sets(order, 10)
        self._return_parts(picking, 8, 2)
        refund = self._credit_sets(bill, 2)
        self.assertBalances(rip=1200.0, price_variance=0.0)
        refund.button_draft()
        self.assertProven()
        bill.button_draft()
        self.assertProven()
        bill.action_post()
        self.assertProven()

    def test_a_sold_kit_costs_what_its_parts_cost(self):
        order = self._order_sets(10, 150)
        self._receive_sets(order, 40, 10)
        self._bill_sets(order, 10)
        sale = self._sell(self.set, 2, 500)
        self._deliver(sale)
        self.assertProven()
        invoice = self._invoice(sale)
        self.assertProven()
        self.assertBalances(rip=1200.0)
        invoice._reverse_moves(cancel=True)
        self.assertProven()
        self.assertBalances(rip=1500.0)
