from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .orders_common import OrdersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestOrdersComponents(OrdersCommon):
    """Components of every kind: unstocked, added, exchanged, at no operation."""

    def test_services_and_consumables_are_neither_required_nor_lost(self):
        glue = self._product("Glue", 3.0, self.material, is_storable=False)
        care = self._product("Care", 5.0, self.material, type="service")
        self.bom.bom_line_ids = [
            Command.create({"product_id": p.id, "product_qty": 2}) for p in (glue, care)
        ]
        self._release(self.battery)
        self._stock_up()
        order = self._order(self.battery, 2)
        self._report(order, 2)
        self.assertProven()
        self.assertIssued(order, (self.cell, 12, 0, 12, 0))
        used = order.move_raw_ids.filtered(lambda m: m.product_id == glue)
        self.assertRecordValues(used, [{"state": "done", "quantity": 4}])
        self.assertFalse(order.backflush_error_ids)

    def test_a_component_of_quantity_zero(self):
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.body.id, "product_qty": 0})
        ]
        self._stock_up()
        order = self._order(self.battery, 2)
        self._report(order, 2)
        self.assertProven()
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self._on_hand(self.body, self.store), 10)
        self.assertEqual(self._on_hand(self.cell, self.store), 88)

    def test_what_was_reported_of_an_optional_component_is_a_deviation(self):
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.body.id, "product_qty": 0})
        ]
        self._stock_up()
        order = self._as(self.operator, self._order(self.battery, 1))
        order.qty_producing = 1
        order.set_qty_producing()
        body = order.move_raw_ids.filtered(lambda m: m.product_id == self.body)
        body.quantity = 1
        body.picked = True
        order.with_context(skip_consumption=True).button_mark_done()
        order = order.with_env(self.env)
        self.assertProven()
        self.assertIn(
            (self.body, 0, 1, 1),
            [
                (
                    line.product_id,
                    line.required_quantity,
                    line.deviation_quantity,
                    line.issued_quantity,
                )
                for line in self._lines(order)
            ],
        )
        self.assertBalances(usage_variance=90.0)

    def test_an_added_component_is_a_deviation_by_the_same_rules(self):
        self._stock_up()
        self.body.product_tmpl_id.property_backflush_location_id = self.line_side
        order = self._order(self.battery, 2)
        added = self._add(order, self.body, 1)
        self.assertRecordValues(
            added,
            [
                {
                    "flush_method": "completion",
                    "flush_rule": "company:product",
                    "location_id": self.line_side.id,
                    "state": "confirmed",
                }
            ],
        )
        self._report(order, 2)
        self.assertProven()
        self.assertIssued(order, (self.cell, 12, 0, 12, 0), (self.body, 0, 1, 0, 1))
        self.assertBalances(usage_variance=90.0, suspense=-90.0)

    def test_an_added_component_goes_over_to_the_backorder(self):
        self._stock_up()
        order = self._order(self.battery, 4)
        self._add(order, self.body, 4)
        rest = self._report(order, 1, backorder=True)
        self.assertProven()
        self.assertIssued(order, (self.cell, 6, 0, 6, 0), (self.body, 0, 1, 1, 0))
        self._report(rest, 3)
        self.assertProven()
        self.assertIssued(rest, (self.cell, 18, 0, 18, 0), (self.body, 0, 3, 3, 0))
        self.assertEqual(self._on_hand(self.body, self.store), 6)

    def test_a_component_added_after_the_report(self):
        self._stock_up()
        order = self._order(self.battery, 1)
        reported = self._as(self.operator, order)
        reported.qty_producing = 1
        reported.set_qty_producing()
        self._add(order, self.body, 1)
        reported.with_context(skip_consumption=True).button_mark_done()
        self.assertProven()
        self.assertFalse(self._lines(order).filtered("difference_quantity"))

    def test_an_exchanged_component_is_issued(self):
        self._stock_up()
        order = self._order(self.battery, 1)
        self._as(self.planner, order).move_raw_ids.product_id = self.body
        self._report(order, 1)
        self.assertProven()
        self.assertEqual(self._on_hand(self.cell, self.store), 100)
        self.assertEqual(self._on_hand(self.body, self.store), 4)

    def test_an_order_without_bill_of_materials(self):
        self._stock_up()
        order = self._as(self.planner, self.env["mrp.production"]).create(
            {
                "product_id": self.battery.id,
                "product_qty": 2,
                "bom_id": False,
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": self.cell.id,
                            "product_uom_qty": 10,
                            "product_uom": self.cell.uom_id.id,
                        }
                    )
                ],
            }
        )
        self.assertFalse(order.bom_id)
        order.action_confirm()
        order = order.with_env(self.env)
        self.assertEqual(order.move_raw_ids.mapped("product_uom_qty"), [10])
        self.assertEqual(order.move_raw_ids.flush_method, "completion")
        self._report(order, 2)
        self.assertProven()
        self.assertIssued(order, (self.cell, 10, 0, 10, 0))

    def test_operations_whose_components_have_none(self):
        self._stock_up()
        order = self._as(self.operator, self._order(self.battery, 2))
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        order.button_mark_done()
        self.assertProven()
        self.assertIssued(order.sudo(), (self.cell, 12, 0, 12, 0))

    # -- sub-assemblies --------------------------------------------------------------

    def test_a_sub_assembly_from_stock(self):
        self._stock_up()
        self._produce(self.battery, 3)
        self._produce(self.vehicle, 2)
        self.assertProven()
        self.assertEqual(self._on_hand(self.battery, self.store), 1)
        self.assertBalances(fg=2 * 170.0, usage_variance=0.0)

    def test_a_sub_assembly_made_to_order(self):
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        self.battery.route_ids = mto | self.warehouse.manufacture_pull_id.route_id
        self.company.flush_method = False
        self.cell.product_tmpl_id.flush_method = "completion"
        self._stock_up()
        order = self._order(self.vehicle, 2)
        child = order._get_children()
        self.assertRecordValues(
            child, [{"product_id": self.battery.id, "product_qty": 2}]
        )
        self._complete(child)
        self.assertProven()
        self._complete(order)
        self.assertProven()
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self._on_hand(self.battery, self.store), 0)


@tagged("post_install", "-at_install")
class TestOrdersComponentsWithoutPolicy(TestOrdersComponents):
    costed = False
