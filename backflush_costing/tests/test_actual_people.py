from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .actual_common import ActualCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualPeople(ActualCommon):
    """Who receives, bills and counts need not know anything of costing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storekeeper = cls._user("storekeeper", "stock.group_stock_user")
        cls.biller = cls._user("biller", "account.group_account_invoice")

    def test_a_biller_posts_what_restates_an_issue(self):
        order = self._purchase(self.cell, 10, 10.0)
        self._receive(order, self.line_side)
        self._produce(self.battery, 1)
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = bill.date
        bill.invoice_line_ids.price_unit = 12.0
        self._as(self.biller, bill).action_post()
        self.assertBalances(rip=48.0, price_variance=12.0)
        self.assertProven()

    def test_a_storekeeper_receives_what_is_billed(self):
        order = self._purchase(self.cell, 10, 10.0)
        self._bill(order, 12.0)
        picking = order.picking_ids
        picking.location_dest_id = self.line_side
        picking.move_ids.location_dest_id = self.line_side
        picking.move_ids.picked = True
        self._as(self.storekeeper, picking).button_validate()
        self.assertBalances(rip=120.0, price_variance=0.0)
        self.assertProven()

    def test_a_value_of_a_receipt_is_entered_by_who_owns_the_ledger(self):
        order = self._buy(self.cell, 10, 12.0, self.line_side)
        self._produce(self.battery, 1)
        vals = {"move_id": order.picking_ids.move_ids.id, "value": 130.0}
        manager = self._user("manager", "stock.group_stock_manager")
        values = self._as(manager, self.env["product.value"])
        with self.assertRaisesRegex(AccessError, "Cell is costed at actual cost"):
            values.create(vals)
        manager.group_ids += self.env.ref("backflush_costing.group_cost_accountant")
        self._as(manager, self.env["product.value"]).create(vals)
        self.assertEqual(self.cell.total_value, 52.0)
        self.assertBalances(rip=52.0, revaluation=-4.0)
        self.assertProven()

    def test_a_storekeeper_delivers_what_is_invoiced(self):
        self.cell.invoice_policy = "order"
        self._buy(self.cell, 10, 12.0, self.store)
        order = self._sell(self.cell, 4, 30.0)
        self._invoice(order)
        self._buy(self.cell, 10, 20.0, self.store)
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 4, "picked": True})
        self._as(self.storekeeper, picking).button_validate()
        self.assertBalances(price_variance=16.0)
        self.assertProven()

    def test_an_operator_reports_an_event_before_a_receipt(self):
        self._buy(self.cell, 10, 10.0, self.line_side)
        order = self._order(self.battery, 1)
        with freeze_time("2026-03-03 15:00:00", auto_tick_seconds=1):
            self._buy(self.cell, 10, 20.0, self.line_side)
            order = order.with_context(backflush_event_time="2026-03-02 12:00:00")
            self._complete(order)
            self.assertEqual(self.cell.total_value, 240.0)
            self.assertProven()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00", auto_tick_seconds=1)
class TestActualCompanies(ActualCommon):
    """Two plants under policies of their own, one of them first in, first out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_company(name="Second plant")
        cls.env.user.company_ids += cls.other
        cls.other.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.there = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.other.ids}
        )
        warehouses = cls.there["stock.warehouse"]
        warehouse = warehouses.search([("company_id", "=", cls.other.id)], limit=1)
        cls.other_store = warehouse.lot_stock_id
        cls.other_policy = cls.there["backflush.costing.policy"].create(
            {"name": "Second plant", "company_id": cls.other.id}
        )
        cls.other_policy.action_propose_accounts()
        cls.bought.with_env(cls.there).write(
            {
                "property_cost_method": "fifo",
                "property_backflush_cost_basis": "actual",
                "property_backflush_policy_id": cls.other_policy.id,
            }
        )
        own = {"company_id": cls.other.id}
        cls.nut = cls._product("Nut", 0.0, cls.bought, **own).with_env(cls.there)
        cls.lock = cls._product("Lock", 0.0, cls.made, **own).with_env(cls.there)
        cls.nut.standard_price = 3.0
        cls.lock_bom = cls._bom(cls.lock, [(cls.nut, 2)], **own)
        cls.made.with_env(cls.there).write(
            {
                "property_backflush_role": "finished",
                "property_backflush_policy_id": cls.other_policy.id,
            }
        )

    def test_each_company_has_its_own_method_and_ledger(self):
        self._buy(self.cell, 6, 12.0, self.line_side)
        self._produce(self.battery, 1)
        quants = self.there["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": self.nut.id,
                "location_id": self.other_store.id,
                "inventory_quantity": 5,
            }
        ).action_apply_inventory()
        self.nut.standard_price = 4.0
        orders = self.there["mrp.production"]
        order = orders.create(
            {"product_id": self.lock.id, "product_qty": 1, "bom_id": self.lock_bom.id}
        )
        order.action_confirm()
        order.qty_producing = 1
        order.set_qty_producing()
        order.with_context(skip_consumption=True).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self.nut.cost_method, "fifo")
        self.assertEqual(self.nut.total_value, 9.0)
        report = (
            self.there["backflush.reconciliation"]
            .sudo()
            .create({"company_id": self.other.id})
        )
        self.assertTrue(report.is_proven, report.line_ids.mapped("failures"))
        self.assertProven()
        self.assertBalances(price_variance=12.0)
