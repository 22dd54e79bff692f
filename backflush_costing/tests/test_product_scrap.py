from freezegun import freeze_time

from odoo.tests import tagged

from .test_deviation import DeviationCommon


class ProductScrapCommon(DeviationCommon):
    """Frames are welded, painted and fitted with a seat; some are lost on the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parts = cls._category("Parts")
        cls.goods = cls._category("Goods")
        cls.stations = [
            cls._workcenter(name, 60) for name in ("Welding", "Painting", "Assembly")
        ]
        cls.tube = cls._product("Tube", 10.0, cls.parts)
        cls.paint = cls._product("Paint", 5.0, cls.parts)
        cls.seat = cls._product("Seat", 20.0, cls.parts)
        cls.label = cls._product("Label", 1.0, cls.parts)
        cls.frame = cls._product("Frame", 0.0, cls.goods)
        cls.bom = cls._bom(
            cls.frame,
            [(cls.tube, 4), (cls.paint, 1), (cls.seat, 1), (cls.label, 1)],
            list(zip(cls.stations, (6, 3, 1), strict=True)),
        )
        for line, operation in zip(
            cls.bom.bom_line_ids, cls.bom.operation_ids, strict=False
        ):
            line.operation_id = operation

    def _stock(self, quantity=100):
        for product in (self.tube, self.paint, self.seat, self.label):
            self._put(product, quantity, self.store)

    def _stocks(self):
        """What is left of tube, paint, seat and label."""
        return [
            self._on_hand(product, self.store)
            for product in (self.tube, self.paint, self.seat, self.label)
        ]

    def _at(self, order, name):
        return order.workorder_ids.filtered(lambda w: w.workcenter_id.name == name)

    def _finish(self, order, name, quantity=None):
        workorder = self._at(order, name).with_user(self.operator)
        if quantity:
            workorder.qty_producing = quantity
        workorder.button_finish()

    def _scrap(self, order, quantity, name=None, user=None, **vals):
        """Pieces scrapped at an operation, as an operator reports them."""
        point = self._at(order, name).id if name else False
        return self._record(
            order,
            "product_scrap",
            order.product_id,
            quantity,
            user,
            workorder_id=point,
            **vals,
        )

    def _complete_with_backorder(self, order, quantity):
        order = order.with_user(self.operator)
        order.qty_producing = quantity
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        return order.sudo().production_group_id.production_ids - order

    def assertRequirementsHold(self, orders):
        lines = orders.backflush_confirmation_ids.line_ids
        self.assertTrue(lines)
        self.assertFalse(any(lines.mapped("difference_quantity")))


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestProductScrap(ProductScrapCommon):
    """Scrap of the product in stock alone, without a costing policy."""

    def setUp(self):
        super().setUp()
        self._stock()

    def test_pieces_lost_at_an_operation_take_what_they_consumed_so_far(self):
        for name, left in (
            ("Welding", [92, 100, 100, 100]),
            ("Painting", [84, 98, 100, 100]),
            ("Assembly", [76, 96, 98, 100]),
            (None, [68, 94, 96, 98]),
        ):
            order = self._order(self.frame, 10)
            document = self._scrap(order, 2, name)
            self.assertEqual(self._stocks(), left)
            self.assertEqual(document.state, "closed")
            self.assertRecordValues(
                order.backflush_confirmation_ids,
                [
                    {
                        "trigger": "scrap",
                        "quantity": 2,
                        "deviation_id": document.id,
                        "user_id": self.operator.id,
                        "workorder_id": self._at(order, name).id if name else False,
                    }
                ],
            )
            self.assertRequirementsHold(order)
            self.assertEqual(self._on_hand(self.frame, self.store), 0)

    def test_what_is_made_afterwards_is_issued_for_what_is_made(self):
        for made, tubes, seats in ((8, 60, 92), (10, 52, 90)):
            with self.subTest(made=made):
                self.env.invalidate_all()
                order = self._order(self.frame, 10)
                before = self._stocks()
                self._scrap(order, 2, "Painting")
                self._complete(order, made)
                used = [b - n for b, n in zip(before, self._stocks(), strict=True)]
                self.assertEqual(used, [4 * (made + 2), made + 2, made, made])
                self.assertEqual(order.qty_produced, made)
                self.assertEqual(order.backflush_scrapped_quantity, 2)
                self.assertRequirementsHold(order)
