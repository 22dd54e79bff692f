from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .standard_common import StandardCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestStandardElements(StandardCommon):
    """What a standard consists of, and what it was rolled up from."""

    def _rates(self):
        """Labour 30, machine 12, 50 % of labour variable, 18 fixed: 75 an hour."""
        self.station.write(
            {
                "standard_labour_rate": 30,
                "standard_machine_rate": 12,
                "standard_variable_overhead": 50,
                "standard_variable_overhead_basis": "labour",
                "standard_fixed_overhead": 18,
            }
        )

    def test_without_rates_the_cost_per_hour_is_machine_time(self):
        self.assertEqual(
            self._elements(self._released(self.battery)),
            {"material": (60, 60), "machine": (10, 10)},
        )
        self.assertEqual(self.station.standard_hour, 60)

    def test_rates_split_the_hour(self):
        self._rates()
        self.assertEqual(self.station.standard_hour, 75)
        draft = self._roll_up(self.battery)
        self.assertEqual(
            self._elements(draft),
            {
                "material": (60, 60),
                "labour": (5, 5),
                "machine": (2, 2),
                "variable_overhead": (2.5, 2.5),
                "fixed_overhead": (3, 3),
            },
        )
        self.assertRecordValues(
            draft, [{"material": 60, "conversion": 12.5, "total": 72.5}]
        )
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            self.station.standard_fixed_overhead = -1

    def test_odoos_cost_per_hour_follows_the_rates_on_the_form(self):
        with Form(self.station) as form:
            form.standard_labour_rate = 40
            form.standard_fixed_overhead = 10
        self.assertEqual(self.station.costs_hour, 50)

    def test_a_pack_cumulates_what_the_battery_is_made_of(self):
        self._rates()
        pack = self._product("Pack", 0.0, self.material)
        self._bom(pack, [(self.battery, 2), (self.tape, 3)], [(self.station, 2)])
        draft = self._roll_up(pack).filtered(lambda v: v.product_id == pack)
        self.assertEqual(
            self._elements(draft),
            {
                "material": (6, 126),
                "labour": (1, 11),
                "machine": (0.4, 4.4),
                "variable_overhead": (0.5, 5.5),
                "fixed_overhead": (0.6, 6.6),
            },
        )
        draft.action_release()
        self.assertEqual(
            self.standards._conversion_by_element(pack | self.battery)[pack],
            {
                "labour": 1,
                "machine": draft._cost().level["machine"],
                "variable_overhead": draft._cost().level["variable_overhead"],
                "fixed_overhead": draft._cost().level["fixed_overhead"],
            },
        )
        self.assertEqual(draft.conversion_level, 2.5)

    def test_material_overhead_of_the_category_and_of_the_product(self):
        self.material.property_backflush_material_overhead = 5
        self.tape.material_overhead_rule = "none"
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.tape.id, "product_qty": 1})
        ]
        drafts = self._roll_up(self.battery)
        cell = drafts.filtered(lambda v: v.product_id == self.cell)
        battery = drafts - cell
        self.assertEqual(
            self._elements(cell),
            {"material": (10, 10), "material_overhead": (0.5, 0.5)},
        )
        self.assertEqual(battery.product_id, self.battery)
        self.assertEqual(
            self._elements(battery),
            {
                "material": (62, 62),
                "material_overhead": (3, 3),
                "machine": (10, 10),
            },
        )
        self.assertEqual(battery.material, 65)
        drafts.action_release()
        self.assertEqual(self.cell.standard_price, 10.5)
        self.assertFalse(self._roll_up(self.battery | self.cell))
        self.cell.write({"material_overhead_rule": "percent", "material_overhead": 8})
        self.assertEqual(self._roll_up(self.cell).total, 10.8)
        self.cell.material_overhead_rule = "none"
        self.assertEqual(self._roll_up(self.cell).total, 10)

    def test_a_completion_at_plan_has_no_variance_with_material_overhead(self):
        self.material.property_backflush_material_overhead = 5
        self._roll_up(self.battery).action_release()
        self._buy(self.cell, 60, 10)
        self.assertProven()
        order = self._produce(self.battery, 5)
        kinds = set(order.backflush_confirmation_ids.posting_line_ids.mapped("kind"))
        self.assertEqual(kinds, {"finished", "component", "conversion"})
        self.assertProven()

    def test_a_cost_edited_by_hand_keeps_the_proportion_of_the_overhead(self):
        self.material.property_backflush_material_overhead = 5
        self._roll_up(self.battery).action_release()
        self.cell.standard_price = 21
        self.assertEqual(
            self._elements(self._released(self.cell)),
            {"material": (20, 20), "material_overhead": (1, 1)},
        )
        self.battery.standard_price = 100
        self.assertEqual(self._released(self.battery).conversion_level, 10)
        self.assertEqual(self._released(self.battery).total, 100)

    def test_planned_scrap_is_in_the_standard_and_in_the_order(self):
        """6 cells with 5 % are 6.3: the order takes them, nothing is a variance."""
        self.bom.bom_line_ids.scrap_percent = 5
        draft = self._roll_up(self.battery)
        self.assertEqual(draft.material, 63)
        self.assertRecordValues(
            draft.line_ids,
            [
                {"kind": "component", "quantity": 6, "price": 10, "amount": 60},
                {"kind": "scrap", "quantity": 0.3, "price": 10, "amount": 3},
                {"kind": "operation", "quantity": 10, "price": 60, "amount": 10},
            ],
        )
        draft.action_release()
        self._buy(self.cell, 100, 10)
        order = self._order(self.battery, 10)
        self.assertEqual(order.move_raw_ids.product_uom_qty, 63)
        self._complete(order)
        confirmation = order.backflush_confirmation_ids
        self.assertEqual(confirmation.line_ids.required_quantity, 63)
        self.assertEqual(
            set(confirmation.posting_line_ids.mapped("kind")),
            {"finished", "component", "conversion"},
        )
        self.assertBalances(usage_variance=0.0, standard_variance=0.0)
        self.assertProven()

    def test_a_plan_that_was_edited_is_measured_with_its_planned_scrap(self):
        self.bom.bom_line_ids.scrap_percent = 5
        self._roll_up(self.battery).action_release()
        self._buy(self.cell, 100, 10)
        order = self._order(self.battery, 10)
        order.move_raw_ids.product_uom_qty = 70
        self._complete(order)
        line = order.backflush_confirmation_ids.line_ids
        self.assertEqual(line.required_quantity, 63)
        self.assertBalances(usage_variance=70.0)
        self.assertProven()

    def test_planned_scrap_of_a_kit_raises_what_it_consists_of(self):
        kit = self._product("Kit", 0.0, self.material, is_storable=False)
        self._bom(kit, [(self.tape, 4)], type="phantom")
        self.bom.bom_line_ids = [
            Command.create(
                {"product_id": kit.id, "product_qty": 2, "scrap_percent": 10}
            )
        ]
        kit.bom_ids.bom_line_ids.scrap_percent = 25
        order = self._order(self.battery, 1)
        tape = order.move_raw_ids.filtered(lambda m: m.product_id == self.tape)
        self.assertEqual(tape.product_uom_qty, 11)
        draft = self._roll_up(self.battery)
        self.assertEqual(draft.material, 60 + 2 * 11)
        sold = kit.bom_ids.explode(kit, 1)[1]
        self.assertEqual([data["qty"] for _line, data in sold], [4])

    def test_negative_scrap_is_refused_by_name(self):
        with self.assertRaisesRegex(ValidationError, "Cell"):
            self.bom.bom_line_ids.scrap_percent = -1

    def test_by_products_worth_more_than_the_material_are_refused_by_name(self):
        self.bom.byproduct_ids = [
            Command.create({"product_id": self.tape.id, "product_qty": 31})
        ]
        with self.assertRaisesRegex(UserError, "by-products of Battery"):
            self._roll_up(self.battery)

    def test_sums_without_elements_count_as_material_and_machine(self):
        version = self.standards.create(
            {"product_id": self.tape.id, "material": 3, "material_level": 3}
        )
        self.assertEqual(self._elements(version), {"material": (3, 3)})
        version.element_ids = [
            Command.create(
                {"element": "material_overhead", "level": 0.5, "cumulated": 0.5}
            )
        ]
        self.assertEqual(version.total, 3.5)
        version.write({"material": 4, "material_level": 4})
        self.assertEqual(
            self._elements(version),
            {"material": (3.5, 3.5), "material_overhead": (0.5, 0.5)},
        )
        copy = version.copy()
        self.assertEqual(self._elements(copy), self._elements(version))

    def test_the_accountant_enters_a_purchased_product_on_the_form(self):
        with Form(self.standards) as form:
            form.product_id = self.tape
            with form.element_ids.new() as row:
                row.element = "material"
                row.level = 2.5
            with form.element_ids.new() as row:
                row.element = "material_overhead"
                row.level = 0.25
        version = form.save()
        self.assertEqual(version.total, 2.75)
        self.assertEqual(version.prepared_by_id, self.accountant)
        self.assertExplained(
            version, [("element", "price", 0.5), ("element", "added", 0.25)]
        )

    def test_elements_lines_and_reasons_are_frozen_with_the_version(self):
        draft = self._roll_up(self._changed_battery())
        draft.action_release()
        row = draft.element_ids[0]
        for attempt in (
            lambda: row.write({"level": 1}),
            row.unlink,
            lambda: row.create({"version_id": draft.id, "element": "external"}),
            lambda: draft.write({"element_ids": [Command.clear()]}),
        ):
            with self.assertRaisesRegex(UserError, "frozen"):
                attempt()
        for records in (draft.line_ids, draft.difference_ids):
            with self.assertRaises(AccessError):
                records.write({"amount": 0})
            with self.assertRaises(AccessError):
                records.unlink()
        lines = draft.line_ids.mapped("amount")
        self.bom.bom_line_ids.product_qty = 9
        self._roll_up(self.battery)
        self.assertEqual(draft.line_ids.mapped("amount"), lines)

    def _changed_battery(self):
        self.bom.bom_line_ids.product_qty = 7
        return self.battery

    def test_companies_do_not_see_each_others_elements(self):
        other = self._create_company(name="Other plant")
        stranger = self._user("stranger", "group_cost_accountant", company=other)
        draft = self._roll_up(self._changed_battery())
        for records in (draft.element_ids, draft.line_ids, draft.difference_ids):
            self.assertTrue(records)
            with self.assertRaises(AccessError):
                records.with_user(stranger).read(["company_id"])
