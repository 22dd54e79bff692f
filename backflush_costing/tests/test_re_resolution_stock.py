from freezegun import freeze_time

from odoo.tests import tagged

from .re_resolution_common import ReResolutionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestReResolutionStock(ReResolutionCommon):
    """Transfers to a place that is left, and scrap at the place that is kept."""

    # -- transfers to the order ------------------------------------------------------

    def test_transfers_to_a_place_that_is_left_are_taken_back(self):
        self.warehouse.manufacture_steps = "pbm"
        self.company.flush_method = False
        self._put(self.part, 20, self.store)
        self.center_a.backflush_location_id = self.warehouse.pbm_loc_id
        order = self._order(self.thing, 1)
        part = self._line(order, self.part)
        pick = part.move_orig_ids
        self.assertRecordValues(pick, [{"product_uom_qty": 2, "state": "assigned"}])
        order.workorder_ids.workcenter_id = self.center_b
        self.assertEqual(part.location_id, self.sides["B"])
        self.assertFalse(part.move_orig_ids)
        self.assertFalse(pick.exists().filtered(lambda m: m.state != "cancel"))
        self.assertEqual(self._reserved(self.part, self.store), 0)

    def test_what_was_brought_to_the_order_stays_the_orders(self):
        self.warehouse.manufacture_steps = "pbm"
        self.company.flush_method = False
        self._put(self.part, 20, self.store)
        self._put(self.screw, 20, self.store)
        self.center_a.backflush_location_id = self.warehouse.pbm_loc_id
        order = self._order(self.thing, 1)
        part = self._line(order, self.part)
        part.move_orig_ids.picking_id.button_validate()
        order.workorder_ids.workcenter_id = self.center_b
        self.assertEqual(part.location_id, self.warehouse.pbm_loc_id)
        self.assertEqual(self._reserved(self.part, self.warehouse.pbm_loc_id), 2)

    # -- scrap -----------------------------------------------------------------------

    def test_scrap_on_an_order_takes_the_component_from_its_line_side(self):
        order = self._order(self.thing, 1)
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.part.id, "scrap_qty": 1, "production_id": order.id}
        )
        self.assertEqual(scrap.location_id, self.sides["A"])
        at_operation = self.env["stock.scrap"].create(
            {
                "product_id": self.part.id,
                "scrap_qty": 1,
                "workorder_id": order.workorder_ids.id,
            }
        )
        self.assertEqual(at_operation.location_id, self.sides["A"])
        other = self.env["stock.scrap"].create(
            {"product_id": self.screw.id, "scrap_qty": 1, "production_id": order.id}
        )
        self.assertEqual(other.location_id, self.store)
