from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .standard_common import StandardCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestStandardFrozen(StandardCommon):
    """What a release has decided stays, and holds from its day on."""

    def _schedule(self, price, date):
        """The cell's standard from a day to come."""
        version = self.standards.create(
            {"product_id": self.cell.id, "material_level": price, "material": price}
        )
        version.action_release(date)
        self.assertEqual(version.state, "scheduled")
        return version

    def _attempts(self, version):
        """Every way in which somebody may try to change what a version says."""
        element, draft = version.element_ids[0], version.copy()
        values = {"level": 1, "cumulated": 1}
        for vals in (
            {"material": 1},
            {"material_level": 1},
            {"conversion": 1},
            {"conversion_credited": 1},
            {"inventory_cost": 1},
            {"total": 1},
            {"date_effective": "2026-01-01"},
            {"product_id": self.tape.id},
            {"bom_id": self.bom.id},
            {"company_id": self.env.company.id},
            {"state": "draft"},
            {"move_id": False},
            {"previous_id": False},
            {"released_by_id": self.controller.id},
            {"element_ids": [Command.clear()]},
            {"element_ids": [Command.update(element.id, values)]},
            {"element_ids": [Command.create({"element": "labour", **values})]},
            {"line_ids": [Command.create({"kind": "component"})]},
            {"difference_ids": [Command.clear()]},
        ):
            yield vals, lambda vals=vals: version.write(vals)
        yield "element", lambda: element.write(values)
        yield "less", element.unlink
        yield (
            "more",
            lambda: element.create(
                {"version_id": version.id, "element": "labour", **values}
            ),
        )
        yield "moved in", lambda: draft.element_ids.write({"version_id": version.id})
        yield "moved out", lambda: element.write({"version_id": draft.id})
        yield "unlink", version.unlink
        yield "release", version.action_release

    def _facts(self, version):
        return version.sudo().read() + version.sudo().element_ids.read()

    def _assert_kept(self, version):
        before = self._facts(version)
        for name, attempt in self._attempts(version):
            with self.subTest(state=version.state, attempt=name):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    attempt()
                self.env.invalidate_all()
                self.assertEqual(self._facts(version), before)

    def test_nobody_changes_what_was_released(self):
        old = self._released(self.battery).with_user(self.accountant)
        self._assert_kept(old)
        self.bom.bom_line_ids.product_qty = 7
        self._roll_up(self.battery).action_release()
        self.assertEqual(old.state, "superseded")
        self._assert_kept(old)

    def test_nobody_changes_what_is_going_to_be_released(self):
        self._assert_kept(self._schedule(11, "2026-03-05"))

    def test_an_import_changes_nothing_either(self):
        version = self._released(self.cell).with_user(self.accountant)
        for name, value in (("material", "3"), ("date_effective", "2026-01-01")):
            result = version.load([".id", name], [[str(version.id), value]])
            self.assertIn("frozen", result["messages"][0]["message"])
        self.assertEqual(version.total, 10)

    def test_what_is_scheduled_is_taken_back_to_be_changed(self):
        version = self._schedule(11, "2026-03-05")
        version.action_unschedule()
        self.assertEqual(version.state, "draft")
        version.material = 12
        version.action_release("2026-03-02")
        self.assertEqual(self.cell.standard_price, 12)
        with self.assertRaisesRegex(UserError, "cannot become"):
            version.action_unschedule()

    def test_a_release_that_is_late_is_effective_when_it_comes(self):
        """Until then everything was posted at the standard before."""
        self._buy(self.cell, 10, 10)
        version = self._schedule(11, "2026-03-04")
        with freeze_time("2026-03-06 10:00:00"):
            self._buy(self.cell, 10, 10)
            self._release_due()
            self.assertEqual(version.state, "released")
            self.assertEqual(str(version.date_effective), "2026-03-06")
            self.assertBalances(rip=220.0, revaluation=-20.0)
            self.assertProven()
        with freeze_time("2026-03-07 10:00:00"):
            for day in ("2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"):
                self.assertProven(day)

    def _release_due(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "backflush_costing.cron_release_standards"
            ).method_direct_trigger()

    def test_the_plants_day_decides(self):
        """22:00 on the second is the third in Auckland."""
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-02 21:00:00"):
            self._buy(self.cell, 10, 10)
        with freeze_time("2026-03-02 22:00:00"):
            version = self._schedule(11, "2026-03-04")
            self._set_standard(self.cell, 12)
            released = self._released(self.cell)
            self.assertEqual(str(released.date_effective), "2026-03-03")
            self.assertEqual(released.move_id.date, released.date_effective)
        with freeze_time("2026-03-03 12:00:00"):
            self._release_due()
            self.assertEqual(version.state, "released")
            self.assertProven()
            self.assertProven("2026-03-03")
