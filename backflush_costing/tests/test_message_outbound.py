from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .message_common import MessageCommon

CHANGED = "order_changed"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMessageOutbound(MessageCommon):
    """What machines fetch, in order, with a cursor."""

    def _fetch(self, cursor=0, **vals):
        feed = self._as(self.machine, self.env["backflush.message.outbound"])
        return feed.fetch_messages(cursor=cursor, **vals)

    def test_an_order_from_its_release_to_its_completion(self):
        self._order(self.pack, 1)
        self.assertEqual(self._fetch(), {"messages": [], "cursor": 0})
        self.source.fetches = True
        center = self._workcenter("Press", 60, code="PRESS-1")
        tray = self._product("Tray", 1.0, default_code="TRAY")
        self._bom(tray, [(self.cell, 2)], [(center, 5)])
        order = self._order(tray, 10)
        first = self._fetch()
        self.assertEqual([m["type"] for m in first["messages"]], ["order_released"])
        (told,) = first["messages"]
        self.assertEqual(
            (told["order"], told["product"], told["quantity"]), (order.name, "TRAY", 10)
        )
        self.assertEqual(told["operations"][0]["workcenter"], "PRESS-1")
        order.date_deadline = "2026-03-09 12:00:00"
        order.priority = order.priority
        order.workorder_ids.with_user(self.operator).button_start()
        self._complete(order)
        cancelled = self._order(tray, 1)
        cancelled.action_cancel()
        rest = self._fetch(first["cursor"])
        kinds = [
            (m["order"], m["type"])
            for m in rest["messages"]
            if m["type"] != "order_changed"
        ]
        self.assertEqual(
            kinds,
            [
                (order.name, "order_started"),
                (order.name, "order_completed"),
                (cancelled.name, "order_released"),
                (cancelled.name, "order_cancelled"),
            ],
        )
        changed = [m for m in rest["messages"] if m["type"] == "order_changed"]
        self.assertEqual(changed[0]["deadline"], "2026-03-09T12:00:00Z")
        everything = first["messages"] + rest["messages"]
        numbers = [message["number"] for message in everything]
        self.assertEqual(numbers, list(range(1, len(everything) + 1)))
        self.assertEqual(self._fetch(rest["cursor"])["messages"], [])
        self.assertEqual(self._fetch(0, limit=2)["messages"], everything[:2])

    def test_a_machine_reports_into_a_unit_and_hears_what_became_of_it(self):
        """The order is completed, its unit filled, a container at the line empty."""
        action = (
            self.env["backflush.supply.area"]
            .create({"name": "Cells", "from_stock": True})
            .action_create()
        )
        area = self.env["stock.location"].browse(
            action["context"]["default_supply_area_id"]
        )
        self.cell.product_tmpl_id.property_backflush_location_id = area
        self._put(self.cell, 10, area)
        cycle = self.env["backflush.control.cycle"].create(
            {
                "product_id": self.cell.id,
                "supply_area_id": area.id,
                "bin_id": area.id,
                "route_id": area.backflush_route_ids.id,
                "container_quantity": 10,
                "container_count": 1,
            }
        )
        self._as(self.supervisor, cycle).action_start()
        # The number that stands for the job, also once Odoo has numbered its parts.
        name = self._order(self.pack, 3).name
        self.source.fetches = True
        parts = [
            self._report(order=name, quantity=quantity, hu="PALLET-7")
            for quantity in (1, 2)
        ]
        for part in parts:
            self.assertState(part, "done")
        pallet = self.env["stock.package"].search([("name", "=", "PALLET-7")])
        self.assertEqual(pallet.contained_quant_ids.quantity, 3)
        told = self._fetch()["messages"]
        done = [one for one in told if one["type"] == "order_completed"]
        self.assertEqual(
            [one["handling_units"] for one in done],
            [
                [{"hu": "PALLET-7", "quantity": quantity, "lots": []}]
                for quantity in (1, 2)
            ],
        )
        self.assertEqual({one["order"] for one in done}, {name})
        (emptied,) = (one for one in told if one["type"] == "kanban_emptied")
        self.assertEqual(
            (emptied["kanban"], emptied["product"], emptied["supply_area"]),
            (cycle.kanban_ids.name, "CELL", area.barcode or area.name),
        )
        back = self._report(order=name, hu="PALLET-7", reverses=parts[1].external_id)
        self.assertState(back, "done")
        self.assertEqual(pallet.contained_quant_ids.quantity, 1)

    def _told(self):
        """``[(order, what happened)]`` of all that was told."""
        self.env.flush_all()
        return [(one["order"], one["type"]) for one in self._fetch()["messages"]]

    def test_a_quantity_in_the_form_or_a_part_starts_an_order(self):
        self.source.fetches = True
        self._put(self.cell, 100)
        entered, reported = self._order(self.pack, 5), self._order(self.pack, 5)
        with Form(entered.with_user(self.operator)) as form:
            form.qty_producing = 2
        self.assertEqual(entered.state, "progress")
        self._report(order=reported, quantity=2)
        untouched = self._order(self.pack, 5)
        started = [name for name, kind in self._told() if kind == "order_started"]
        self.assertEqual(started, [entered.name, reported.production_group_id.name])
        kinds = [kind for name, kind in self._told() if name == started[1]]
        self.assertLess(kinds.index("order_started"), kinds.index("order_completed"))
        self._as(self.operator, untouched).action_start()
        self.assertEqual(self._told()[-1], (untouched.name, "order_started"))

    def test_an_order_is_told_to_start_once(self):
        self.source.fetches = True
        center = self._workcenter("Press", 60, code="PRESS-1")
        tray = self._product("Tray", 1.0, default_code="TRAY")
        self._bom(tray, [(self.cell, 2)], [(center, 5)])
        order = self._order(tray, 10)
        work = order.workorder_ids.with_user(self.operator)
        work.button_start()
        order.with_user(self.operator).qty_producing = 4
        work.button_finish()
        self.assertEqual(self._told().count((order.name, "order_started")), 1)

    def test_other_components_are_a_changed_order(self):
        self.source.fetches = True
        other = self._product("Cell B", 3.0, default_code="CELL-B")
        order = self._order(self.pack, 10)
        deviation = self.env["backflush.deviation"].create(
            {
                "kind": "substitution",
                "product_id": self.cell.id,
                "substitute_id": other.id,
                "reason_id": self.reason.id,
            }
        )
        deviation.with_user(self.supervisor).action_approve()
        self.env.flush_all()
        cursor = self._fetch()["cursor"]

        def components():
            nonlocal cursor
            self.env.flush_all()
            answer = self._fetch(cursor)
            cursor = answer["cursor"]
            self.assertEqual({one["type"] for one in answer["messages"]}, {CHANGED})
            told = answer["messages"][-1]["components"]
            return {one["product"]: one["quantity"] for one in told}

        deviation.with_user(self.operator).action_apply(order.id)
        self.assertEqual(components(), {"CELL-B": 40})
        order.move_raw_ids.filtered(
            lambda m: m.product_id == other
        ).action_backflush_take_back()
        self.assertEqual(components(), {"CELL": 40})
        move = order.move_raw_ids.filtered(lambda m: m.state != "cancel")
        order.write({"move_raw_ids": [(1, move.id, {"product_uom_qty": 38})]})
        self.assertEqual(components(), {"CELL": 38})
        self.env["change.production.qty"].create(
            {"mo_id": order.id, "product_qty": 20}
        ).change_prod_qty()
        self.assertEqual(components(), {"CELL": 76})
        order.write({"move_raw_ids": [(1, move.id, {"product_uom_qty": 76})]})
        self.assertEqual(self._fetch(cursor)["messages"], [])

    def test_only_machines_fetch_and_nobody_deletes(self):
        self.source.fetches = True
        self._order(self.pack, 1)
        feed = self.env["backflush.message.outbound"]
        with self.assertRaises(AccessError):
            self._as(self.supervisor, feed).fetch_messages()
        for wrong in ("x", -1, True, None):
            with self.assertRaises(UserError):
                self._fetch(wrong)
        with self.assertRaisesRegex(UserError, "never deleted"):
            feed.search([]).unlink()
        other = self._create_company(name="Second plant")
        stranger = self._user("stranger", "group_integration", other)
        theirs = self._as(stranger, feed)
        self.assertEqual(theirs.fetch_messages()["messages"], [])
