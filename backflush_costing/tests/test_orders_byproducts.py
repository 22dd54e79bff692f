from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOrdersByproducts(OrdersCommon):
    """What is made beside the product enters stock at its own standard."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chips = cls._product("Chips", 2.0, cls.material)
        cls.bom.byproduct_ids = [
            Command.create(
                {
                    "product_id": cls.chips.id,
                    "product_qty": 5,
                    "product_uom_id": cls.chips.uom_id.id,
                }
            )
        ]
        cls._release(cls.battery)

    def _chips(self, order):
        return order.move_byproduct_ids

    def test_planned_yield_is_in_the_standard(self):
        if self.costed:
            self.assertEqual(self.battery.standard_price, 60.0)
        self._stock_up()
        order = self._order(self.battery, 4)
        rest = self._report(order, 1, backorder=True)
        self.assertProven()
        self.assertEqual(self._on_hand(self.chips, self.store), 5)
        self._report(rest, 3)
        self.assertProven()
        self.assertEqual(self._on_hand(self.chips, self.store), 20)
        self.assertBalances(
            usage_variance=0.0, standard_variance=0.0, conversion_allocated=-40.0
        )

    def test_less_yield_is_usage_and_no_outdated_standard(self):
        self._stock_up()
        order = self._order(self.battery, 2)
        order.qty_producing = 2
        order.set_qty_producing()
        self._chips(order).quantity = 7
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertProven()
        self.assertEqual(self._on_hand(self.chips, self.store), 7)
        self.assertBalances(usage_variance=6.0, standard_variance=0.0)

    def test_an_unplanned_byproduct(self):
        self._stock_up()
        dust = self._product("Dust", 1.0, self.material)
        order = self._order(self.battery, 1)
        order.move_byproduct_ids = [
            Command.create(
                {
                    "product_id": dust.id,
                    "product_uom_qty": 3,
                    "product_uom": dust.uom_id.id,
                    "production_id": order.id,
                }
            )
        ]
        self._report(order, 1)
        self.assertProven()
        self.assertEqual(self._on_hand(dust, self.store), 3)
        self.assertBalances(usage_variance=-3.0, standard_variance=0.0)

    def test_an_unbuild_takes_byproducts_back(self):
        self._stock_up()
        order = self._produce(self.battery, 2)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(self._on_hand(self.chips, self.store), 5)
        self._unbuild(order, 1)
        self.assertProven()
        self.assertEqual(self._on_hand(self.chips, self.store), 0)
        self.assertBalances(
            usage_variance=0.0, standard_variance=0.0, conversion_allocated=0.0
        )

    def test_at_average_cost_a_byproduct_is_not_diluted(self):
        slag_category = self._category("Slag", "material")
        slag_category.property_cost_method = "average"
        slag = self._product("Slag", 4.0, slag_category, company_id=self.company.id)
        self._cost(slag_category, "material")
        self._buy(slag, 10, 4)
        self.bom.byproduct_ids = [
            Command.create(
                {
                    "product_id": slag.id,
                    "product_qty": 10,
                    "product_uom_id": slag.uom_id.id,
                }
            )
        ]
        self._release(self.battery)
        self._stock_up()
        self._produce(self.battery, 1)
        self.assertEqual(slag.standard_price, 4.0)
        self.assertProven()
