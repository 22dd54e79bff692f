from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitMounting(HandlingUnitCommon):
    """Where a coil is, who put it there, and what a work center has room for."""

    def test_mounting_moves_the_coil_to_the_line_and_back(self):
        log = self._mount(self.coil, position="A")
        self.assertRecordValues(
            log,
            [
                {
                    "kind": "mount",
                    "workcenter_id": self.saw.id,
                    "position": "A",
                    "location_from_id": self.store.id,
                    "location_to_id": self.line_side.id,
                    "user_id": self.operator.id,
                    "quantity": 10000,
                }
            ],
        )
        self.assertEqual(log.picking_id.state, "done")
        self.assertEqual(log.picking_id.picking_type_id, self.warehouse.int_type_id)
        self.assertRecordValues(
            self._as(self.operator, self.coil),
            [
                {
                    "backflush_state": "mounted",
                    "backflush_workcenter_id": self.saw.id,
                    "backflush_mounted_by_id": self.operator.id,
                    "location_id": self.line_side.id,
                    "backflush_product_id": self.wire.id,
                    "backflush_quantity": 10000,
                    "backflush_uom_id": self.meter.id,
                }
            ],
        )
        self.assertEqual(self._mount(self.coil, position="A"), log, "said twice")
        off = self._log(self._as(self.operator, self.coil).unmount())
        self.assertEqual(off.kind, "unmount")
        self.assertEqual(self.coil.backflush_state, "store")
        with self.assertRaisesRegex(UserError, "COIL-1 is not mounted"):
            self._as(self.operator, self.coil).unmount()
        self._mount(self.coil)
        back = self._log(self._as(self.operator, self.coil).move_back())
        self.assertEqual(back.location_to_id, self.store)
        self.assertEqual(self.coil.location_id, self.store)
        self.assertFalse(self.coil.backflush_workcenter_id)
        self.assertEqual(
            self.coil.backflush_log_ids.mapped("kind"),
            ["move", "unmount", "mount", "unmount", "mount"],
        )
        self.assertProven()

    def test_a_work_center_has_places_and_says_who_is_there(self):
        self.saw.backflush_unit_capacity = 2
        second, third = self._coil("COIL-2", 50), self._coil("COIL-3", 50)
        self._mount(self.coil, position="A")
        with self.assertRaisesRegex(UserError, "Position A of Saw holds COIL-1"):
            self._mount(second, position="A")
        self._mount(second, position="B")
        with self.assertRaisesRegex(UserError, "2 places, all are taken"):
            self._mount(third)
        press = self._workcenter("Press", 60)
        log = self._mount(second, press)
        self.assertEqual(second.backflush_workcenter_id, press)
        self.assertEqual(second.location_id, self.line_side, "no place of its own")
        self.assertEqual(log.location_from_id, log.location_to_id)
        self._mount(third)
        self.assertEqual(self.saw.backflush_unit_ids, self.coil + third)

    def test_what_is_known_since_is_not_undone_by_a_late_report(self):
        press = self._workcenter("Press", 60)
        self._mount(self.coil, event_time="2026-03-02 09:00:00")
        late = self._mount(self.coil, press, event_time="2026-03-02 08:00:00")
        self.assertEqual(late.workcenter_id, press)
        self.assertEqual(self.coil.backflush_workcenter_id, self.saw)
        with self.assertRaisesRegex(UserError, "lies in the future"):
            self._mount(self.coil, event_time="2026-03-02 11:00:00")
        with self.assertRaisesRegex(UserError, "is no event time"):
            self._mount(self.coil, event_time="yesterday")

    def test_a_late_report_does_not_take_off_what_was_mounted_since(self):
        press = self._workcenter("Press", 60)
        self._mount(self.coil, position="A", event_time="2026-03-02 08:00:00")
        self._mount(self.coil, press, event_time="2026-03-02 09:30:00")
        unit = self._as(self.operator, self.coil)
        off = self._log(unit.unmount(event_time="2026-03-02 09:00:00"))
        self.assertRecordValues(
            off, [{"kind": "unmount", "workcenter_id": self.saw.id, "position": "A"}]
        )
        self.assertEqual(self.coil.backflush_workcenter_id, press)
        self.assertTrue(self.coil.backflush_mounted_on)
        back = self._log(unit.move_back(event_time="2026-03-02 08:30:00"))
        self.assertEqual(back.kind, "move")
        self.assertFalse(back.picking_id)
        self.assertEqual(self.coil.location_id, self.line_side)
        self.assertEqual(self.coil.backflush_workcenter_id, press)
        self._empty(self.coil, event_time="2026-03-02 09:10:00")
        self.assertEqual(self.coil.backflush_workcenter_id, press)
        with self.assertRaisesRegex(UserError, "not mounted on any work center"):
            unit.unmount(event_time="2026-03-02 07:00:00")
        unit.unmount(event_time="2026-03-02 09:45:00")
        self.assertFalse(self.coil.backflush_workcenter_id)

    def test_a_late_mounting_does_not_fetch_back_what_was_moved_since(self):
        unit = self._as(self.operator, self.coil)
        unit.move_back(self.line_side.id, event_time="2026-03-02 09:00:00")
        unit.move_back(self.store.id, event_time="2026-03-02 09:30:00")
        self._mount(self.coil, event_time="2026-03-02 09:10:00")
        self.assertFalse(self.coil.backflush_workcenter_id)
        self.assertEqual(self.coil.location_id, self.store)

    def test_a_coil_inside_a_pallet_moves_alone_or_with_it(self):
        pallet = self.env["stock.package"].create({"name": "PALLET"})
        second = self._coil("COIL-2", 50)
        (self.coil + second).parent_package_id = pallet
        self._mount(self.coil)
        self.assertEqual(self.coil.location_id, self.line_side)
        self.assertEqual(second.location_id, self.store)
        self._mount(pallet)
        self.assertEqual(second.location_id, self.line_side)
        self.assertEqual(self._left(second), 50)
        self.assertProven()

    def test_only_people_of_the_shop_floor_and_of_the_company(self):
        planner = self.coil.with_user(self.planner)
        for call in (
            lambda: planner.mount(self.saw.id),
            planner.unmount,
            planner.move_back,
            planner.report_empty,
        ):
            with self.assertRaises(AccessError):
                call()
        other = self._create_company(name="Other plant")
        stranger = self._user("stranger", "group_backflush_operator", company=other)
        with self.assertRaisesRegex(UserError, "none of your companies|access"):
            self.coil.with_user(stranger).mount(self.saw.id)
        center = self._workcenter(
            "Elsewhere",
            60,
            company_id=other.id,
            resource_calendar_id=other.resource_calendar_id.id,
        )
        with self.assertRaisesRegex(UserError, "cannot be mounted on"):
            self.coil.mount(center.id)
        with self.assertRaisesRegex(UserError, "never deleted"):
            self._mount(self.coil).sudo().unlink()

    def test_an_empty_unit_belongs_to_whose_it_was_last(self):
        order = self._order(self.cable, 1)
        self._mount(self.coil)
        self._empty(self.coil)
        other = self._create_company(name="Other plant")
        center = self._workcenter(
            "Elsewhere",
            60,
            company_id=other.id,
            resource_calendar_id=other.resource_calendar_id.id,
        )
        with self.assertRaisesRegex(UserError, "belongs to .* cannot be mounted on"):
            self.coil.mount(center.id)
        foreign = self.env["mrp.production"].with_company(other)
        foreign = foreign.create({"product_id": self.cable.id, "company_id": other.id})
        foreign.action_confirm()
        with self.assertRaisesRegex(UserError, "belongs to Other plant"):
            self.coil.report_consumption(1, self.meter.id, foreign.id)
        self._use(self.coil, 1, order)

    def test_an_operation_is_one_that_is_there_and_of_the_order(self):
        coil, saw = self._as(self.operator, self.coil), self.saw.id
        order, other = self._order(self.cable, 1), self._order(self.cable, 1)
        foreign = other.workorder_ids.id
        with self.assertRaisesRegex(UserError, "no operation with the number 999"):
            coil.mount(saw, workorder_id=999999999)
        self.assertFalse(self.coil.backflush_workcenter_id)
        coil.mount(saw, workorder_id=foreign)
        with self.assertRaisesRegex(UserError, f"of {other.name}, not of {order.name}"):
            coil.report_consumption(10, self.meter.id, order.id, workorder_id=foreign)
        with self.assertRaisesRegex(UserError, "no operation with the number"):
            coil.report_empty(workorder_id=-1)
        with self.assertRaisesRegex(UserError, "no operation with the number"):
            coil.unmount(workorder_id=999999999)
        self._use(self.coil, 10, order, workorder_id=order.workorder_ids.id)
        self.assertEqual(self._left(self.coil), 9990)

    def test_an_operation_of_another_company_is_not_reported_to(self):
        other = self._create_company(name="Other plant")
        center = self._workcenter(
            "Elsewhere",
            60,
            company_id=other.id,
            resource_calendar_id=other.resource_calendar_id.id,
        )
        there = self.env["mrp.workorder"].create(
            {
                "name": "Elsewhere",
                "workcenter_id": center.id,
                "production_id": self.env["mrp.production"]
                .with_company(other)
                .create({"product_id": self.cable.id, "company_id": other.id})
                .id,
            }
        )
        with self.assertRaisesRegex(UserError, "belongs to Other plant"):
            self.coil.mount(self.saw.id, workorder_id=there.id)

    def test_a_list_of_units_reads_their_stock_at_once(self):
        coils = self.env["stock.package"].union(
            *(self._coil(f"LIST-{number}", 10 + number) for number in range(9))
        )
        inner = self._coil("INNER", 5)
        inner.parent_package_id = coils[0]
        self._queries_of_reading(coils)
        few, many = (
            self._queries_of_reading(units) for units in (coils[1:3], coils[1:])
        )
        self.assertEqual(few, many)
        self.assertEqual(
            self._as(self.operator, coils).mapped("backflush_quantity"),
            [15, *range(11, 19)],
        )

    def _queries_of_reading(self, units):
        """How many queries showing these units takes."""
        units = self._as(self.operator, units)
        before = self.env.cr.sql_log_count
        units.read(["name", "backflush_state", "backflush_quantity"])
        return self.env.cr.sql_log_count - before
