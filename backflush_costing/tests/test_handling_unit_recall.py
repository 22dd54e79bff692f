from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitRecall(HandlingUnitCommon):
    """Which products a lot can be in: not only those that the books say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wire.tracking = "lot"
        cls.lots, cls.coils = {}, {}
        for name in ("A", "B", "C"):
            lot = cls.env["stock.lot"].create(
                {"name": f"LOT {name}", "product_id": cls.wire.id}
            )
            coil = cls.env["stock.package"].create({"name": f"COIL {name}"})
            cls._stock(cls.wire, 1000, cls.store, package_id=coil.id, lot_id=lot.id)
            cls.lots[name], cls.coils[name] = lot, coil

    def _at(self, hour):
        return f"2026-03-02 0{hour}:00:00"

    def test_a_recall_lists_all_that_was_at_the_line_in_the_window(self):
        """A is used, B stands beside it, C comes when the order is finished."""
        used, beside, late = self.coils.values()
        order, other = self._order(self.cable, 10), self._order(self.cable, 1)
        self._mount(used, event_time=self._at(1))
        self._mount(beside, event_time=self._at(2))
        log = self._use(used, 60, order, event_time=self._at(3))
        self._use(used, 40, order, event_time=self._at(5))
        self._as(self.operator, beside).unmount(event_time=self._at(4))
        self._mount(late, event_time=self._at(6))
        self._use(late, 10, other, event_time=self._at(7))
        self.assertEqual(log.lot_ids, self.lots["A"])
        lots = self._as(self.operator, order).backflush_line_lot_ids
        self.assertEqual(set(lots.mapped("name")), {"LOT A", "LOT B"})
        beside = self._as(self.operator, order).backflush_beside_lot_ids
        self.assertEqual(beside.mapped("name"), ["LOT B"], "nothing was booked of it")
        for name, expected in (("A", order + other), ("B", order), ("C", other)):
            lot = self._as(self.operator, self.lots[name])
            action = lot.action_backflush_recall()
            found = self.env["mrp.production"].search(action["domain"])
            with self.subTest(lot=name):
                self.assertEqual(found, expected.sorted("id", reverse=True))

    def test_links_say_how_they_are_known(self):
        self.cable.tracking = "lot"
        order = self._order(self.cable, 10)
        made = self.env["stock.lot"].create(
            {"name": "CABLES", "product_id": self.cable.id}
        )
        order.lot_producing_ids = [Command.set(made.ids)]
        self._mount(self.coils["A"])
        self._use(self.coils["A"], 60, order)
        self._use(self.coils["B"], 40, order)
        self._stock(self.plug, 100, self.line_side)
        self._complete(order)
        lines = order.move_finished_ids.move_line_ids.consume_line_ids
        found = {
            (line.package_id.name or line.product_id.name): line.backflush_link
            for line in lines
        }
        self.assertEqual(
            found, {"COIL A": "mounted", "COIL B": "scanned", "Plug": "derived"}
        )
        shown = self._as(self.operator, order).backflush_component_line_ids
        self.assertEqual(set(shown.ids), set(lines.ids), "on the order's page")
        action = self._as(self.operator, made).action_backflush_components()
        listed = self._as(self.operator, self.env["stock.move.line"])
        listed = listed.search(action["domain"])
        self.assertEqual(set(listed.ids), set(lines.ids), "of the lot that was made")
        self.assertEqual(
            set(listed.mapped("backflush_link")), {"mounted", "scanned", "derived"}
        )
        self.assertEqual(
            lines.lot_id, self.lots["A"] + self.lots["B"], "lots that were inside"
        )
        self.assertProven()
