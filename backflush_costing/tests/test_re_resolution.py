from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .re_resolution_common import ReResolutionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestReResolution(ReResolutionCommon):
    """A confirmed order changes: its components follow, hand edits stay."""

    # -- at once -------------------------------------------------------------------

    def test_another_work_centre_by_hand(self):
        order = self._order(self.thing, 1)
        part = self._line(order, self.part)
        self.assertEqual(part.location_id, self.sides["A"])
        self._put(self.part, 5, self.sides["B"])
        self._put(self.screw, 5, self.store)
        order.workorder_ids.with_user(self.operator).workcenter_id = self.center_b
        self.assertRecordValues(
            part,
            [
                {
                    "location_id": self.sides["B"].id,
                    "flush_rule": "company:workcenter",
                }
            ],
        )
        self.assertIn("work center B", part.flush_explanation)
        self._complete(order)
        self.assertFalse(order.backflush_error_ids)
        self.assertEqual(self._on_hand(self.part, self.sides["B"]), 3)

    def test_planning_chooses_an_alternative_work_centre(self):
        self.center_a.alternative_workcenter_ids = self.center_b
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Maintenance",
                "resource_id": self.center_a.resource_id.id,
                "calendar_id": self.center_a.resource_calendar_id.id,
                "date_from": "2026-03-01 00:00:00",
                "date_to": "2026-03-20 00:00:00",
            }
        )
        order = self._order(self.thing, 1)
        order.button_plan()
        self.assertEqual(order.workorder_ids.workcenter_id, self.center_b)
        self.assertEqual(self._line(order, self.part).location_id, self.sides["B"])

    def test_a_new_components_location_moves_what_comes_from_there(self):
        self.company.flush_method = "manual"
        self._put(self.screw, 10, self.store)
        self._put(self.screw, 10, self.sides["other"])
        order = self._order(self.thing, 1)
        screw = self._line(order, self.screw)
        self.assertEqual(self._reserved(self.screw, self.store), 4)
        order.location_src_id = self.sides["other"]
        self.assertEqual(self._line(order, self.part).location_id, self.sides["A"])
        self.assertEqual(screw.location_id, self.sides["other"])
        self.assertEqual(screw.flush_rule, "company:order")
        self.assertEqual(screw.move_line_ids.location_id, self.sides["other"])
        self.assertEqual(self._reserved(self.screw, self.store), 0)
        self.assertEqual(self._reserved(self.screw, self.sides["other"]), 4)

    def test_what_was_reported_is_taken_from_the_new_place(self):
        self._put(self.screw, 10, self.store)
        self._put(self.screw, 10, self.sides["other"])
        order = self._order(self.thing, 1)
        order.qty_producing = 1
        order.set_qty_producing()
        screw = self._line(order, self.screw)
        screw.quantity = 3
        order.location_src_id = self.sides["other"]
        self.assertRecordValues(screw, [{"quantity": 3, "picked": True}])
        self.assertEqual(self._reserved(self.screw, self.store), 0)
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(self._on_hand(self.screw, self.store), 10)
        self.assertEqual(self._on_hand(self.screw, self.sides["other"]), 7)

    def test_what_was_edited_by_hand_stays(self):
        order = self._order(self.thing, 1)
        part = self._line(order, self.part)
        part.location_id = self.sides["other"]
        part.flush_method = "manual"
        self.assertEqual(part.flush_rule, "move:move")
        order.workorder_ids.workcenter_id = self.center_b
        order.location_src_id = self.sides["A"]
        order.action_backflush_update()
        order.action_update_bom()
        self.assertRecordValues(
            part,
            [
                {
                    "location_id": self.sides["other"].id,
                    "flush_method": "manual",
                    "flush_rule": "move:move",
                }
            ],
        )

    def test_a_draft_that_is_computed_again_keeps_what_was_edited(self):
        order = self.env["mrp.production"].create(
            {"product_id": self.thing.id, "product_qty": 1}
        )
        part = self._line(order, self.part)
        part.location_id = self.sides["other"]
        part.flush_method = "manual"
        order.product_qty = 3
        self.assertRecordValues(
            self._line(order, self.part),
            [
                {
                    "product_uom_qty": 6,
                    "location_id": self.sides["other"].id,
                    "flush_method": "manual",
                    "flush_rule": "move:move",
                }
            ],
        )

    def test_a_method_entered_by_hand_gives_the_reservation_back(self):
        self.company.flush_method = "manual"
        self._put(self.screw, 10, self.store)
        order = self._order(self.thing, 1)
        screw = self._line(order, self.screw)
        screw.flush_method = "completion"
        self.assertEqual(self._reserved(self.screw, self.store), 0)
        screw.flush_method = "manual"
        self.assertEqual(self._reserved(self.screw, self.store), 4)

    def test_another_product_on_the_line_follows_its_own_rules(self):
        bolt = self._product("Bolt", 1.0)
        bolt.product_tmpl_id.property_backflush_location_id = self.sides["other"]
        bolt.product_tmpl_id.flush_method = "manual"
        order = self._order(self.thing, 1)
        screw = self._line(order, self.screw)
        screw.product_id = bolt
        self.assertRecordValues(
            screw,
            [
                {
                    "flush_method": "manual",
                    "flush_rule": "product:product",
                    "location_id": self.sides["other"].id,
                }
            ],
        )

    def test_another_operation_of_the_line(self):
        order = self._order(self.thing, 1)
        screw = self._line(order, self.screw)
        self.assertEqual(screw.location_id, self.store)
        screw.write(
            {
                "operation_id": self.bom.operation_ids.id,
                "workorder_id": order.workorder_ids.id,
            }
        )
        self.assertEqual(screw.location_id, self.sides["A"])

    def test_a_named_handling_unit_stays(self):
        package = self.env["stock.package"].create({"name": "HU-1"})
        self.env["stock.quant"]._update_available_quantity(
            self.screw, self.store, 10, package_id=package
        )
        order = self._order(self.thing, 1)
        screw = self._line(order, self.screw)
        screw.write(
            {
                "move_line_ids": [
                    Command.create(
                        {
                            **screw._prepare_move_line_vals(),
                            "quantity": 4,
                            "package_id": package.id,
                        }
                    )
                ],
                "picked": True,
            }
        )
        order.location_src_id = self.sides["other"]
        self.assertEqual(screw.location_id, self.store)
        self.assertEqual(screw.move_line_ids.package_id, package)

    # -- when somebody says so -------------------------------------------------------

    def test_settings_of_the_plant_wait_until_somebody_says_so(self):
        order = self._order(self.thing, 1)
        part, screw = order.move_raw_ids
        self.center_a.backflush_location_id = self.sides["other"]
        self.bom.bom_line_ids[1].flush_method = "manual"
        self.assertEqual(part.location_id, self.sides["A"])
        self.assertEqual(screw.flush_method, "completion")
        order.invalidate_recordset(["backflush_is_outdated"])
        self.assertTrue(order.backflush_is_outdated)
        order.with_user(self.supervisor).action_backflush_update()
        self.assertEqual(part.location_id, self.sides["other"])
        self.assertEqual(screw.flush_rule, "bom_line:order")
        self.assertFalse(order.backflush_is_outdated)
        self.assertIn("set on the work center A", order.message_ids[1].body)

    def test_a_done_order_stays_as_it_was(self):
        self._put(self.part, 10, self.sides["A"])
        order = self._produce(self.thing, 1)
        self.center_a.backflush_location_id = self.sides["other"]
        order.action_backflush_update()
        order.location_src_id = self.sides["other"]
        self.assertEqual(order.move_raw_ids[0].location_id, self.sides["A"])
        self.assertFalse(order.backflush_is_outdated)

    def test_updating_the_bill_of_materials(self):
        nut = self._product("Nut", 1.0)
        order = self._order(self.thing, 2)
        self.bom.bom_line_ids = [
            Command.create(
                {
                    "product_id": nut.id,
                    "product_qty": 8,
                    "operation_id": self.bom.operation_ids.id,
                }
            ),
            Command.update(self.bom.bom_line_ids[1].id, {"product_qty": 5}),
        ]
        self.bom.bom_line_ids[1].backflush_location_id = self.sides["other"]
        order.action_update_bom()
        self.assertRecordValues(
            order.move_raw_ids.sorted("id"),
            [
                {
                    "product_id": self.part.id,
                    "product_uom_qty": 4,
                    "location_id": self.sides["A"].id,
                    "workorder_id": order.workorder_ids.id,
                },
                {
                    "product_id": self.screw.id,
                    "product_uom_qty": 10,
                    "location_id": self.sides["other"].id,
                    "workorder_id": False,
                },
                {
                    "product_id": nut.id,
                    "product_uom_qty": 16,
                    "location_id": self.sides["A"].id,
                    "workorder_id": order.workorder_ids.id,
                },
            ],
        )

    def test_no_other_bill_once_an_operation_has_issued(self):
        self.company.flush_method = "operation"
        self._put(self.part, 10, self.sides["A"])
        order = self._order(self.thing, 2)
        order.qty_producing = 1
        order.workorder_ids.qty_produced = 1
        order.workorder_ids.button_finish()
        with self.assertRaisesRegex(UserError, "Part.*issued for this order"):
            order.action_update_bom()

    def test_an_order_that_no_rule_concerns_is_cores(self):
        self.company.flush_method = False
        self.center_a.backflush_location_id = False
        self.center_b.backflush_location_id = False
        self._put(self.screw, 10, self.store)
        order = self._order(self.thing, 1)
        screw = self._line(order, self.screw)
        order.location_src_id = self.sides["other"]
        self.assertEqual(screw.location_id, self.sides["other"])
        self.assertEqual(self._reserved(self.screw, self.store), 4)
        self.assertFalse(order.backflush_is_outdated)
