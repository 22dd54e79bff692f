from odoo import Command
from odoo.tests import tagged

from .browser_common import BrowserCommon
from .common import BackflushCommon


@tagged("post_install", "-at_install")
class TestBrowserScreens(BrowserCommon, BackflushCommon):
    """The main job, clicked through by people with the least rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        parts = cls._category("Parts", "material")
        machines = cls._category("Machines", "finished")
        cls.policy = cls._policy()
        cls.part = cls._product("Part", 3.0, parts)
        cls.machine = cls._product("Machine", 0.0, machines)
        cls.part.property_backflush_location_id = cls.line_side
        cls._bom(cls.machine, [(cls.part, 2)])
        (parts | machines).property_backflush_policy_id = cls.policy

    def setUp(self):
        super().setUp()
        self._put(self.part, 8)
        self.order = self._order(self.machine, 5)

    def _short(self):
        """The order is completed, two parts are missing."""
        self._complete(self.order)
        return self.order.backflush_error_ids

    def test_an_operator_completes_an_order_with_a_shortage(self):
        self._tour(
            "backflush_complete_short_order",
            "mrp.mrp_production_action",
            self.operator,
            self.order,
        )
        self.assertEqual(self.order.state, "done")
        self.assertEqual(self.order.backflush_error_ids.quantity_open, 2)
        self.assertEqual(self._on_hand(self.part), 0)

    def test_an_operator_is_asked_about_a_shortage(self):
        self.company.shortage_profile = "ask"
        self._tour(
            "backflush_ask_about_shortage",
            "mrp.mrp_production_action",
            self.operator,
            self.order,
        )
        self.assertEqual(self.order.state, "done")
        self.assertEqual(self.order.backflush_error_ids.quantity_open, 2)
        self.assertEqual(self._on_hand(self.part), 0)

    def test_an_operator_is_blocked_by_a_shortage(self):
        self.company.shortage_profile = "block"
        self._tour(
            "backflush_blocked_by_shortage",
            "mrp.mrp_production_action",
            self.operator,
            self.order,
        )
        self.assertEqual(self.order.state, "confirmed")
        self.assertFalse(self.order.backflush_error_ids)
        self.assertEqual(self._on_hand(self.part), 8)

    def test_a_supervisor_confirms_a_deviation(self):
        self.company.component_tolerance_rule = "percent"
        self.order.qty_producing = 5
        self.order.set_qty_producing()
        self.order.move_raw_ids.quantity = 7
        self._tour(
            "backflush_confirm_deviation",
            "mrp.mrp_production_action",
            self.supervisor,
            self.order,
        )
        self.assertEqual(self.order.state, "done")
        confirmation = self.order.backflush_confirmation_ids
        self.assertEqual(confirmation.deviation_confirmed_by_id, self.supervisor)

    def test_a_supervisor_names_a_lot(self):
        self.env.ref("base.group_user")._apply_group(
            self.env.ref("stock.group_production_lot")
        )
        self.part.tracking = "lot"
        lot = self.env["stock.lot"].create(
            {"name": "BATCH-7", "product_id": self.part.id}
        )
        self.env["stock.quant"]._update_available_quantity(
            self.part, self.line_side, 30, lot_id=lot
        )
        error = self._short()
        self.assertEqual(error.cause, "lot_required")
        self._tour(
            "backflush_issue_lot",
            "backflush_costing.action_backflush_error",
            self.supervisor,
        )
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self.order.move_raw_ids.move_line_ids.lot_id, lot)

    def test_a_supervisor_works_an_error_record_off(self):
        error = self._short()
        self._put(self.part, 5)
        self._tour(
            "backflush_retry_error",
            "backflush_costing.action_backflush_error",
            self.supervisor,
        )
        self.assertEqual(error.state, "resolved")
        self.assertEqual(self._on_hand(self.part), 3)

    def test_a_cost_accountant_opens_the_proof(self):
        self._short()
        self._tour(
            "backflush_reconciliation",
            "backflush_costing.action_backflush_reconciliation",
            self.accountant,
        )

    def test_two_cost_accountants_write_off(self):
        error = self._short()
        self.company.backflush_write_off_limit = 1
        second = self._user("second", "group_cost_accountant")
        action = "backflush_costing.action_backflush_error"
        self._tour("backflush_request_write_off", action, self.accountant)
        self.assertEqual(error.state, "open")
        self.assertEqual(error.write_off_requested_by_id, self.accountant)
        self._tour("backflush_approve_write_off", action, second)
        self.assertEqual(error.state, "written_off")
        self.assertEqual(error.write_off_kind, "never_recorded")
        self.assertBalances(suspense=0.0)

    def _incur(self, amount):
        """Conversion cost that nothing was allocated against."""
        control = self.policy.conversion_control_account_id
        various = self.policy.consignment_account_id
        self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance})
                    for account, balance in ((control, amount), (various, -amount))
                ]
            }
        ).action_post()

    def test_a_cost_accountant_closes_a_period_and_opens_it_again(self):
        self._incur(40.0)
        self._tour(
            "backflush_period_close",
            "backflush_costing.action_backflush_period_close",
            self.accountant,
        )
        close = self.env["backflush.period.close"].search([])
        self.assertEqual(close.state, "reversed")
        self.assertEqual(close.reason, "The electricity bill came late")
        self.assertBalances(conversion_control=40.0)

    def _lacking(self, name, price, quantity):
        """An order is completed that lacks ``quantity`` of a component of its own."""
        part = self._product(name, price, self.part.categ_id)
        part.property_backflush_location_id = self.line_side
        product = self._product(f"With {name}", 0.0, self.machine.categ_id)
        self._bom(product, [(part, quantity)])
        self._set_standard(product, price * quantity)
        if name == "Screw":
            self._put(part, 10, self.store)
        return self._produce(product, 1).backflush_error_ids

    def test_a_cost_accountant_walks_through_the_morning(self):
        """Figures, four remedies, and the close."""
        self.env.ref("base.group_user")._apply_group(
            self.env.ref("stock.group_stock_multi_locations")
        )
        part = self._short()
        screw = self._lacking("Screw", 0.5, 4)
        glue = self._lacking("Glue", 1.0, 3)
        order = self._order(self.machine, 1)
        order.move_raw_ids.product_uom = self.env.ref("uom.product_uom_meter")
        self._as(self.operator, order).backflush_complete()
        failure = order.backflush_error_ids
        self._put(self.part, 5)
        chief = self._user("chief", "group_cost_accountant")
        chief.group_ids += self.supervisor.group_ids
        self._tour(
            "backflush_accountant_morning",
            "backflush_costing.action_backflush_error_dashboard",
            chief,
        )
        self.env.invalidate_all()
        self.assertEqual(
            (part | screw | failure | glue).sorted("id").mapped("state"),
            ["resolved", "resolved", "written_off", "rejected"],
        )
        self.assertEqual(screw.remedy_ids.mapped("kind"), ["first", "issue_from"])
        self.assertEqual(self._on_hand(screw.product_id, self.store), 6)
        self.assertBalances(suspense=0.0)
        self.assertProven()
        self._incur(40.0)
        self._tour(
            "backflush_morning_close",
            "backflush_costing.action_backflush_period_close",
            chief,
        )
        self.assertEqual(self.env["backflush.period.close"].search([]).state, "posted")
        self.assertBalances(conversion_control=0.0)

    def test_a_supervisor_retries_sixty_records(self):
        """What is settled, and how far it is, stands on the screen."""
        fittings = self._category("Fittings")
        parts = self.env["product.product"].create(
            [
                {
                    "name": f"Part {number}",
                    "is_storable": True,
                    "categ_id": fittings.id,
                    "property_backflush_location_id": self.line_side.id,
                }
                for number in range(60)
            ]
        )
        frame = self._product("Frame", 0.0, fittings)
        self._bom(frame, [(part, 1) for part in parts])
        errors = self._produce(frame, 1).backflush_error_ids
        for part in parts[:55]:
            self.env["stock.quant"]._update_available_quantity(part, self.line_side, 1)
        self._tour(
            "backflush_retry_many",
            "backflush_costing.action_backflush_error",
            self.supervisor,
        )
        self.assertEqual(errors.mapped("state").count("resolved"), 55)
