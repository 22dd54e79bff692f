from freezegun import freeze_time

from odoo.tests import tagged

from .product_scrap_common import ProductScrapCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestAskAgain(ProductScrapCommon):
    """What an order asks for again is what was planned, however it is divided."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Ten litres of paint for three frames.
        cls.bom.product_qty = 3
        cls.bom.bom_line_ids[1].product_qty = 10
        cls.bom.bom_line_ids[:2].flush_method = "operation"

    def setUp(self):
        super().setUp()
        self._stock()

    def _asked(self, orders, product):
        planned = orders.move_raw_ids.filtered(
            lambda m: (
                m.product_id == product
                and not m.additional
                and m.state not in ("done", "cancel")
            )
        )
        return sum(planned.mapped("product_uom_qty"))

    def test_pieces_scrapped_one_by_one_are_asked_for_without_drift(self):
        order = self._order(self.frame, 3)
        self._finish(order, "Painting")
        self.assertEqual(self._asked(order, self.paint), 0)
        documents = [self._scrap(order, 1, "Painting") for _piece in range(3)]
        self.assertEqual(self._asked(order, self.paint), 10)
        for document, left in zip(documents, (6.67, 3.33, 0), strict=True):
            document.confirmation_ids.with_user(self.supervisor).action_reverse("Good")
            self.assertAlmostEqual(self._asked(order, self.paint), left)

    def test_over_and_over_again(self):
        order = self._order(self.frame, 3)
        self._finish(order, "Painting")
        for _again in range(4):
            document = self._scrap(order, 1, "Painting")
            self.assertEqual(self._asked(order, self.paint), 3.33)
            document.confirmation_ids.with_user(self.supervisor).action_reverse("Good")
            self.assertEqual(self._asked(order, self.paint), 0)
        self._complete(order)
        self.assertEqual(self._on_hand(self.paint, self.store), 90)
        self.assertRequirementsHold(order)

    def test_a_report_that_three_orders_share_is_taken_back_without_drift(self):
        self.bom.bom_line_ids[1].flush_method = "start"
        order = self._order(self.frame, 3)
        self._at(order, "Painting").with_user(self.operator).button_start()
        report = order.backflush_confirmation_ids
        self.assertEqual(self._on_hand(self.paint, self.store), 90)
        orders = order._split_productions({order: [1, 1, 1]})
        report.with_user(self.supervisor).action_reverse("Wrong order")
        self.assertEqual(self._asked(orders, self.paint), 10)
        self.assertEqual(self._on_hand(self.paint, self.store), 100)
        for one in orders:
            self._complete(one)
        self.assertEqual(self._on_hand(self.paint, self.store), 90)
        self.assertRequirementsHold(orders)

    def test_a_larger_unit_of_the_bill_of_materials_does_not_drift(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.bom.bom_line_ids[1].write({"product_qty": 1, "product_uom_id": dozen.id})
        order = self._order(self.frame, 3)
        self._finish(order, "Painting")
        for _piece in range(3):
            self._scrap(order, 1, "Painting")
        self.assertEqual(self._asked(order, self.paint), 1)
