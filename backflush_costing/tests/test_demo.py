from odoo import Command
from odoo.tests import TransactionCase, tagged

from ..hooks import load_demo_plant


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo plant loads on any database, and its day can be told to the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.is_loaded = load_demo_plant(cls.env)
        cls.company = cls.env.ref("base.main_company")
        cls.env = cls.env(context={"allowed_company_ids": cls.company.ids})
        cls.company = cls.company.with_env(cls.env)
        if cls.is_loaded:
            cls.operator = cls._demo("user_operator")
            cls.supervisor = cls._demo("user_supervisor")
            cls.accountant = cls._demo("user_accountant")
            cls.tyre = cls._demo("product_tyre")
            cls.vehicle = cls._demo("product_vehicle")
            cls.line_side = cls._demo("location_line_frame")
            cls.store = cls.env.ref("stock.stock_location_stock")
            cls.morning = cls._demo("production_morning")
            cls.afternoon = cls._demo("production_afternoon")

    @classmethod
    def _demo(cls, name):
        return cls.env.ref(f"backflush_costing.{name}_demo")

    def setUp(self):
        super().setUp()
        failures = self.env["ir.demo_failure"].search(
            [("module_id.name", "=", "backflush_costing")]
        )
        self.assertFalse(failures, failures.mapped("error"))
        self.assertTrue(self.is_loaded)

    def _on_hand(self, product, location):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", location.id)]
        )
        return sum(quants.mapped("quantity"))

    def _complete(self, order, quantity=None):
        """Report and complete as the operator does."""
        order = order.with_user(self.operator)
        order.qty_producing = quantity or order.product_qty
        order.set_qty_producing()
        result = order.with_context(
            skip_consumption=True, skip_backorder=True, skip_redirection=True
        ).button_mark_done()
        self.assertIs(result, True)
        return order.sudo()

    def _lines(self, entry):
        """``{account's name: balance}`` of a journal entry."""
        lines = entry.line_ids.grouped(lambda line: line.account_id.name)
        return {
            name: self.company.currency_id.round(sum(some.mapped("balance")))
            for name, some in lines.items()
        }

    def assertProven(self):
        """Stock and ledger agree, and Odoo's closing has nothing to add to them.

        Where Odoo's own demo data stand beside the plant, their stock, which has
        never been closed, is none of the plant's business.
        """
        report = self.env["backflush.reconciliation"].with_user(self.accountant)
        report = report.create({"company_id": self.company.id})
        wrong = report.line_ids.filtered(lambda line: line.failures or line.unexplained)
        self.assertFalse(wrong.mapped("name"))
        self.assertTrue(report.is_proven)
        policy = self._demo("policy")
        inventory = policy.rip_account_id | policy.fg_account_id
        products = self.company._backflush_products()
        others = self.env["stock.quant"].search_count(
            [
                ("product_id", "not in", products.ids),
                ("location_id.usage", "=", "internal"),
            ],
            limit=1,
        )
        proposed = self.company._action_close_stock_valuation()
        if others:
            proposed = [v for v in proposed if v["account_id"] in inventory.ids]
        self.assertFalse(proposed, f"Odoo's closing proposes {proposed}")
        return report

    # -- day one -------------------------------------------------------------------

    def test_the_ledger_reconciles_on_day_one(self):
        report = self.assertProven()
        policy = self._demo("policy")
        ledger = {line.account_id: line.ledger_balance for line in report.line_ids}
        self.assertEqual(ledger[policy.rip_account_id], 29898.21)
        self.assertEqual(ledger[policy.fg_account_id], 2141.87)
        self.assertEqual(ledger[policy.suspense_account_id], 0)

    def test_standards_are_rolled_up_and_released(self):
        policy = self._demo("policy")
        costs = self.env["backflush.standard.cost"].search(
            [("product_id.categ_id.property_backflush_policy_id", "=", policy.id)]
        )
        self.assertEqual(set(costs.mapped("state")), {"released"})
        found = {cost.product_id.default_code: cost for cost in costs}
        self.assertEqual(found["EUV-FASTENER"].total, 0.0123)
        self.assertAlmostEqual(found["EUV-BATTERY"].material, 335.846)
        self.assertAlmostEqual(found["EUV-BATTERY"].conversion, 30)
        self.assertAlmostEqual(found["EUV-100"].material, 944.935)
        self.assertAlmostEqual(found["EUV-100"].conversion_level, 96)
        self.assertAlmostEqual(found["EUV-100"].conversion, 126)
        self.assertAlmostEqual(self.vehicle.standard_price, 1070.935)

    def test_every_place_of_the_precedence_decides_something(self):
        orders = self.morning | self._demo("production_battery")
        rules = orders.move_raw_ids.mapped("flush_rule")
        methods, locations = zip(*(rule.split(":") for rule in rules), strict=True)
        self.assertEqual(set(methods), {"bom_line", "workcenter", "product", "company"})
        self.assertEqual(set(locations), {"bom_line", "workcenter", "product", "order"})
        self.assertTrue(all(orders.move_raw_ids.mapped("flush_explanation")))

    def test_one_component_is_short_at_its_line_side(self):
        self.assertEqual(self.morning.backflush_missing_count, 0)
        self.assertEqual(self._demo("production_battery").backflush_missing_count, 0)
        short = self.afternoon.move_raw_ids.filtered("flush_missing_quantity")
        self.assertRecordValues(
            short,
            [
                {
                    "product_id": self.tyre.id,
                    "product_uom_qty": 32,
                    "flush_free_quantity": 30,
                    "flush_missing_quantity": 2,
                }
            ],
        )
        self.assertEqual(self._on_hand(self.tyre, self.store), 60)

    def test_line_sides_stand_beside_the_stock(self):
        for name in ("supermarket", "line_frame", "line_assembly"):
            location = self._demo(f"location_{name}")
            self.assertEqual(location.location_id, self.store.location_id)

    def test_cable_coils_are_handling_units(self):
        coils = self._demo("package_coil_1") | self._demo("package_coil_2")
        self.assertEqual(coils.mapped("valid_sscc"), [True, True])
        self.assertEqual(coils.location_id, self.line_side)
        self.assertEqual(sorted(coils.quant_ids.mapped("quantity")), [80, 100])

    def test_documents_wait(self):
        orders = self.morning | self.afternoon | self._demo("production_battery")
        self.assertEqual(set(orders.mapped("state")), {"confirmed"})
        purchases = self._demo("purchase_tyres") | self._demo("purchase_fasteners")
        self.assertEqual(set(purchases.mapped("state")), {"purchase"})
        self.assertEqual(set(purchases.picking_ids.mapped("state")), {"assigned"})
        sale = self._demo("sale_city")
        self.assertEqual(sale.state, "sale")
        self.assertEqual(sale.picking_ids.state, "assigned")

    def test_users_have_the_roles_of_the_addon_alone(self):
        for login, group in (
            ("operator", "group_backflush_operator"),
            ("supervisor", "group_backflush_supervisor"),
            ("accountant", "group_cost_accountant"),
            ("integration", "group_integration"),
        ):
            user = self._demo(f"user_{login}")
            self.assertEqual(user.login, login)
            self.assertEqual(user.group_ids, self.env.ref(f"backflush_costing.{group}"))

    # -- the day -------------------------------------------------------------------

    def test_production_of_the_day(self):
        self._complete(self.morning)
        self.assertFalse(self.morning.backflush_error_ids)
        self.assertEqual(self._on_hand(self.tyre, self.line_side), 22)
        confirmation = self.morning.backflush_confirmation_ids
        self.assertEqual(confirmation.user_id, self.operator)
        self.assertEqual(
            self._lines(confirmation.move_id),
            {
                "Finished Goods Inventory": 2141.87,
                "Raw and In-Process Inventory": -1949.87,
                "Conversion Costs Allocated": -192.0,
            },
        )
        self.assertProven()

        self._complete(self.afternoon)
        self.assertEqual(self.afternoon.state, "done")
        self.assertEqual(self._on_hand(self.tyre, self.line_side), 0)
        self.assertRecordValues(
            self.afternoon.backflush_error_ids,
            [
                {
                    "product_id": self.tyre.id,
                    "cause": "insufficient_stock",
                    "quantity_open": 10,
                    "amount": 240,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(
            self._lines(self.afternoon.backflush_confirmation_ids.move_id),
            {
                "Finished Goods Inventory": 8567.48,
                "Raw and In-Process Inventory": -7559.48,
                "Unissued Components (Suspense)": -240.0,
                "Conversion Costs Allocated": -768.0,
            },
        )
        self.assertProven()

        self._complete(self._demo("production_battery"))
        self.assertProven()

    def test_the_shortage_is_worked_off_from_store_and_supermarket(self):
        self._complete(self.morning)
        self._complete(self.afternoon)
        error = self.afternoon.backflush_error_ids.with_user(self.supervisor)
        error.action_retry()
        self.assertEqual(error.quantity_open, 10)
        self._transfer(self.tyre, 6)
        error.action_retry()
        self.assertRecordValues(error, [{"quantity_open": 4, "amount": 96}])
        self.assertProven()
        error.action_issue_from(self._demo("location_supermarket").id)
        self.assertRecordValues(
            error, [{"quantity_open": 0, "amount": 0, "state": "resolved"}]
        )
        self.assertProven()

    def _transfer(self, product, quantity):
        """Refill the line side from the store."""
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.env.ref("stock.warehouse0").int_type_id.id,
                "location_id": self.store.id,
                "location_dest_id": self.line_side.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.store.id,
                            "location_dest_id": self.line_side.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking.button_validate()

    def test_purchase_and_sale_reconcile_at_every_step(self):
        for name in ("tyres", "fasteners"):
            purchase = self._demo(f"purchase_{name}")
            purchase.picking_ids.move_ids.picked = True
            purchase.picking_ids.button_validate()
            self.assertProven()
            purchase.action_create_invoice()
            purchase.invoice_ids.invoice_date = purchase.invoice_ids.date
            purchase.invoice_ids.action_post()
            self.assertProven()
        tyres = self._lines(self._demo("purchase_tyres").invoice_ids)
        self.assertEqual(tyres["Raw and In-Process Inventory"], 960)
        self.assertEqual(tyres["Purchase Price Variance"], 24)
        sale = self._demo("sale_city")
        sale.picking_ids.button_validate()
        self.assertProven()
        invoice = sale._create_invoices()
        invoice.action_post()
        self.assertEqual(self._lines(invoice)["Finished Goods Inventory"], -2141.87)
        self.assertProven()

    def test_one_vehicle_costs_half_a_cent(self):
        """A standard below the cent: neither the proof nor Odoo's closing drifts."""
        order = self.env["mrp.production"].create(
            {"product_id": self.vehicle.id, "product_qty": 1}
        )
        order.action_confirm()
        self._complete(order)
        self.assertProven()

    def test_a_part_is_completed_with_a_backorder(self):
        order = self.afternoon.with_user(self.operator)
        order.qty_producing = 5
        order.set_qty_producing()
        result = order.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=order.ids,
        ).button_mark_done()
        self.assertIs(result, True)
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.tyre, self.line_side), 10)
        self.assertProven()

    def test_the_day_begins_with_full_containers_and_empties_them(self):
        cycles = self.env["backflush.control.cycle"].search([])
        self.assertEqual(set(cycles.kanban_ids.mapped("state")), {"full"})
        self.assertEqual(set(cycles.mapped("quantity_loose")), {0})
        wheels = self._demo("cycle_wheel")
        self.assertEqual(wheels.proposed_count, 4)
        self._complete(self.morning)
        self._complete(self.afternoon)
        cycles._supply()
        self.assertIn("in_process", wheels.kanban_ids.mapped("state"))
        moves = wheels.kanban_ids.move_ids
        self.assertEqual(set(moves.mapped("product_uom_qty")), {8})
        self.assertEqual(moves.location_id, self._demo("location_supermarket"))
