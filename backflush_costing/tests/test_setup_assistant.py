from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
class TestSetupAssistant(BackflushCommon):
    """The assistant says what it will change, does that, and does it once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._user("administrator", "group_backflush_administrator")
        cls.both = cls._user("both", "group_backflush_administrator")
        cls.both.group_ids += cls.env.ref("backflush_costing.group_cost_accountant")
        cls.assembly = cls._workcenter("Assembly", 60)
        cls.parts = cls._category("Parts")
        cls.machines = cls._category("Machines")
        cls.part = cls._product("Part", 3.0, cls.parts)

    def _assistant(self, user, **vals):
        if user.has_group("mrp.group_mrp_user"):
            vals["workcenter_ids"] = self.assembly.ids
        return (
            self.env["backflush.setup.assistant"]
            .with_user(user)
            .create(
                {
                    "warehouse_id": self.warehouse.id,
                    "is_costed": True,
                    "component_categ_ids": self.parts.ids,
                    "finished_categ_ids": self.machines.ids,
                    **vals,
                }
            )
        )

    def test_a_preview_changes_nothing(self):
        assistant = self._assistant(self.both)
        assistant.action_preview()
        self.assertEqual(assistant.state, "preview")
        self.assertTrue(assistant.change_ids)
        self.assertFalse(self.assembly.backflush_location_id)
        self.assertFalse(self.company.flush_method)
        self.assertFalse(self.parts.property_backflush_policy_id)

    def test_a_plant_is_set_up_as_announced(self):
        assistant = self._assistant(self.both)
        assistant.action_preview()
        announced = assistant.change_ids.mapped("name")
        assistant.action_apply()
        self.assertEqual(assistant.change_ids.mapped("name"), announced)
        self.assertEqual(self.company.flush_method, "completion")
        self.assertEqual(self.warehouse.manu_type_id.shortage_profile, "park")
        line = self.assembly.backflush_location_id
        self.assertEqual(line.location_id, self.warehouse.view_location_id)
        policy = assistant.policy_id
        self.assertFalse(policy._backflush_lacks_accounts())
        self.assertEqual(self.parts.property_backflush_policy_id, policy)
        self.assertEqual(self.parts.property_backflush_role, "material")
        self.assertEqual(self.machines.property_backflush_role, "finished")
        standard = self.env["backflush.standard.cost"]._current(self.part)
        self.assertEqual(standard[self.part].total, 3.0)

    def test_every_change_can_be_opened(self):
        assistant = self._assistant(self.both)
        assistant.action_apply()
        for change in assistant.change_ids:
            action = change.action_open()
            self.assertTrue(self.env[action["res_model"]].browse(action["res_id"]))

    def test_a_second_run_changes_nothing(self):
        self._assistant(self.both, is_supermarket_source=True).action_apply()
        locations = self.env["stock.location"].search_count([])
        again = self._assistant(self.both, is_supermarket_source=True)
        self.assertTrue(again.policy_id)
        again.action_preview()
        self.assertFalse(again.change_ids)
        again.action_apply()
        self.assertEqual(self.env["stock.location"].search_count([]), locations)

    def test_orders_can_take_from_the_supermarket(self):
        self._assistant(self.both, is_supermarket_source=True).action_apply()
        source = self.warehouse.manu_type_id.default_location_src_id
        self.assertEqual(source.name, "Supermarket")
        self.assertEqual(source.location_id, self.warehouse.view_location_id)

    def test_an_administrator_sets_up_the_flow_only(self):
        assistant = self._assistant(self.administrator)
        assistant.action_apply()
        self.assertTrue(self.assembly.backflush_location_id)
        self.assertFalse(self.parts.property_backflush_policy_id)

    def test_a_cost_accountant_sets_up_costing_only(self):
        assistant = self._assistant(self.accountant)
        assistant.action_apply()
        self.assertFalse(self.company.flush_method)
        self.assertTrue(self.parts.property_backflush_policy_id)

    def test_lots_and_tolerances_of_the_plant(self):
        kind = self.warehouse.manu_type_id
        vals = {
            "lot_picking": "fifo",
            "component_tolerance_rule": "percent",
            "component_tolerance": 5.0,
            "quantity_tolerance_rule": "percent",
            "quantity_tolerance_over": 2.5,
            "quantity_tolerance_under": 10.0,
        }
        assistant = self._assistant(self.administrator, **vals)
        assistant.action_preview()
        announced = assistant.change_ids.mapped("name")
        for words in (
            "lots that nobody names: Oldest first (FIFO)",
            "components up to 5.00% above and below what is required",
            "produced quantity up to 2.50% above and 10.00% below the order",
        ):
            self.assertIn(f"{kind.display_name}: {words}", announced)
        self.assertFalse(kind.backflush_lot_picking)
        assistant.action_apply()
        self.assertRecordValues(
            kind,
            [
                {
                    "backflush_lot_picking": "fifo",
                    "component_tolerance_rule": "percent",
                    "component_tolerance": 5.0,
                    "quantity_tolerance_rule": "percent",
                    "quantity_tolerance_over": 2.5,
                    "quantity_tolerance_under": 10.0,
                }
            ],
        )
        again = self._assistant(self.administrator, **vals)
        again.action_preview()
        self.assertFalse(again.change_ids)

    def test_what_is_not_chosen_stays_as_it_is(self):
        kind = self.warehouse.manu_type_id
        kind.write(
            {"backflush_lot_picking": "fifo", "component_tolerance_rule": "none"}
        )
        self._assistant(self.administrator).action_apply()
        self.assertEqual(kind.backflush_lot_picking, "fifo")
        self.assertEqual(kind.component_tolerance_rule, "none")
        self._assistant(
            self.administrator,
            component_tolerance_rule="percent",
            quantity_tolerance_rule="none",
        ).action_apply()
        self.assertEqual(kind.component_tolerance_rule, "percent")
        self.assertEqual(kind.component_tolerance, 0.0)
        self.assertEqual(kind.quantity_tolerance_rule, "none")

    def test_nobody_else_opens_it(self):
        with self.assertRaises(AccessError):
            self._assistant(self.supervisor)

    def test_a_category_is_one_or_the_other(self):
        assistant = self._assistant(self.both, finished_categ_ids=self.parts.ids)
        with self.assertRaisesRegex(UserError, "Parts"):
            assistant.action_preview()
