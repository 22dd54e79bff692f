from odoo.tests import tagged

from .browser_common import BrowserCommon
from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestBrowserSupermarket(BrowserCommon, SupermarketCommon):
    """A round with the scanner, and the board on the wall."""

    def test_a_round_with_scans(self):
        cycle = self._started(signal_lock=5)
        cycle.kanban_ids[0].sudo().name = "KB-TOUR"
        self._tour(
            "backflush_kanban_round",
            "backflush_costing.action_backflush_kanban_scan",
            self.operator,
        )
        self.assertEqual(self._states(cycle), ["full", "in_process"])
        self.assertEqual(len(cycle.kanban_ids.move_ids), 1)

    def test_the_board_shows_what_to_fetch(self):
        cycle = self._started(content=100)
        self._tour(
            "backflush_supermarket_board",
            "backflush_costing.action_backflush_supermarket_board",
            self.operator,
        )
        self.assertEqual(self._states(cycle), ["full", "in_process"])
