from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestKanbanBooks(SupermarketCommon):
    """Cards and the books of the bin: use reported late, counts, corrections."""

    def _contents(self, cycle):
        self.env.invalidate_all()
        return sorted(cycle.kanban_ids.mapped("quantity"))

    def test_use_reported_after_the_scan_empties_no_second_container(self):
        cycle = self._started()
        self._scan(cycle.kanban_ids[0])
        self.assertEqual(cycle.quantity_loose, 100)
        # The order that used up the scanned container is reported now.
        self._produce(self.lamp, 10)
        self.assertEqual(self._states(cycle), ["full", "in_process"])
        self.assertEqual(self._contents(cycle), [0, 100])
        self.assertEqual(cycle.quantity_loose, 0)
        # What is used from now on comes out of the second one.
        self._produce(self.lamp, 1)
        self.assertEqual(self._contents(cycle), [0, 90])

    def test_a_count_clears_what_stands_beside_the_containers(self):
        cycle = self._started()
        self._scan(cycle.kanban_ids[0])
        self._put(self.screw, 100, self.bin)
        self.assertEqual(self._on_hand(self.screw, self.bin), 100)
        self.assertEqual(self._states(cycle), ["full", "in_process"])
        self.assertEqual(self._contents(cycle), [0, 100])
        # A count that finds less than the containers hold empties them.
        self._put(self.screw, 70, self.bin)
        self.assertEqual(self._contents(cycle), [0, 70])

    def test_more_than_a_container_holds_stands_beside_it(self):
        cycle = self._started(content=0, container_count=1)
        card = cycle.kanban_ids
        card.move_ids.quantity = 130
        card.move_ids.picked = True
        card.move_ids.picking_id.button_validate()
        self.assertEqual((card.state, card.quantity), ("full", 100))
        self.assertEqual(cycle.quantity_loose, 30)
        self.assertTrue(cycle._keeps_limit())
        self.assertWithinLimit(cycle)

    def test_a_corrected_transfer_corrects_the_container(self):
        cycle = self._started(content=0, container_count=1)
        card = cycle.kanban_ids
        self._scan(card)
        card.move_ids.move_line_ids.quantity = 90
        self.assertEqual(card.quantity, 90)
        card.move_ids.move_line_ids.quantity = 95
        self.assertEqual(card.quantity, 95)
        card.move_ids.move_line_ids.quantity = 0
        self.assertEqual((card.state, card.quantity), ("empty", 0))

    def test_a_corrected_consumption_corrects_the_container(self):
        cycle = self._started()
        order = self._produce(self.lamp, 3)
        line = order.move_raw_ids.move_line_ids
        line.quantity = 50
        self.assertEqual(self._contents(cycle), [50, 100])
        line.quantity = 20
        self.assertEqual(self._contents(cycle), [80, 100])
        self.assertWithinLimit(cycle)

    def test_what_was_put_down_elsewhere_has_not_arrived(self):
        cycle = self._started(content=0, container_count=1)
        card = cycle.kanban_ids
        move = card.move_ids
        move.move_line_ids.location_dest_id = self.line_side
        move.picked = True
        move.picking_id.button_validate()
        self.assertEqual(move.state, "done")
        self.assertEqual((card.state, card.quantity), ("error", 0))
        self.assertEqual(card.quantity_on_the_way, 0)
        self.assertIn("another place", card.problem)
