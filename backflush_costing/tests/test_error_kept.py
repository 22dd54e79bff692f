import base64
import json

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..hooks import uninstall_hook
from .errors_common import ErrorsCommon
from .test_security import ROLES


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestErrorKept(ErrorsCommon):
    """No path, and no role, deletes an error record; every change leaves a trace."""

    def setUp(self):
        super().setUp()
        self.error = self._use(5)

    def test_by_every_role(self):
        users = [self._user(f"kept_{role}", role) for role in ROLES]
        users += [self.env.ref("base.user_admin"), self.env.ref("base.user_root")]
        for state in ("open", "written_off"):
            for user in users:
                with self.subTest(state=state, user=user.login):
                    with self.assertRaises(UserError):
                        self._as(user, self.error).unlink()
                    with self.assertRaises(UserError):
                        errors = self._as(user, self.env["backflush.error"])
                        call_kw(errors, "unlink", [self.error.ids], {})
            with self.assertRaisesRegex(UserError, "never deleted"):
                self.error.sudo().with_context(force_delete=True).unlink()
            if state == "open":
                self._as(self.accountant, self.error).action_write_off("Lost")
        self.assertTrue(self.error.exists())

    @mute_logger("odoo.sql_db")
    def test_by_what_it_refers_to(self):
        order = self.error.production_id
        referred = {
            "order": order,
            "product": self.cell,
            "template": self.cell.product_tmpl_id,
            "location": self.line_side,
            "confirmation": self.error.confirmation_id,
            "line": self.error.confirmation_line_id,
            "move": self.error.confirmation_line_id.move_id,
            "company": self.company,
        }
        for name, record in referred.items():
            with self.subTest(by=name):
                self.assertTrue(self._is_refused(record.sudo()))
                self.assertTrue(self.error.exists())

    def _is_refused(self, records):
        """Whether deleting is refused, by Odoo or by the database."""
        try:
            with self.env.cr.savepoint():
                records.unlink()
                self.env.flush_all()
        except (UserError, IntegrityError):
            self.env.invalidate_all()
            return True
        return False

    def test_no_foreign_key_takes_it_along(self):
        rows = self.env.execute_query(
            SQL(
                """SELECT conname FROM pg_constraint
                    WHERE contype = 'f' AND confdeltype = 'c'
                      AND conrelid IN ('backflush_error'::regclass,
                                       'backflush_error_remedy'::regclass)"""
            )
        )
        self.assertFalse(rows)

    def test_its_log_is_kept_too(self):
        self.env.cr.flush()
        mine = self._as(self.supervisor, self.error)
        # Core's test classes switch the log off.
        mine.with_context(tracking_disable=False, mail_notrack=False).action_take()
        self.env.cr.flush()
        messages = self.error.message_ids
        tracked = messages.sudo().tracking_value_ids
        state = tracked.filtered(lambda value: value.field_id.name == "state")
        self.assertEqual(
            (state.old_value_char, state.new_value_char), ("Open", "In Process")
        )
        self.assertEqual(state.mail_message_id.author_id, self.supervisor.partner_id)
        for records in (messages, tracked):
            with self.assertRaisesRegex(UserError, "log of an error record"):
                records.sudo().unlink()

    # -- leaving ---------------------------------------------------------------------

    def test_no_uninstallation_while_something_is_open(self):
        addons = self.env["ir.module.module"]
        for name in ("backflush_costing", "mrp_account"):
            addon = addons.search([("name", "=", name)])
            with self.assertRaisesRegex(UserError, self.error.name):
                addon.button_uninstall()
        other = addons.search([("name", "=", "sale_stock")])
        self.assertEqual(other.state, "installed")

    def test_what_is_closed_is_kept_as_a_file(self):
        self._as(self.accountant, self.error).action_write_off("Lost")
        uninstall_hook(self.env)
        file = self.env["ir.attachment"].search(
            [("name", "=like", "backflush-error-records-%")], order="id desc", limit=1
        )
        self.assertFalse(file.res_model)
        kept = json.loads(base64.b64decode(file.datas))
        [row] = [row for row in kept if row["name"] == self.error.name]
        self.assertEqual(row["state"], "written_off")
        self.assertEqual(row["product_id"], self.cell.display_name)
        self.assertEqual(
            [(r["kind"], r["quantity"], r["reason"]) for r in row["history"]],
            [("first", 5.0, False), ("write_off", 5.0, "Lost")],
        )
