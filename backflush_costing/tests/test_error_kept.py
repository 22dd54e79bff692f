import base64
import json

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..hooks import uninstall_hook
from ..models.error.ir_module_module import ADDON
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
            for flag in ("force_delete", "_force_unlink"):
                # The second one is what Odoo says to itself while it uninstalls.
                forced = self.error.sudo().with_context(**{flag: True})
                for records in (forced, forced.remedy_ids):
                    with self.assertRaisesRegex(UserError, "never (changed|deleted)"):
                        records.unlink()
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
            "lot": self._lot(),
            "handling unit": self._unit(),
            "responsible": self.supervisor,
            "who asked": self.accountant,
            "transfer": self._transfer(),
            "table": self.env["ir.model"]._get("backflush.error"),
            "history": self.env["ir.model"]._get("backflush.error.remedy"),
        }
        for name, record in referred.items():
            with self.subTest(by=name):
                for flag in ({}, {"_force_unlink": True}):
                    forced = record.sudo().with_context(**flag)
                    self.assertTrue(self._is_refused(forced))
                self.assertTrue(self.error.exists())

    def _lot(self):
        lot = self.env["stock.lot"].create({"name": "L", "product_id": self.cell.id})
        self.error.sudo().lot_id = lot
        return lot

    def _unit(self):
        unit = self.env["stock.package"].create({"name": "HU"})
        self.error.sudo().package_id = unit
        return unit

    def _transfer(self):
        """A transfer that was ordered, and cancelled."""
        self.error.user_id = self.supervisor
        self.company.backflush_write_off_limit = 1
        self._as(self.accountant, self.error).action_write_off("Lost")
        self._as(self.supervisor, self.error).action_transfer()
        self.error.transfer_id.action_cancel()
        return self.error.transfer_id

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

    def test_what_can_go_away_says_nothing_of_what_happened(self):
        """Only these references become empty when what they name is deleted."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT attname FROM pg_constraint
                     JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
                    WHERE contype = 'f' AND confdeltype = 'n'
                      AND conrelid IN ('backflush_error'::regclass,
                                       'backflush_error_remedy'::regclass)"""
            )
        )
        self.assertEqual(
            {name for (name,) in rows},
            # A rule; who made the row, whom the log names; a movement that is done,
            # which Odoo itself never deletes; and what follows another reference.
            {
                *("rule_id", "create_uid", "write_uid", "stock_move_id"),
                *("company_id", "confirmation_id"),
            },
        )

    def test_archiving_and_merging_leave_it_alone(self):
        self.cell.action_archive()
        self.line_side.active = False
        twin = self.env["res.partner"].create({"name": "Twin"})
        self.error.message_subscribe(twin.ids)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        kept = self.supervisor.partner_id
        merge._merge((twin | kept).ids, kept, extra_checks=False)
        self.env.invalidate_all()
        self.assertRecordValues(
            self.error,
            [{"state": "open", "quantity_open": 5, "location_id": self.line_side.id}],
        )
        # No name of the addon's data keeps it, so no upgrade takes it away.
        data = self.env["ir.model.data"]
        self.assertFalse(
            data.search_count(
                [("model", "=", "backflush.error"), ("res_id", "=", self.error.id)]
            )
        )

    def _changes(self):
        """``{field: [(by, from, to)]}`` as the log of the record has them."""
        self.env.cr.flush()
        self.env.invalidate_all()
        found = {}
        for value in self.error.sudo().message_ids.tracking_value_ids.sorted("id"):
            by = value.mail_message_id.author_id
            said = (by, value.old_value_char, value.new_value_char)
            found.setdefault(value.field_id.name, []).append(said)
        return found

    def test_every_change_is_logged_also_of_the_system(self):
        """Nobody can ask for it to be done in silence."""
        silent = {"tracking_disable": True, "mail_notrack": True}
        self.env.cr.flush()
        mine = self._as(self.accountant, self.error).with_context(**silent)
        mine.write({"severity": "recommended", "user_id": self.supervisor.id})
        self.env.cr.flush()
        as_system = self.error.with_user(self.env.ref("base.user_root"))
        as_system.sudo().with_context(**silent).cause = "other"
        self.env.cr.flush()
        self._receive_at_line(5)
        self._run_cron()
        changes = self._changes()
        me = self.accountant.partner_id
        system = self.env.ref("base.user_root").partner_id
        required, recommended = "Resolution required", "Resolution recommended"
        self.assertEqual(changes["severity"], [(me, required, recommended)])
        self.assertEqual(changes["user_id"][0][2], self.supervisor.name)
        self.assertEqual(changes["cause"][0], (system, "Insufficient stock", "Other"))
        self.assertEqual(changes["state"], [(system, "Open", "Resolved")])

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
        # What Odoo notes of a field that goes away with another version.
        tracked.sudo().write({"field_info": {"desc": "State"}})
        other = self._use(1)
        for records, vals in (
            (messages, {"body": ""}),
            (messages, {"res_id": other.id}),
            (tracked, {"old_value_char": "Resolved"}),
        ):
            for admin in (records.sudo(), self._as(self.env.user, records)):
                with self.assertRaisesRegex(UserError, "log of an error record"):
                    admin.unlink()
                with self.assertRaisesRegex(UserError, "log of an error record"):
                    admin.write(vals)

    # -- leaving ---------------------------------------------------------------------

    def test_no_uninstallation_while_something_is_open(self):
        addons = self.env["ir.module.module"]
        for name in (ADDON, "mrp_account"):
            addon = addons.search([("name", "=", name)])
            with self.assertRaisesRegex(UserError, self.error.name):
                addon.button_uninstall()
            with self.assertRaisesRegex(UserError, self.error.name):
                (addon | addons.search([("name", "=", ADDON)])).state = "to remove"
        other = addons.search([("name", "=", "sale_stock")])
        self.assertEqual(other.state, "installed")

    def test_what_is_closed_is_kept_as_a_file(self):
        self.env.cr.flush()
        self._as(self.accountant, self.error).action_write_off("Lost")
        self.env.cr.flush()
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
        changes = [
            {"field": "State", "from": "Open", "to": "Written Off"},
            {"field": "Write-off Reason", "from": "", "to": "Lost"},
        ]
        [line] = [line for line in row["log"] if changes[0] in line["changes"]]
        self.assertEqual(line["user"], self.accountant.name)
        self.assertIn(changes[1], line["changes"])
