from odoo import Command
from odoo.tests import tagged

from .common import SubcontractingCommon


@tagged("post_install", "-at_install")
class TestSubcontractKanban(SubcontractingCommon):
    """Containers that a subcontractor fills: an empty one orders at him."""

    def _loop(self, **vals):
        """Frames by fours, painted outside, in a supply area that buys."""
        self.frame.seller_ids = [
            Command.create({"partner_id": self.painter.id, "price": 15.0})
        ]
        wizard = self.env["backflush.supply.area"].create(
            {"name": "Frames", "from_stock": False, "by_purchase": True}
        )
        context = wizard.action_create()["context"]
        area = self.env["stock.location"].browse(context["default_supply_area_id"])
        cycle = self.env["backflush.control.cycle"].create(
            {
                "product_id": self.frame.id,
                "supply_area_id": area.id,
                "bin_id": area.id,
                "route_id": area.backflush_route_ids.id,
                "container_quantity": 4,
                "container_count": 2,
                "signal_lock": 0,
                **vals,
            }
        )
        cycle.action_start()
        return cycle

    def test_an_empty_container_is_filled_by_the_subcontractor(self):
        self._put(self.blank, 10, self.at_painter)
        self._put(self.primer, 30, self.at_painter)
        cycle = self._loop()
        order = cycle.kanban_ids.purchase_line_ids.order_id
        self.assertEqual(order.partner_id, self.painter)
        order.button_confirm()
        picking = self._open_receipt(order)
        first, second = picking.move_ids
        (first | second).picked = False
        first.with_user(self.receiver).picked = True
        picking.with_user(self.foreman).with_context(
            skip_backorder=True
        ).button_validate()
        self.env.invalidate_all()
        self.assertEqual(sorted(cycle.kanban_ids.mapped("quantity")), [0, 4])
        self.assertEqual(self._on_hand(self.frame, cycle.bin_id), 4)
        # What the containers took of his stock was flushed there.
        made = picking._get_subcontract_production()
        self.assertEqual(sum(made.mapped("qty_produced")), 4)
        self.assertEqual(self._on_hand(self.blank, self.at_painter), 6)
        self._take_in(order)
        self.assertEqual(set(cycle.kanban_ids.mapped("state")), {"full"})
        self.assertEqual(self._on_hand(self.frame, cycle.bin_id), 8)
        # The next one that is empty is ordered at him again.
        cycle.kanban_ids[0].action_empty()
        again = cycle.kanban_ids[0].purchase_line_ids.order_id - order
        self.assertEqual((again.partner_id, again.state), (self.painter, "draft"))
        self.assertTrue(cycle._keeps_limit())
        self.assertNothingNegative()
