from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .actual_common import ActualCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualProduct(ActualCommon):
    """The battery itself at average cost: what went in, and 10 for the welding."""

    PRODUCT_METHOD = "average"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packs = cls._category("Packs", "finished")
        cls.packs.write(
            {
                "property_cost_method": cls.PRODUCT_METHOD,
                "property_backflush_cost_basis": "actual",
            }
        )
        cls.pack = cls._product("Pack", 0.0, cls.packs, company_id=cls.company.id)
        cls.pack_bom = cls._bom(cls.pack, [(cls.cell, 6)], [(cls.station, 10)])
        cls.packs.property_backflush_policy_id = cls.policy
        cls.cost = cls.pack._get_product_accounts()["expense"]

    def test_it_enters_at_what_went_in(self):
        self._buy(self.cell, 20, 12.0, self.line_side)
        order = self._produce(self.pack, 2)
        self.assertEntry(
            order.backflush_confirmation_ids.move_id,
            [("fg", 164.0), ("rip", -144.0), ("conversion_allocated", -20.0)],
        )
        self.assertEqual(self.pack.standard_price, 82.0)
        self.assertEqual(self.pack.total_value, 164.0)
        self.assertProven()

    def test_what_is_used_beyond_the_bill_is_cost_of_the_product(self):
        self._buy(self.cell, 20, 12.0, self.line_side)
        order = self._order(self.pack, 1)
        order.qty_producing = 1
        order.set_qty_producing()
        order.move_raw_ids.quantity = 7
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertBalances(fg=94.0, usage_variance=0.0, price_variance=0.0)
        self.assertProven()

    def test_what_is_parked_is_part_of_its_cost_and_corrected_on_work_off(self):
        self._buy(self.cell, 2, 12.0, self.line_side)
        order = self._produce(self.pack, 1)
        self.assertBalances(fg=82.0, suspense=-48.0, price_variance=0.0)
        self.assertEqual(self.pack.total_value, 82.0)
        self.assertProven()
        self._buy(self.cell, 4, 15.0, self.line_side)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertBalances(fg=94.0, suspense=0.0, price_variance=0.0, rip=0.0)
        self.assertEqual(self.pack.standard_price, 94.0)
        self.assertProven()

    def test_of_what_is_sold_the_difference_stays_on_the_price_account(self):
        self._buy(self.cell, 8, 12.0, self.line_side)
        order = self._produce(self.pack, 2)
        self.assertEqual(self.pack.total_value, 164.0)
        sale = self._sell(self.pack, 1, 200.0)
        self._deliver(sale)
        self.assertProven()
        self._buy(self.cell, 4, 15.0, self.line_side)
        order.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertBalances(suspense=0.0, price_variance=6.0)
        self.assertEqual(self.pack.total_value, 88.0)
        self.assertProven()
        self._invoice(sale)
        self.assertEqual(self._balance(self.cost), 82.0)
        self.assertBalances(fg=88.0)
        self.assertProven()

    def test_what_was_not_consumed_is_no_cost_of_the_product(self):
        self._buy(self.cell, 2, 12.0, self.line_side)
        error = self._produce(self.pack, 1).backflush_error_ids
        error.with_user(self.accountant).action_write_off("not used", "not_consumed")
        self.assertBalances(
            fg=34.0, suspense=0.0, price_variance=0.0, usage_variance=0.0
        )
        self.assertProven()

    def test_stock_never_recorded_leaves_the_product_as_it_is(self):
        self._buy(self.cell, 2, 12.0, self.line_side)
        error = self._produce(self.pack, 1).backflush_error_ids
        error.with_user(self.accountant).action_write_off("found", "never_recorded")
        self.assertBalances(fg=82.0, suspense=0.0, inventory_difference=-48.0)
        self.assertProven()

    def test_an_unbuild_leaves_at_the_present_cost(self):
        self._buy(self.cell, 6, 10.0, self.line_side)
        self._buy(self.cell, 6, 20.0, self.line_side)
        order = self._produce(self.pack, 1)
        self.assertBalances(fg=100.0)
        self._buy(self.cell, 6, 30.0, self.line_side)
        self._produce(self.pack, 1)
        held = self._balance(self.policy.fg_account_id)
        self.assertProven()
        self._unbuild(order, 1)
        self.assertEqual(self._balance(self.policy.fg_account_id), held / 2)
        self.assertBalances(usage_variance=0.0)
        self.assertProven()

    def test_a_reversal_with_something_parked(self):
        self._buy(self.cell, 8, 12.0, self.line_side)
        order = self._produce(self.pack, 2)
        confirmation = order.backflush_confirmation_ids
        confirmation.with_user(self.supervisor).action_reverse("wrong", reopen=False)
        self.assertBalances(
            fg=0.0, suspense=0.0, price_variance=0.0, conversion_allocated=0.0
        )
        self.assertProven()

    def test_it_takes_what_its_operations_issued(self):
        line = self.pack_bom.bom_line_ids
        line.flush_method = "operation"
        line.operation_id = self.pack_bom.operation_ids
        self._buy(self.cell, 10, 12.0, self.line_side)
        order = self._order(self.pack, 2)
        order.qty_producing = 2
        order.workorder_ids.button_start()
        order.workorder_ids.button_finish()
        self.assertProven()
        self._complete(order)
        self.assertBalances(fg=164.0, suspense=-24.0, price_variance=0.0)
        self.assertProven()
        self._buy(self.cell, 2, 18.0, self.line_side)
        order.backflush_confirmation_ids.error_ids.with_user(
            self.supervisor
        ).action_retry()
        self.assertBalances(fg=176.0, suspense=0.0, price_variance=0.0)
        self.assertProven()

    def test_a_sub_assembly_under_a_product_at_standard(self):
        car = self._product("Car", 0.0, self.made)
        self._bom(car, [(self.pack, 2)])
        self._buy(self.cell, 12, 12.0, self.line_side)
        self._produce(self.pack, 2, location_dest_id=self.store.id)
        costs = self.env["backflush.standard.cost"].with_user(self.accountant)
        drafts = costs.browse(costs.action_roll_up(car.ids))
        drafts.filtered(lambda c: c.product_id == car).action_release()
        standard = car.standard_price
        self._produce(car, 1)
        self.assertBalances(
            fg=standard, usage_variance=0.0, price_variance=164.0 - standard
        )
        self.assertProven()

    def test_a_by_product_at_its_standard_is_deducted(self):
        trimmings = self._product("Trimmings", 4.0, self.made)
        self.pack_bom.byproduct_ids = [
            Command.create({"product_id": trimmings.id, "product_qty": 1})
        ]
        self._buy(self.cell, 6, 12.0, self.line_side)
        self._produce(self.pack, 1)
        self.assertEqual(self.pack.total_value, 78.0)
        self.assertBalances(fg=82.0, price_variance=0.0, usage_variance=0.0)
        self.assertProven()

    def test_thirds_of_a_cent(self):
        self._buy(self.cell, 100, 0.3333, self.line_side)
        for quantity in (3, 7, 1):
            self._produce(self.pack, quantity)
            self.assertProven()
        sale = self._sell(self.pack, 5, 20.0)
        self._deliver(sale)
        self.assertProven()
        self._invoice(sale)
        self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualProductFirstIn(ActualCommon):
    """A product first in, first out, of components first in, first out."""

    METHOD = "fifo"

    def test_layers_of_the_product(self):
        packs = self._category("Packs", "finished")
        packs.write(
            {
                "property_cost_method": "fifo",
                "property_backflush_cost_basis": "actual",
            }
        )
        pack = self._product("Pack", 0.0, packs, company_id=self.company.id)
        self._bom(pack, [(self.cell, 6)], [(self.station, 10)])
        packs.property_backflush_policy_id = self.policy
        self._buy(self.cell, 6, 10.0, self.line_side)
        self._buy(self.cell, 4, 20.0, self.line_side)
        first = self._produce(pack, 1)
        second = self._produce(pack, 1)
        self.assertBalances(fg=70.0 + 130.0)
        self.assertProven()
        sale = self._sell(pack, 1, 300.0)
        self._deliver(sale)
        self._invoice(sale)
        self.assertBalances(fg=130.0)
        self.assertProven()
        self._buy(self.cell, 2, 25.0, self.line_side)
        second.backflush_error_ids.with_user(self.supervisor).action_retry()
        self.assertBalances(fg=140.0, suspense=0.0, price_variance=0.0)
        self.assertProven()
        self.assertFalse(first.backflush_error_ids)
