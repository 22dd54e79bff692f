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
        """The figures of the field: exact, in containers, and the other way round."""
        for rule, given, exactly, count, needed in (
            ("toyota", (2000, 0.4, 10, 1, 200), 4.4, 5, 440),
            ("toyota", (1200, 0.7, 16, 1, 80), 12.18, 13, 487.2),
            # Floating point makes 33.00000000000001 of it, and 34 containers.
            ("toyota", (750, 40, 10, 1, 1000), 33, 33, 16500),
            ("reorder_factor", (100, 2, 20, 1, 50), 5.8, 6, 240),
            ("with_minimum", (100, 2, 100, 1, 50), 9, 9, 400),
            ("one_in_use", (100, 2, 0, 0, 50), 5, 5, 200),
            ("two_bin", (100, 2, 10, 0, 50), 2, 2, 220),
        ):
            with self.subTest(rule=rule, given=given):
                cycle = self._sized(rule, *given)
                self.assertAlmostEqual(cycle.proposed_exact, exactly, 4)
                self.assertEqual(cycle.proposed_count, count)
                self.assertAlmostEqual(cycle.container_needed, needed)
        # What five containers of SAP's rule must hold.
        cycle = self._sized("reorder_factor", 100, 2, 20, 1, 50)
        cycle.container_count = 5
        self.assertAlmostEqual(cycle.container_needed, 60)
        cycle.container_count = 1
        self.assertEqual(cycle.container_needed, 0)

    def _sized(self, rule, demand, lead_time, safety, constant, quantity):
        return self.env["backflush.control.cycle"].new(
            {
                "product_id": self.screw.id,
                "sizing_rule": rule,
                "demand": demand,
                "lead_time": lead_time,
                "safety": safety,
                "sizing_constant": constant,
                "container_quantity": quantity,
                "container_count": 2,
            }
        )

    def test_two_bins_that_are_too_small_say_so(self):
        cycle = self._cycle(sizing_rule="two_bin", demand=100, lead_time=1, safety=10)
        self.assertTrue(cycle.is_container_small)
        cycle.container_quantity = 110
        self.assertFalse(cycle.is_container_small)

    def test_the_demand_comes_from_what_was_consumed(self):
        cycle = self._started()
        self._produce(self.lamp, 14)
        wrong = self._produce(self.lamp, 3)
        reversal = self._as(self.supervisor, wrong.backflush_confirmation_ids)
        reversal.action_reverse("Reported twice")
        cycle.action_demand_from_history()
        self.assertEqual(cycle.demand, 5.0)

    def test_an_area_is_removed_with_what_was_made_for_it(self):
        cycle = self._cycle()
        routes = self.from_stock
        line = self.lamp.bom_ids.bom_line_ids
        line.backflush_location_id = self.bin
        self.screw.property_backflush_location_id = self.area
        limit = self.env["backflush.wip.limit"].create(
            {"name": "Area", "supply_area_id": self.area.id, "limit": 1}
        )
        self._put(self.screw, 1, self.bin)
        area = self._as(self._user("boss", "group_backflush_administrator"), self.area)
        with self.assertRaisesRegex(UserError, "not empty .Screw"):
            area.action_remove_supply_area()
        self._produce_away()
        area.action_remove_supply_area()
        self.env.invalidate_all()
        self.assertFalse(self.area.active or cycle.active or routes.active)
        self.assertFalse(self.bin.active or limit.active)
        self.assertFalse(self.stand.backflush_location_id | line.backflush_location_id)
        self.assertFalse(self.screw.property_backflush_location_id)
        # The same area can be made again.
        again = self._area("Supermarket", from_stock=True, bin_names="A-01")
        self.assertTrue(again.barcode and again.child_ids.barcode)

    def test_an_area_with_something_on_its_way_is_not_removed(self):
        cycle = self._cycle(staging="order")
        self._put(self.screw, 100, self.store)
        order = self._order(self.lamp, 1)
        with self.assertRaisesRegex(UserError, order.name):
            self.area.action_remove_supply_area()
        order.action_cancel()
        self._put(self.screw, 100, self.bin)
        cycle.action_return_excess()
        self._put(self.screw, 0, self.bin)
        with self.assertRaisesRegex(UserError, "not empty .*/INT/"):
            self.area.action_remove_supply_area()
        dock = self._area("Dock", by_purchase=True)
        self._vendor_for(self.screw)
        bought = self._circulating(dock, staging="release")
        bought._stage(50, False)
        request = self.env["purchase.order"].search([], limit=1, order="id desc")
        with self.assertRaisesRegex(UserError, request.name):
            dock.action_remove_supply_area()

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
