from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .standard_common import StandardCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestStandardRelease(StandardCommon):
    """Why a standard changes, what its release revalues, and who releases it."""

    def test_each_reason_has_its_amount(self):
        """7 cells at 11 instead of 6 at 10; 12 minutes at 75 instead of 10 at 60."""
        self.assertTrue(self._released(self.battery).line_ids)
        self.cell.standard_price = 11
        self.bom.bom_line_ids.product_qty = 7
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.tape.id, "product_qty": 1})
        ]
        self.bom.operation_ids.time_cycle_manual = 12
        self.station.costs_hour = 75
        draft = self._roll_up(self.battery)
        self.assertEqual(draft.total, 94)
        self.assertExplained(
            draft,
            [
                ("component", "quantity", 10),
                ("component", "price", 7),
                ("operation", "price", 3),
                ("operation", "quantity", 2),
                ("component", "added", 2),
            ],
        )
        self.assertEqual(
            [
                reason.replace("\N{NO-BREAK SPACE}", " ")
                for reason in self._words(draft)
            ],
            [
                "Quantity 7 Units instead of 6 Units",
                f"Standard {self._money(11)} / Units instead of "
                f"{self._money(10)} / Units",
                f"Rate {self._money(75)} / hour instead of {self._money(60)} / hour",
                "Time 12 min instead of 10 min",
                "New in the standard, 1 Units",
            ],
        )

    def _words(self, version):
        return version.difference_ids.mapped("reason")

    def _money(self, value):
        return self.company.currency_id.format(value).replace("\N{NO-BREAK SPACE}", " ")

    def test_by_product_scrap_work_centre_and_overhead_are_reasons(self):
        other = self._workcenter("Cheaper station", 30)
        self.bom.operation_ids.workcenter_id = other
        self.bom.bom_line_ids.scrap_percent = 10
        self.bom.byproduct_ids = [
            Command.create({"product_id": self.tape.id, "product_qty": 1})
        ]
        draft = self._roll_up(self.battery)
        self.assertExplained(
            draft,
            [
                ("scrap", "added", 6),
                ("operation", "place", -5),
                ("byproduct", "added", -2),
            ],
        )
        self.assertIn("Cheaper station", self._words(draft)[1])
        draft.action_release()
        self.material.property_backflush_material_overhead = 5
        drafts = self._roll_up(self.cell)
        drafts.action_release()
        self.material.property_backflush_material_overhead = 6
        self.assertExplained(self._roll_up(self.cell), [("overhead", "price", 0.1)])

    def test_what_is_entered_beside_the_roll_up_is_called_so(self):
        self.bom.bom_line_ids.product_qty = 7
        draft = self._roll_up(self.battery)
        row = draft.element_ids.filtered(lambda e: e.element == "machine")
        row.write({"level": 12, "cumulated": 12})
        self.assertExplained(
            draft, [("component", "quantity", 10), (False, "entered", 2)]
        )

    def test_a_version_is_compared_with_what_it_supersedes(self):
        self.bom.bom_line_ids.product_qty = 7
        later = self.standards.browse(
            self.standards.action_roll_up(self.battery.ids, "2026-04-01")
        )
        later.action_release()
        self.assertEqual(later.state, "scheduled")
        self.assertEqual(later.version_difference, 10)
        self.bom.bom_line_ids.product_qty = 8
        now = self._roll_up(self.battery)
        now.action_release()
        self.assertEqual(later.previous_id, now)
        self.assertExplained(later, [("component", "quantity", -10)])

    def test_the_first_version_has_nothing_to_be_compared_with(self):
        loose = self._product("Loose", 0.0)
        self._bom(loose, [(self.tape, 1)])
        draft = self._roll_up(loose)
        self.assertFalse(draft.previous_id)
        self.assertFalse(draft.difference_ids)
        self.assertEqual(draft.line_ids.amount, 2)

    def test_the_preview_is_what_the_release_posts(self):
        """12 cells on hand, 4 of 30 needed are missing: stock and suspense at 11."""
        self._buy(self.cell, 26, 10, location=self.store)
        self._produce(self.battery, 5)
        self._buy(self.cell, 12, 10, location=self.line_side)
        error = self.env["backflush.error"].search([("product_id", "=", self.cell.id)])
        self.assertEqual(error.amount, 40)
        draft = self.standards.create(
            {"product_id": self.cell.id, "material": 11, "material_level": 11}
        )
        release = self._release_form(draft)
        self.assertRecordValues(
            release.line_ids.sorted("kind"),
            [
                {
                    "kind": "stock",
                    "quantity": 12,
                    "present_amount": 120,
                    "new_amount": 132,
                    "difference": 12,
                },
                {
                    "kind": "suspense",
                    "quantity": -4,
                    "present_amount": -40,
                    "new_amount": -44,
                    "difference": -4,
                },
            ],
        )
        self.assertEqual(release.difference, 8)
        self.assertFalse(release.is_scheduled)
        release.action_release()
        self.assertEqual(draft.state, "released")
        self.assertEqual(draft.released_by_id, self.accountant)
        self.assertBalances(revaluation=-8.0, suspense=-44.0)
        self.assertProven()

    def _release_form(self, drafts):
        action = drafts.action_open_release()
        return (
            self.env[action["res_model"]]
            .with_user(self.accountant)
            .browse(action["res_id"])
        )

    def test_what_is_in_process_is_shown_apart(self):
        self.bom.bom_line_ids.operation_id = self.bom.operation_ids
        self.company.flush_method = "operation"
        self._buy(self.cell, 40, 10, location=self.store)
        order = self._order(self.battery, 5)
        order.qty_producing = 5
        order.workorder_ids.with_user(self.operator).button_finish()
        draft = self.standards.create(
            {"product_id": self.cell.id, "material": 12, "material_level": 12}
        )
        release = self._release_form(draft)
        self.assertRecordValues(
            release.line_ids.sorted("kind"),
            [
                {"kind": "in_process", "quantity": 30, "difference": 60},
                {"kind": "stock", "quantity": 10, "difference": 20},
            ],
        )
        release.date = "2026-05-01"
        self.assertTrue(release.is_scheduled)
        release.action_release()
        self.assertEqual(draft.state, "scheduled")
        self.assertBalances(revaluation=0.0)

    def test_a_program_cannot_invent_the_preview(self):
        draft = self.standards.create(
            {"product_id": self.tape.id, "material": 3, "material_level": 3}
        )
        release = (
            self.env["backflush.standard.release"]
            .with_user(self.accountant)
            .create(
                {
                    "version_ids": [Command.set(draft.ids)],
                    "line_ids": [Command.create({"difference": 500})],
                }
            )
        )
        self.assertFalse(release.line_ids)

    def test_who_prepares_may_release_where_nobody_asks(self):
        self.bom.bom_line_ids.product_qty = 7
        draft = self._roll_up(self.battery)
        self.assertEqual(draft.prepared_by_id, self.accountant)
        self.assertFalse(self._release_form(draft).warning)
        draft.action_release()
        self.assertEqual(draft.released_by_id, self.accountant)

    def test_a_warning_names_what_was_prepared_by_the_same_person(self):
        self.company.backflush_standard_release_check = "warn"
        self.bom.bom_line_ids.product_qty = 7
        draft = self._roll_up(self.battery)
        self.assertIn("Battery", self._release_form(draft).warning)
        action = draft.with_user(self.controller).action_open_release()
        other = self.env[action["res_model"]].with_user(self.controller)
        self.assertFalse(other.browse(action["res_id"]).warning)
        draft.action_release()
        self.assertEqual(draft.state, "released")

    def test_blocked_until_somebody_else_releases(self):
        self.company.backflush_standard_release_check = "block"
        self.bom.bom_line_ids.product_qty = 7
        draft = self._roll_up(self.battery)
        with self.assertRaisesRegex(UserError, "You prepared .*Battery"):
            draft.action_release()
        with self.assertRaisesRegex(UserError, "You prepared"):
            self._release_form(draft).action_release()
        with self.assertRaises(UserError):
            draft.prepared_by_id = self.controller
        theirs = draft.with_user(self.controller)
        theirs.element_ids[0].write({"level": 71, "cumulated": 71})
        with self.assertRaisesRegex(UserError, "You prepared"):
            theirs.action_release()
        draft.action_release()
        self.assertRecordValues(
            draft.sudo(),
            [
                {
                    "state": "released",
                    "prepared_by_id": self.controller.id,
                    "released_by_id": self.accountant.id,
                }
            ],
        )

    def test_blocked_is_the_cost_on_the_product_too(self):
        self.company.backflush_standard_release_check = "block"
        product = self.cell.with_user(self.accountant)
        product.env.user.group_ids += self.env.ref("stock.group_stock_manager")
        with self.assertRaisesRegex(UserError, "Cell"):
            product.standard_price = 12

    def test_a_new_plant_is_set_up_while_releases_are_blocked(self):
        self.company.backflush_standard_release_check = "block"
        fresh = self._category("Fresh")
        lid = self._product("Lid", 4.0, fresh)
        fresh.with_user(self.env.user).property_backflush_policy_id = self.policy
        self.assertEqual(self._released(lid).total, 4)
