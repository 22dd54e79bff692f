from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, tagged

from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitStart(HandlingUnitCommon):
    """An operation starts when what it uses from is mounted; numbers and labels."""

    def _start(self, order, user=None):
        workorder = self._as(user or self.operator, order.workorder_ids)
        workorder.button_start()
        return workorder.with_env(self.env)

    def test_without_the_setting_an_operation_starts_as_in_odoo(self):
        self.assertEqual(self._start(self._order(self.cable, 100)).state, "progress")

    def test_it_starts_when_the_units_for_the_job_are_mounted(self):
        self.company.backflush_start_check = "content"
        order = self._order(self.cable, 100)
        other = self._coil("PLUGS", 500, product=self.plug)
        self._mount(other)
        with self.assertRaisesRegex(UserError, "(?s)Saw.*Wire: no handling unit"):
            self._start(order)
        small, rest = self._coil("SMALL", 300), self._coil("REST", 700)
        self._mount(small)
        with self.assertRaisesRegex(UserError, "300.00 m in SMALL, 1,000.00 m are"):
            self._start(order)
        self._mount(rest)
        self.assertEqual(self._start(order).state, "progress")
        # What was used already is not needed any more.
        second = self._order(self.cable, 60)
        self._use(rest, 400, second)
        self.assertEqual(self._start(second).state, "progress")

    def test_where_coils_change_it_needs_enough_for_a_time(self):
        self.company.write(
            {"backflush_start_check": "time", "backflush_start_minutes": 10}
        )
        order = self._order(self.cable, 1000)
        self.assertEqual(order.workorder_ids.duration_expected, 1000)
        small = self._coil("SMALL", 99)
        self._mount(small)
        with self.assertRaisesRegex(UserError, "100.00 m are needed"):
            self._start(order)
        self._mount(self._coil("MORE", 1))
        self.assertEqual(self._start(order).state, "progress")

    def test_enough_for_a_time_does_not_shrink_with_what_is_left(self):
        """10,000 m in 1,000 minutes: ten minutes take 100 m, also after 9,000 m."""
        self.company.write(
            {"backflush_start_check": "time", "backflush_start_minutes": 10}
        )
        order = self._order(self.cable, 1000)
        self._use(self.coil, 9000, order)
        small = self._coil("SMALL", 99)
        self._mount(small)
        with self.assertRaisesRegex(UserError, "99.00 m in SMALL, 100.00 m are needed"):
            self._start(order)
        self._use(self.coil, 950, order)
        self.assertEqual(self._start(order).state, "progress", "50 m are left in all")

    def test_an_empty_unit_is_none_and_a_supervisor_can_say_why(self):
        self.company.backflush_start_check = "content"
        order = self._order(self.cable, 100)
        self._mount(self.coil)
        self._empty(self.coil)
        with self.assertRaisesRegex(UserError, "no handling unit with it is mounted"):
            self._start(order, self.supervisor)
        workorder = order.workorder_ids
        with self.assertRaises(AccessError):
            self._as(self.operator, workorder).action_backflush_start_anyway("Hurry")
        mine = self._as(self.supervisor, workorder)
        with self.assertRaisesRegex(UserError, "Say why"):
            mine.action_backflush_start_anyway(" ")
        self.assertTrue(mine.action_backflush_start_anyway("Coil is on its way"))
        self.assertEqual(workorder.state, "progress")
        said = order.message_ids.filtered(lambda m: "Coil is on its way" in m.body)
        self.assertIn("Wire: no handling unit", said.body)

    def test_a_supervisor_at_a_screen_is_shown_the_way_round(self):
        self.company.backflush_start_check = "content"
        workorder = self._order(self.cable, 100).workorder_ids
        question = type(self.env["backflush.question"])
        with patch.object(question, "_has_user_interface", return_value=True):
            with self.assertRaises(UserError, msg="no way round for an operator"):
                self._as(self.operator, workorder).button_start()
            with self.assertRaises(RedirectWarning) as caught:
                self._as(self.supervisor, workorder).button_start()
        text, action, label, context = caught.exception.args
        self.assertIn("Wire: no handling unit with it is mounted", text)
        self.assertNotIn("active_ids", text)
        self.assertEqual(label, "Start Anyway…")
        way = self.env["ir.actions.act_window"].browse(action)
        wizards = self.env[way.res_model].with_user(self.supervisor)
        form = Form(wizards.with_context(**context))
        self.assertIn("Wire: no handling unit", form.lacking)
        form.reason = "On its way"
        form.save().action_start()
        self.assertEqual(workorder.state, "progress")

    def test_the_right_lot_has_to_be_mounted(self):
        self.company.backflush_start_check = "content"
        self.wire.tracking = "lot"
        right, wrong = (
            self.env["stock.lot"].create({"name": n, "product_id": self.wire.id})
            for n in ("RIGHT", "WRONG")
        )
        coils = {}
        for lot in (right, wrong):
            coils[lot] = self.env["stock.package"].create({"name": f"COIL {lot.name}"})
            self._stock(
                self.wire,
                500,
                self.store,
                package_id=coils[lot].id,
                lot_id=lot.id,
            )
        order = self._order(self.cable, 10)
        raw = order.move_raw_ids.filtered(lambda m: m.product_id == self.wire)
        raw.move_line_ids = [
            (0, 0, {**raw._prepare_move_line_vals(), "lot_id": right.id})
        ]
        self._mount(coils[wrong])
        with self.assertRaisesRegex(UserError, "lot WRONG in .*, RIGHT is asked for"):
            self._start(order)
        self._mount(coils[right])
        self.assertEqual(self._start(order).state, "progress")

    def test_units_are_numbered_and_labelled(self):
        with self.assertRaisesRegex(UserError, "cannot number handling units"):
            self._as(self.operator, self.coil).action_assign_sscc()
        self.company.backflush_gs1_prefix = "0614141"
        second = self._coil("COIL-2", 5)
        self._as(self.operator, self.coil + second).action_assign_sscc()
        self.assertTrue(self.coil.valid_sscc and second.valid_sscc)
        self.assertTrue(self.coil.name.startswith("00614141"))
        self.assertNotEqual(self.coil.name, second.name)
        name = self.coil.name
        self._as(self.operator, self.coil).action_assign_sscc()
        self.assertEqual(self.coil.name, name, "a number is kept")
        units = self.env["stock.package"].with_user(self.operator)
        for scan in (name, f"]C100{name}", f"(00){name}"):
            self.assertEqual(units._backflush_by_code(scan), self.coil)
        for scan in ("", None, "NOBODY", name[:-1]):
            self.assertFalse(units._backflush_by_code(scan))
        twin = self._coil("TWIN", 0)
        twin.copy({"name": "TWIN"})
        self.assertFalse(units._backflush_by_code("TWIN"), "two of them")
        reports = self.env["ir.actions.report"].with_user(self.operator)
        report = "backflush_costing.report_handling_unit_label"
        html = reports._render_qweb_html(report, (self.coil + second).ids)[0].decode()
        self.assertIn("(00)", html)
        self.assertIn(second.name, html)
        self.assertIn("Wire", html)
        text = reports._render_qweb_text(f"{report}_zpl", self.coil.ids)[0].decode()
        self.assertIn(f"^FD(00){name}^FS", text.replace("\n", ""))

    def test_a_unit_is_numbered_by_the_company_that_it_belongs_to(self):
        other = self._create_company(name="Other plant")
        self.company.backflush_gs1_prefix = "0614141"
        other.backflush_gs1_prefix = "4012345"
        self.operator.company_ids |= other
        coil, fresh = self._coil("COIL-2", 5), self._coil("FRESH", 0)
        units = (coil + fresh).with_user(self.operator)
        units = units.with_context(allowed_company_ids=(other + self.company).ids)
        units.action_assign_sscc()
        self.assertEqual(coil.name[1:8], "0614141")
        self.assertEqual(fresh.name[1:8], "4012345", "nobody's yet")

    def test_the_form_reports_what_the_methods_do(self):
        order = self._order(self.cable, 10)
        forms = self.env["backflush.handling.unit.report"].with_user(self.operator)
        forms = forms.with_context(active_id=self.coil.id)
        for vals in (
            {"kind": "mount", "workcenter_id": self.saw.id, "position": "A"},
            {"kind": "use", "production_id": order.id, "quantity": 60},
            {"kind": "empty"},
        ):
            form = forms.create(vals)
            self.assertEqual(form.uom_id, self.meter)
            form.action_report()
        logs = self.coil.backflush_log_ids.sorted("id")
        kinds = ["mount", "consumption", "empty", "unmount"]
        self.assertEqual(logs.mapped("kind"), kinds)
        self.assertEqual(logs[2].residue_quantity, 9940)
        second = self._coil("COIL-2", 10)
        self._mount(second)
        form = forms.create({"kind": "back", "package_id": second.id})
        form.action_report()
        self.assertEqual(second.location_id, self.store)
        self.assertProven()
