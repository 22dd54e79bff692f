from freezegun import freeze_time

from odoo.tests import tagged

from .deviation_common import DeviationCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviationScaled(DeviationCommon):
    """The order's quantity changes after a substitution was applied."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kg = cls.env.ref("uom.product_uom_kgm")
        cls.a = cls._product("A", 4.0, uom_id=kg.id)
        cls.b = cls._product("B", 5.0, uom_id=kg.id)
        cls.mix = cls._product("Mix", 40.0)
        cls._bom(cls.mix, [(cls.a, 10)])

    def setUp(self):
        super().setUp()
        for product in (self.a, self.b):
            self._put(product, 1000, self.store)

    def _change(self, order, quantity):
        """*Update Quantity* as a planner does it."""
        wizard = self._as(self.planner, self.env["change.production.qty"])
        wizard.create({"mo_id": order.id, "product_qty": quantity}).change_prod_qty()

    def assertPlanned(self, order, component, substitute):
        found = {
            product: sum(
                order.move_raw_ids.filtered(
                    lambda m, p=product: m.product_id == p
                ).mapped("product_uom_qty")
            )
            for product in (self.a, self.b)
        }
        self.assertEqual(found, {self.a: component, self.b: substitute})

    def test_the_same_part_is_replaced(self):
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        self._change(order, 15)
        self.assertPlanned(order, 105, 45)
        self._change(order, 5)
        self.assertPlanned(order, 35, 15)
        self._complete(order)
        self.assertLine(order, self.a, 50, -15, -15)
        self.assertLine(order, self.b, 0, 15, 15)

    def test_no_more_than_is_approved(self):
        approval = self._substitution(self.a, self.b, quantity=40)
        order = self._order(self.mix, 10)
        self._apply(approval, order, 30)
        self._change(order, 20)
        self.assertPlanned(order, 160, 40)
        self.assertEqual((approval.quantity_planned, approval.quantity_left), (40, 0))
        self.assertIn("does not cover more", order.message_ids[:1].body)
        self._complete(order)
        self.assertLine(order, self.a, 200, -40, -40)
        self.assertLine(order, self.b, 0, 40, 40)
        self.assertEqual(approval.state, "closed")

    def test_what_another_order_plans_is_not_taken(self):
        approval = self._substitution(self.a, self.b, quantity=40)
        order, other = self._order(self.mix, 10), self._order(self.mix, 10)
        self._apply(approval, order, 20)
        self._apply(approval, other, 15)
        self._change(order, 20)
        self.assertPlanned(order, 175, 25)
        self.assertEqual(approval.quantity_planned, 40)

    def test_less_gives_back_to_the_approval(self):
        approval = self._substitution(self.a, self.b, quantity=40)
        order = self._order(self.mix, 10)
        self._apply(approval, order, 40)
        self._change(order, 4)
        self.assertPlanned(order, 24, 16)
        self.assertEqual(approval.quantity_left, 24)

    def test_a_closed_or_expired_approval_keeps_what_is_planned(self):
        for day in (False, "2026-03-02"):
            approval = self._substitution(self.a, self.b, date_to=day)
            order = self._order(self.mix, 10)
            self._apply(approval, order, 30)
            if not day:
                approval.with_user(self.supervisor).action_close()
            with freeze_time("2026-03-05 10:00:00"):
                self._change(order, 20)
            self.assertPlanned(order, 170, 30)

    def test_rounding_does_not_add_up(self):
        """Ten pieces at a third are 3.34, and stand for ten; eleven are 3.67."""
        pin, bolt = self._product("Pin", 1.0), self._product("Bolt", 3.0)
        clip = self._product("Clip", 5.0)
        self._bom(clip, [(pin, 1)])
        for product in (pin, bolt):
            self._put(product, 100, self.store)
        approval = self._substitution(pin, bolt, ratio=0.333333, quantity=11)
        order = self._order(clip, 10)
        line = self._apply(approval, order)
        self.assertEqual(line.product_uom_qty, 3.34)
        self._change(order, 11)
        self.assertEqual(line.product_uom_qty, 3.67)
        self._complete(order)
        self.assertLine(order, pin, 11, -11, -11)
        self.assertEqual(approval.quantity_used, 11)

    def test_each_backorder_replaces_its_share(self):
        """All of ten is replaced over three orders: 3.33, 3.33 and 3.34, no more."""
        pin, bolt = self._product("Pin", 1.0), self._product("Bolt", 3.0)
        clip = self._product("Clip", 5.0)
        self._bom(clip, [(pin, 10)], product_qty=3)
        for product in (pin, bolt):
            self._put(product, 100, self.store)
        approval = self._substitution(pin, bolt, ratio=0.333333, quantity=10)
        order = self._order(clip, 3)
        self._apply(approval, order)
        orders = order._split_productions({order: [1, 1, 1]})
        self.assertEqual(approval.quantity_planned, 10)
        for one in orders:
            self._complete(one)
            line = self._line(one, pin)
            self.assertEqual(
                (line.difference_quantity, line.deviation_quantity), (0, -3.33)
            )
            self.assertEqual(line.undocumented_quantity, 0)
        self.assertAlmostEqual(approval.quantity_used, 10, 1)

    def test_an_approval_that_was_applied_twice_is_split_as_a_whole(self):
        approval = self._substitution(self.a, self.b)
        order = self._order(self.mix, 10)
        self._apply(approval, order, 30)
        self._apply(approval, order, 10)
        orders = order._split_productions({order: [4, 6]})
        self.assertEqual(approval.quantity_planned, 40)
        for one, replaced in zip(orders, (16, 24), strict=True):
            self.assertPlanned(one, one.product_qty * 10 - replaced, replaced)

    def test_what_a_program_writes_changes_no_line(self):
        order = self._order(self.mix, 10)
        self._apply(self._substitution(self.a, self.b), order, 30)
        order.with_user(self.planner).product_qty = 15
        self.assertPlanned(order, 70, 30)
