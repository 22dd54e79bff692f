from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestParkedLifeCycle(BackflushCommon):
    """A requirement from the day it is parked to the day its order is taken back.

    Park, backorder, work off on a done order at another cost, reversal: with lots,
    at standard cost under a policy and with a product at actual cost (FIFO).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.material = cls._category("Material")
        cls.goods = cls._category("Goods")
        cls.cell = cls._product("Cell", 10.0, cls.material, tracking="lot")
        cls.case = cls._product("Case", 5.0, cls.material)
        cls.pack = cls._product("Pack", 0.0, cls.goods, tracking="lot")
        cls._bom(cls.pack, [(cls.cell, 4), (cls.case, 1)])
        cls.lots = {
            name: cls.env["stock.lot"].create({"name": name, "product_id": product.id})
            for name, product in (
                ("C1", cls.cell),
                ("C2", cls.cell),
                ("P1", cls.pack),
                ("P2", cls.pack),
            )
        }

    @classmethod
    def _cost(cls):
        cls.policy = cls._policy()
        for category, role in ((cls.material, "material"), (cls.goods, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.policy.id,
                }
            )

    def _buy_lot(self, lot, quantity, price=10.0):
        purchase = self._purchase(self.cell, quantity, price)
        picking = purchase.picking_ids
        picking.move_ids.move_line_ids = [
            *(Command.delete(line.id) for line in picking.move_ids.move_line_ids),
            Command.create(
                {
                    "product_id": self.cell.id,
                    "lot_id": self.lots[lot].id,
                    "quantity": quantity,
                    "location_id": picking.location_id.id,
                    "location_dest_id": self.store.id,
                }
            ),
        ]
        self._receive(purchase)
        self._bill(purchase)

    def _report(self, order, quantity, product_lot, cell_lot, backorder=False):
        """Complete with lots, as an operator with a scanner."""
        order = self._as(self.operator, order)
        order.lot_producing_ids = self.lots[product_lot]
        order.qty_producing = quantity
        order.set_qty_producing()
        cell = order.move_raw_ids.filtered(lambda m: m.product_id == self.cell)
        cell.move_line_ids = [
            *(Command.delete(line.id) for line in cell.move_line_ids),
            Command.create(
                {
                    "product_id": self.cell.id,
                    "lot_id": self.lots[cell_lot].id,
                    "quantity": 4 * quantity,
                    "picked": True,
                    "location_id": cell.location_id.id,
                    "location_dest_id": cell.location_dest_id.id,
                }
            ),
        ]
        res = order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids if backorder else [],
        ).button_mark_done()
        self.assertIs(res, True)
        order = order.with_env(self.env)
        return order.production_group_id.production_ids - order

    def _consumed_lots(self, order):
        """``{lot: quantity}`` of cells that the product's genealogy names."""
        lines = order.move_finished_ids.move_line_ids.consume_line_ids
        lines = lines.filtered(lambda line: line.product_id == self.cell)
        return {
            lot.name: sum(some.mapped("quantity"))
            for lot, some in lines.grouped("lot_id").items()
        }

    def test_at_standard_with_lots(self):
        self._cost()
        self._buy_lot("C1", 10)
        self._buy(self.case, 20, 5.0)
        order = self._order(self.pack, 10)
        backorder = self._report(order, 4, "P1", "C1", backorder=True)

        # Parked: 16 were needed of the lot, 10 were there.
        error = order.backflush_error_ids
        self.assertRecordValues(
            error,
            [{"quantity_open": 6, "lot_id": self.lots["C1"].id, "amount": 60}],
        )
        self.assertEqual((order.state, backorder.state), ("done", "confirmed"))
        self.assertBalances(suspense=-60.0, fg=180.0)
        self.assertProven()

        # The backorder runs from another lot, unhindered by the open record.
        self._buy_lot("C2", 40)
        self._report(backorder, 6, "P2", "C2")
        self.assertEqual(backorder.state, "done")
        self.assertFalse(backorder.backflush_error_ids)
        self.assertEqual(self._consumed_lots(backorder), {"C2": 24})
        self.assertProven()

        # Another cost: stock, and what is parked, are revalued with the standard.
        self._set_standard(self.cell, 12.0)
        self.assertEqual(error.amount, 72)
        self.assertBalances(suspense=-72.0)
        self.assertProven()

        # Worked off on the done order: from the other lot, and genealogy says so.
        error.with_user(self.supervisor).action_retry()
        self.assertEqual(error.quantity_open, 6)
        error.with_user(self.supervisor).action_issue_from(
            self.store.id, self.lots["C2"].id
        )
        self.assertEqual((error.state, order.state), ("resolved", "done"))
        self.assertEqual(self._consumed_lots(order), {"C1": 10, "C2": 6})
        self.assertBalances(suspense=0.0, usage_variance=0.0)
        self.assertProven()

        # Taken back: every lot is where it was, nothing is left on any account.
        completion = order.backflush_confirmation_ids
        self.assertTrue(
            completion.with_user(self.supervisor).action_reverse("Mixed up", False)
        )
        self.assertEqual(self._lot_stock(), {"C1": 10, "C2": 16})
        self.assertEqual(completion.state, "reversed")
        self.assertEqual(order.state, "done")
        self.assertProven()

    def test_taken_back_while_it_is_still_parked(self):
        self._cost()
        self._buy_lot("C1", 10)
        self._buy(self.case, 20, 5.0)
        order = self._order(self.pack, 4)
        self._report(order, 4, "P1", "C1")
        completion = order.backflush_confirmation_ids
        completion.with_user(self.supervisor).action_reverse("Wrong", False)
        self.assertEqual(order.backflush_error_ids.state, "resolved")
        self.assertEqual(self._lot_stock(), {"C1": 10})
        self.assertBalances(suspense=0.0, fg=0.0, usage_variance=0.0)
        self.assertFalse(any(completion.line_ids.mapped("difference_quantity")))
        self.assertProven()

    def test_unbuilt_in_parts_each_lot_comes_back_and_what_is_parked_goes_along(self):
        """Half of the order, then the rest: by lots, with 6 of 16 never issued."""
        self._cost()
        self._buy_lot("C1", 10)
        self._buy(self.case, 20, 5.0)
        order = self._order(self.pack, 4)
        self._report(order, 4, "P1", "C1")
        error = order.backflush_error_ids
        self._unbuild(order, 2, lot_id=self.lots["P1"].id)
        self.assertEqual(error.quantity_open, 3)
        self.assertEqual(self._lot_stock(), {"C1": 5})
        self.assertBalances(suspense=-30.0, usage_variance=0.0)
        self.assertProven()
        self._unbuild(order, 2, lot_id=self.lots["P1"].id)
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._lot_stock(), {"C1": 10})
        self.assertBalances(suspense=0.0, fg=0.0, usage_variance=0.0)
        self.assertProven()

    def test_unbuilt_as_a_whole_after_another_lot_was_issued_for_the_missing_one(self):
        self._cost()
        self._buy_lot("C1", 10)
        self._buy_lot("C2", 40)
        self._buy(self.case, 20, 5.0)
        order = self._order(self.pack, 4)
        self._report(order, 4, "P1", "C1")
        self._as(self.supervisor, order.backflush_error_ids).action_issue_from(
            self.store.id, self.lots["C2"].id
        )
        self._unbuild(order, 4, lot_id=self.lots["P1"].id)
        self.assertEqual(self._lot_stock(), {"C1": 10, "C2": 40})
        self.assertBalances(suspense=0.0, fg=0.0, usage_variance=0.0)
        self.assertProven()

    def test_a_product_at_actual_cost(self):
        """Core costs the product; the record's amount is a memo, never a posting."""
        self.goods.property_cost_method = "fifo"
        self.material.property_cost_method = "average"
        self._buy_lot("C1", 10, 10.0)
        self._buy(self.case, 20, 5.0)
        order = self._order(self.pack, 10)
        backorder = self._report(order, 4, "P1", "C1", backorder=True)
        error = order.backflush_error_ids
        self.assertRecordValues(error, [{"quantity_open": 6, "amount": 60}])
        self.assertEqual(order.state, "done")

        self._buy_lot("C2", 40, 14.0)
        self._report(backorder, 6, "P2", "C2")
        error.with_user(self.supervisor).action_issue_from(
            self.store.id, self.lots["C2"].id
        )
        self.assertEqual((error.state, error.amount), ("resolved", 0))
        self.assertEqual(self._consumed_lots(order), {"C1": 10, "C2": 6})
        self.assertFalse(self.env["backflush.posting.line"].search([]))

        completion = order.backflush_confirmation_ids
        self.assertTrue(
            completion.with_user(self.supervisor).action_reverse("Mixed up", False)
        )
        self.assertEqual(self._lot_stock(), {"C1": 10, "C2": 16})
        self.assertEqual(order.state, "done")
        self.assertFalse(any(completion.line_ids.mapped("difference_quantity")))
        packs = self.env["stock.quant"]._get_available_quantity(
            self.pack, self.store, lot_id=self.lots["P1"]
        )
        self.assertEqual(packs, 0)

    def _lot_stock(self):
        """``{lot: quantity}`` of cells in the plant."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.cell.id),
                ("location_id.usage", "=", "internal"),
                ("quantity", "!=", 0),
            ]
        )
        return {
            lot.name: sum(some.mapped("quantity"))
            for lot, some in quants.grouped("lot_id").items()
        }
