from .deviation_common import DeviationCommon


class ProductScrapCommon(DeviationCommon):
    """Frames are welded, painted and fitted with a seat; some are lost on the way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kilogram = cls.env.ref("uom.product_uom_kgm")
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
