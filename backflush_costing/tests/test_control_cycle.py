from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestControlCycle(SupermarketCommon):
    """Loops: where they lie, how many containers they have, what size they need."""

    def test_a_loop_has_a_card_per_container(self):
        cycle = self._cycle(container_count=3)
        self.assertEqual(len(cycle.kanban_ids), 3)
        self.assertEqual(cycle.wip_limit, 300)
        cycle.container_count = 5
        self.assertEqual(len(cycle.kanban_ids), 5)

    def test_stock_in_the_bin_fills_containers_at_the_start(self):
        cycle = self._started(content=130)
        self.assertEqual(sorted(cycle.kanban_ids.mapped("quantity")), [30.0, 100.0])
        self.assertEqual(self._states(cycle), ["full", "full"])
        self.assertEqual(cycle.quantity_loose, 0)

    def test_what_is_not_there_at_the_start_is_asked_for(self):
        cycle = self._started(content=0)
        self.assertEqual(self._states(cycle), ["in_process", "in_process"])
        self.assertEqual(cycle.quantity_on_the_way, 200)
        self.assertWithinLimit(cycle)

    def test_a_surplus_card_leaves_when_it_is_empty(self):
        cycle = self._started()
        cycle.container_count = 1
        self.assertEqual(len(cycle.kanban_ids), 2)
        self._scan(cycle.kanban_ids[0])
        self.assertEqual(len(cycle.kanban_ids), 1)
        self.assertEqual(self._states(cycle), ["full"])

    def test_a_supply_area_lies_beside_the_stock(self):
        inside = self.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": self.store.id}
        )
        with self.assertRaisesRegex(ValidationError, "beside the stock"):
            self._cycle(supply_area_id=inside.id, bin_id=inside.id)

    def test_a_bin_is_in_its_supply_area(self):
        with self.assertRaisesRegex(ValidationError, "not in the supply area"):
            self._cycle(bin_id=self.line_side.id)

    def test_a_loop_in_circulation_keeps_its_product_and_place(self):
        cycle = self._started()
        with self.assertRaisesRegex(UserError, "in circulation"):
            cycle.bin_id = self.other_bin

    def test_the_product_is_taken_from_its_bin(self):
        self._cycle()
        order = self._order(self.lamp, 1)
        self.assertEqual(order.move_raw_ids.location_id, self.bin)
        self.assertIn("Stand", order.move_raw_ids.flush_explanation)

    def test_sizing_is_a_proposal_until_it_is_applied(self):
        cycle = self._cycle(demand=2000, lead_time=0.4, safety=10)
        cycle.container_quantity = 200
        self.assertAlmostEqual(cycle.proposed_exact, 4.4)
        self.assertEqual((cycle.proposed_count, cycle.container_count), (5, 2))
        self.assertAlmostEqual(cycle.proposed_value, 3 * 200 * 0.05)
        self._as(self.supervisor, cycle).action_apply_proposal()
        self.assertEqual(cycle.container_count, 5)
        self.assertEqual(len(cycle.kanban_ids), 5)

    def test_the_rules_of_sizing(self):
        cycle = self._cycle(demand=100, lead_time=2, container_quantity=50)
        for rule, safety, constant, count in (
            ("reorder_factor", 20, 1, 6),
            ("with_minimum", 100, 1, 9),
            ("one_in_use", 0, 0, 5),
            ("two_bin", 0, 0, 2),
        ):
            cycle.write(
                {"sizing_rule": rule, "safety": safety, "sizing_constant": constant}
            )
            self.assertEqual(cycle.proposed_count, count, rule)

    def test_the_demand_comes_from_what_was_consumed(self):
        cycle = self._started()
        self._produce(self.lamp, 14)
        cycle.action_demand_from_history()
        self.assertEqual(cycle.demand, 5.0)

    def test_an_area_is_removed_with_what_was_made_for_it(self):
        cycle = self._cycle()
        routes = self.from_stock
        self._put(self.screw, 1, self.bin)
        with self.assertRaisesRegex(UserError, "not empty"):
            self.area.action_remove_supply_area()
        self.env["stock.quant"].search(
            [("location_id", "=", self.bin.id)]
        ).action_clear_inventory_quantity()
        self._produce_away()
        self.area.action_remove_supply_area()
        self.assertFalse(self.area.active or cycle.active or routes.active)
        self.assertFalse(self.stand.backflush_location_id)

    def _produce_away(self):
        """Take the stock of the bin back to the store."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.screw.id,
                "product_uom_qty": 1,
                "location_id": self.bin.id,
                "location_dest_id": self.store.id,
                "reference": "Back to the store",
            }
        )
        move._action_confirm()
        move.quantity = 1
        move.picked = True
        move._action_done()
