from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .supermarket_common import SupermarketCommon


@tagged("post_install", "-at_install")
class TestSupermarketBoard(SupermarketCommon):
    """What the wall and the round see."""

    def _board(self, user=None, **options):
        cycles = self._as(user or self.operator, self.env["backflush.control.cycle"])
        return cycles.get_board(**options)

    def test_a_loop_shows_how_full_it_is(self):
        cycle = self._started(content=130, container_count=3)
        [row] = self._board()["cycles"]
        self.assertEqual((row["quantity"], row["limit"]), (130, 300))
        self.assertAlmostEqual(row["fill"], 130 / 300)
        states = [card["state"] for card in row["cards"]]
        self.assertEqual(states, ["full", "full", "in_process"])
        self.assertEqual(row["id"], cycle.id)

    def test_a_bin_without_anything_is_fetched_first(self):
        self._started()
        nail = self._product("Nail", 0.01)
        self._put(nail, 500, self.store)
        hungry = self._cycle(product_id=nail.id, bin_id=self.other_bin.id)
        self._as(self.supervisor, hungry).action_start()
        self._scan(self.env["backflush.kanban"].search([("state", "=", "full")])[0])
        fetch = self._board()["fetch"]
        self.assertEqual([row["starving"] for row in fetch], [True, True, False])
        self.assertEqual(fetch[0]["from"], self.store.name)
        self.assertEqual((fetch[0]["to"], fetch[0]["quantity"]), ("A-02", 100))

    def test_what_should_be_here_by_now_is_overdue(self):
        with freeze_time(fields.Datetime.now() - timedelta(days=3)):
            cycle = self._started()
            self._scan(cycle.kanban_ids[0])
        self._scan(cycle.kanban_ids[1])
        self.assertEqual(
            [row["overdue"] for row in self._board()["fetch"]], [True, False]
        )

    def test_a_board_shows_one_area_of_the_own_company(self):
        self._started()
        other = self._area("Elsewhere", from_stock=True)
        self.assertFalse(self._board(supply_area_id=other.id)["cycles"])
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self._user("stranger", "group_backflush_operator", company=company)
        self.assertEqual(self._board(stranger)["areas"], [])
