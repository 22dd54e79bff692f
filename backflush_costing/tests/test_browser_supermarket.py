from odoo.tests import tagged

from .browser_common import BrowserCommon
from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestBrowserSupermarket(BrowserCommon, SupermarketCommon):
    """A round with the scanner, and the board on the wall."""

    def _coming(self, cycle):
        """A container that was ordered a while ago."""
        card = cycle.kanban_ids.filtered("quantity_on_the_way")
        card.sudo().write({"name": "KB-COMING", "date_signal": "2026-01-05 08:00:00"})
        return card

    def test_a_round_with_scans(self):
        cycle = self._started(signal_lock=5, container_count=3)
        coming = self._coming(cycle)
        (cycle.kanban_ids - coming)[0].sudo().name = "KB-TOUR"
        self._tour(
            "backflush_kanban_round",
            "backflush_costing.action_backflush_kanban_scan",
            self.operator,
        )
        self.assertEqual(self._states(cycle), ["full", "full", "in_process"])
        self.assertEqual(len(cycle.kanban_ids.move_ids), 2)

    def test_a_scanner_works_on_the_cards(self):
        cycle = self._started()
        cycle.kanban_ids[0].sudo().name = "KB-TOUR"
        self._tour(
            "backflush_kanban_cards",
            "backflush_costing.action_backflush_kanban",
            self.operator,
        )
        self.assertEqual(self._states(cycle), ["full", "in_process"])

    def test_the_board_shows_what_to_fetch(self):
        cycle = self._started(content=100)
        self._coming(cycle)
        self._tour(
            "backflush_supermarket_board",
            "backflush_costing.action_backflush_supermarket_board",
            self.operator,
        )
        self.assertEqual(self._states(cycle), ["full", "full"])
