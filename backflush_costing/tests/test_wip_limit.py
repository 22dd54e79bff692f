from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestWipLimit(SupermarketCommon):
    """A full line takes no order: it is refused, or waits for its turn."""

    def _limit(self, **vals):
        limits = self._as(self.supervisor, self.env["backflush.wip.limit"])
        return limits.create(
            {
                "name": "Stand",
                "workcenter_ids": self.stand.ids,
                "limit": 2,
                **vals,
            }
        ).with_env(self.env)

    def _confirmed(self, quantity=1, **vals):
        """An order that a planner wants to release."""
        orders = self._as(self.planner, self.env["mrp.production"])
        order = orders.create(
            {"product_id": self.lamp.id, "product_qty": quantity, **vals}
        )
        order.action_confirm()
        return order.with_env(self.env)

    def _released(self):
        """What the server does by itself a moment later."""
        with self.enter_registry_test_mode():
            job = self.env.ref("backflush_costing.cron_release_queue")
            job.method_direct_trigger()
        self.env.invalidate_all()

    def _states(self, orders):
        self.env.invalidate_all()
        return [order.state for order in orders]

    def test_a_full_line_refuses(self):
        limit = self._limit(when_full="refuse")
        orders = self._confirmed() | self._confirmed()
        with self.assertRaisesRegex(UserError, r"no room \(Stand: 2 of 2 \(orders\)\)"):
            self._confirmed()
        drafts = self._as(self.planner, self.env["mrp.production"])
        claimed = drafts.with_context(backflush_by_rule=True).create(
            {"product_id": self.lamp.id, "product_qty": 1}
        )
        with self.assertRaisesRegex(UserError, "no room"):
            claimed.action_confirm()
        self.assertEqual((limit.load, limit.room), (2, 0))
        self._complete(orders[0])
        limit.invalidate_recordset()
        self.assertEqual(limit.room, 1)
        self.assertEqual(self._confirmed().state, "confirmed")
        # Two at once, of which only one would fit: none is released.
        orders[1].action_cancel()
        two = self.env["mrp.production"].create(
            [{"product_id": self.lamp.id, "product_qty": 1} for _n in range(2)]
        )
        with self.assertRaisesRegex(UserError, two[1].name):
            two.action_confirm()

    def test_the_queue_releases_itself_by_priority(self):
        limit = self._limit()
        now = fields.Datetime.now()
        running = self._confirmed() | self._confirmed()
        late = self._confirmed(date_start=now + timedelta(days=2))
        early = self._confirmed(date_start=now + timedelta(days=1))
        urgent = self._confirmed(priority="1", date_start=now + timedelta(days=3))
        queue = urgent | early | late
        self.assertEqual(self._states(queue), ["draft"] * 3)
        self.assertTrue(all(queue.mapped("backflush_queued_since")))
        self.assertEqual(limit.waiting_count, 3)
        self._released()
        self.assertEqual(self._states(queue), ["draft"] * 3)
        self._complete(running[0])
        self._released()
        self.assertEqual(self._states(queue), ["confirmed", "draft", "draft"])
        self.assertFalse(urgent.backflush_queued_since)
        running[1].action_cancel()
        # Who comes now waits behind those who wait.
        newcomer = self._confirmed(date_start=now + timedelta(days=9))
        self.assertEqual(newcomer.state, "draft")
        self._released()
        self.assertEqual(self._states(queue), ["confirmed", "confirmed", "draft"])
        self.assertLessEqual(limit.load, limit.limit)
        # Who does not wait any more is passed over; more room releases the rest.
        late.action_leave_queue()
        limit.limit = 9
        self._released()
        self.assertEqual(self._states(late | newcomer), ["draft", "confirmed"])

    def test_products_and_hours_are_limited_too(self):
        quantity = self._limit(measure="quantity", limit=10)
        self.assertEqual(self._confirmed(6).state, "confirmed")
        self.assertEqual(self._confirmed(5).state, "draft")
        quantity.action_archive()
        self._released()
        hours = self._limit(measure="hours", limit=0.25)
        # A minute for each lamp: eleven are released.
        self.assertAlmostEqual(hours.load, 11 / 60, 2)
        self.assertEqual(self._confirmed(4).state, "confirmed")
        self.assertEqual(self._confirmed(1).state, "draft")

    def test_a_supply_area_is_limited_as_a_line_is(self):
        self._cycle()
        self._limit(workcenter_ids=[], supply_area_id=self.area.id, limit=1)
        self.assertEqual(self._confirmed().state, "confirmed")
        self.assertEqual(self._confirmed().state, "draft")
        # What takes nothing from there is none of its business.
        other = self._product("Bracket")
        self._bom(other, [(self._product("Sheet"), 1)])
        self.assertEqual(self._order(other, 1).state, "confirmed")
        with self.assertRaises(ValidationError):
            self._limit(workcenter_ids=[])

    def test_a_container_made_in_house_waits_for_room_and_is_supplied(self):
        area = self._area("Sub-assembly", by_production=True)
        bench = self._workcenter("Bench", 60)
        self._limit(workcenter_ids=bench.ids, limit=1, when_full="refuse")
        kit = self._product("Kit")
        self._bom(kit, [(self.screw, 2)], [(bench, 1)])
        self._put(self.screw, 1000, self.store)
        cycle = self._circulating(area, product_id=kit.id, container_quantity=5)
        orders = cycle.kanban_ids.production_ids
        self.assertEqual(sorted(self._states(orders)), ["confirmed", "draft"])
        self.assertEqual(set(cycle.kanban_ids.mapped("state")), {"in_process"})
        self._complete(orders.filtered(lambda o: o.state == "confirmed"))
        self._released()
        self.assertEqual(sorted(self._states(orders)), ["confirmed", "done"])
        self.assertWithinLimit(cycle)

    def test_what_waits_is_planned_when_it_is_released(self):
        self._limit(limit=1)
        self._confirmed()
        behind = self._confirmed()
        behind.button_plan()
        self.assertFalse(behind.is_planned)
        behind.action_cancel()
        self.assertFalse(behind.backflush_queued_since)

    def test_backdraftsstay_released(self):
        limit = self._limit(limit=1)
        order = self._confirmed(5)
        order.qty_producing = 2
        order.set_qty_producing()
        order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            mo_ids_to_backorder=order.ids,
            skip_redirection=True,
        ).button_mark_done()
        limit.invalidate_recordset()
        self.assertEqual(limit.load, 1)
        self.assertEqual(self._confirmed().state, "draft")
