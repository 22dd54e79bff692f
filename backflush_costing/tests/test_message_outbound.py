from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .message_common import MessageCommon


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
