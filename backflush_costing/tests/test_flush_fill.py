from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
class TestFlushFill(BackflushCommon):
    """What nobody entered is filled in for all orders at once, and holds no stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.wheel = cls._product("Wheel", 10.0)
        cls.wheel.product_tmpl_id.property_backflush_location_id = cls.line_side
        cls.body = cls._product("Body", 100.0)
        cls.cart = cls._product("Cart", 140.0)
        cls._bom(cls.cart, [(cls.wheel, 4), (cls.body, 1)])

    def _done(self, orders, **context):
        return (
            orders.with_user(self.operator)
            .with_context(skip_redirection=True, **context)
            .button_mark_done()
        )

    def _reserved(self, product, location):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", location.id)]
        )
        return sum(quants.mapped("reserved_quantity"))

    def _reserve_elsewhere(self, quantity):
        move = self.env["stock.move"].create(
            {
                "product_id": self.wheel.id,
                "product_uom_qty": quantity,
                "product_uom": self.wheel.uom_id.id,
                "location_id": self.line_side.id,
                "location_dest_id": self.store.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        return move

    def test_planned_quantities_are_issued_without_being_entered(self):
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        orders = self._order(self.cart, 5) | self._order(self.cart, 3)
        self.assertIs(self._done(orders), True)
        self.assertEqual(orders.mapped("state"), ["done", "done"])
        self.assertEqual(self._on_hand(self.wheel), 100 - 8 * 4)
        self.assertEqual(self._on_hand(self.body, self.store), 92)
        self.assertEqual(len(orders.move_raw_ids.move_line_ids), 4)
        self.assertEqual(self._reserved(self.wheel, self.line_side), 0)

    def test_stock_in_several_bins_gives_a_line_each(self):
        bins = self.env["stock.location"].create(
            [
                {"name": name, "usage": "internal", "location_id": self.line_side.id}
                for name in ("Bin 1", "Bin 2")
            ]
        )
        self._put(self.wheel, 3, bins[0])
        self._put(self.wheel, 9, bins[1])
        self._put(self.body, 100, self.store)
        order = self._order(self.cart, 2)
        self._done(order)
        wheel = order.move_raw_ids.filtered(lambda m: m.product_id == self.wheel)
        self.assertEqual(
            {line.location_id: line.quantity for line in wheel.move_line_ids},
            {bins[0]: 3, bins[1]: 5},
        )
        self.assertFalse(order.backflush_error_ids)

    def test_reservations_of_others_stay(self):
        self._put(self.wheel, 10)
        self._put(self.body, 100, self.store)
        other = self._reserve_elsewhere(7)
        orders = self._order(self.cart, 1) | self._order(self.cart, 1)
        self._done(orders)
        self.assertEqual(orders.mapped("state"), ["done", "done"])
        self.assertEqual(sum(orders.backflush_error_ids.mapped("quantity_open")), 5)
        self.assertEqual(other.quantity, 7)
        self.assertEqual(self._reserved(self.wheel, self.line_side), 7)
        self.assertEqual(self._on_hand(self.wheel), 7)

    def test_a_question_in_between_leaves_a_reservation(self):
        """Core asks about the partial order: the full one waits with its lines."""
        self._put(self.wheel, 100)
        self._put(self.body, 100, self.store)
        other = self._reserve_elsewhere(10)
        full, part = self._order(self.cart, 1), self._order(self.cart, 5)
        part.qty_producing = 2
        part.set_qty_producing()
        before = self._reserved(self.wheel, self.line_side)
        answer = self._done(full | part)
        self.assertIsInstance(answer, dict)
        self.assertEqual(self._reserved(self.wheel, self.line_side), before + 4)
        self._done(full)
        self.assertEqual(full.state, "done")
        self.assertEqual(self._reserved(self.wheel, self.line_side), before)
        self.assertEqual(other.quantity, 10)

    def test_another_unit_of_the_component_line(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        train = self._product("Train", 480.0)
        bom = self._bom(train, [(self.wheel, 4)])
        bom.bom_line_ids.product_uom_id = dozen
        self._put(self.wheel, 40)
        order = self._order(train, 1)
        self._done(order)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.wheel), 0)
        self.assertEqual(order.backflush_error_ids.quantity_open, 8)
