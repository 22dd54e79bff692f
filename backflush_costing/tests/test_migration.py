from datetime import date

from freezegun import freeze_time

from odoo.modules.module import load_script
from odoo.tests import tagged
from odoo.tools import file_path

from .standard_common import StandardCommon

SCRIPT = "backflush_costing/migrations/19.0.1.1.0/post-migrate.py"


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestMigration(StandardCommon):
    """Standards that were released before cost elements existed."""

    def setUp(self):
        super().setUp()
        self._buy(self.cell, 100, 10.0)
        self.order = self._produce(self.battery, 3)
        self._unbuild(self.order, 1)
        self._set_standard(self.cell, 11)
        self.assertProven()
        self._to_the_first_release()

    def _to_the_first_release(self):
        """What such a database holds once its columns are there: no values in them."""
        self.env.flush_all()
        for statement in (
            "DELETE FROM backflush_standard_cost_element",
            "DELETE FROM backflush_standard_cost_difference",
            "DELETE FROM backflush_standard_cost_line",
            """UPDATE backflush_standard_cost
                  SET conversion_credited = NULL, inventory_cost = material,
                      previous_id = NULL""",
            "UPDATE product_product SET backflush_inventory_cost = NULL",
            "UPDATE backflush_posting_line SET cost_element = NULL",
            """ALTER TABLE backflush_confirmation
               ALTER COLUMN date_accounting DROP NOT NULL""",
            """UPDATE backflush_confirmation
                  SET date_accounting = NULL, date_recorded = '2026-11-11',
                      reversed_quantity = NULL, state = 'posted'""",
        ):
            self.env.cr.execute(statement)
        self.env.invalidate_all()

    def _migrate(self, version="19.0.1.0.0"):
        load_script(file_path(SCRIPT), "post_migrate").migrate(self.env.cr, version)
        self.env.invalidate_all()

    def test_versions_have_elements_that_sum_to_what_they_were(self):
        self._migrate()
        self.assertEqual(
            self._elements(self._released(self.battery)),
            {"material": (60, 60), "machine": (10, 10)},
        )
        self.assertEqual(
            self._elements(self._released(self.cell)), {"material": (11, 11)}
        )
        battery = self._released(self.battery)
        self.assertRecordValues(
            battery,
            [
                {
                    "material": 60,
                    "conversion": 10,
                    "conversion_level": 10,
                    "conversion_credited": 10,
                    "inventory_cost": 70,
                    "total": 70,
                }
            ],
        )
        self.assertEqual(self.battery.sudo().backflush_inventory_cost, 70)
        self.assertEqual(self.cell.sudo().backflush_inventory_cost, 11)

    def test_work_goes_on_as_if_nothing_had_been(self):
        self._migrate()
        self.assertProven()
        order = self._produce(self.battery, 1)
        self.assertProven()
        conversion = order.backflush_confirmation_ids.posting_line_ids.filtered(
            lambda line: line.kind == "conversion"
        )
        self.assertRecordValues(
            conversion, [{"cost_element": "machine", "amount": -10}]
        )
        draft = self._roll_up(self.battery)
        self.assertEqual(draft.total, 76)
        self.assertEqual(sum(draft.difference_ids.mapped("amount")), 6)

    def test_each_version_knows_the_one_before(self):
        self._migrate()
        cell = self._released(self.cell)
        self.assertEqual((cell.total, cell.previous_id.total), (11, 10))
        self.assertEqual(sum(cell.difference_ids.mapped("amount")), 1)

    def test_confirmations_have_their_day_and_what_was_taken_back(self):
        self._migrate()
        report = self.order.backflush_confirmation_ids
        self.assertRecordValues(
            report,
            [
                {
                    "date_accounting": date(2026, 3, 2),
                    "date_recorded": report.create_date,
                    "reversed_quantity": 1,
                    "state": "partly_reversed",
                }
            ],
        )

    def test_once_more_changes_nothing(self):
        self._migrate()
        before = self._elements(self._released(self.battery))
        count = self.env["backflush.standard.cost.element"].search_count([])
        rows = self.env["backflush.standard.cost.difference"].search_count([])
        self._migrate()
        self.assertEqual(self._elements(self._released(self.battery)), before)
        self.assertEqual(
            self.env["backflush.standard.cost.element"].search_count([]), count
        )
        self.assertEqual(
            self.env["backflush.standard.cost.difference"].search_count([]), rows
        )

    def test_an_installation_has_nothing_to_migrate(self):
        self._migrate(version=None)
        self.assertFalse(self.env["backflush.standard.cost.element"].search([]))
