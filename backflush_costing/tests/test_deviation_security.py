from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .deviation_common import DeviationCommon


@tagged("post_install", "-at_install")
class TestDeviationSecurity(DeviationCommon):
    """Who records, who approves, and what nobody can change afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls._product("Part", 3.0)
        cls.other = cls._product("Other", 3.0)
        cls.thing = cls._product("Thing", 6.0)
        cls._bom(cls.thing, [(cls.part, 2)])

    def test_a_substitution_needs_a_supervisor(self):
        asked = self._substitution(self.part, self.other, approve=False)
        for user in (self.operator, self.accountant):
            with self.assertRaises(AccessError):
                asked.with_user(user).action_approve()
        self.assertFalse(asked.with_user(self.operator).can_approve)
        self.assertTrue(asked.with_user(self.supervisor).can_approve)
        asked.with_user(self.supervisor).action_approve()
        self.assertRecordValues(
            asked, [{"state": "approved", "approved_by_id": self.supervisor.id}]
        )

    def test_nobody_approves_what_he_asked_for(self):
        asked = self._substitution(self.part, self.other, approve=False)
        mine = asked.with_user(self.supervisor)
        # Who changes a draft answers for what it says.
        mine.ratio = 2
        self.assertEqual(asked.requested_by_id, self.supervisor)
        with self.assertRaisesRegex(AccessError, "another supervisor"):
            mine.action_approve()
        self.assertFalse(mine.can_approve)
        self.assertFalse(mine.action_record())
        asked.with_user(self.second).action_approve()
        self.assertEqual(asked.approved_by_id, self.second)

    def test_who_records_cannot_be_made_up(self):
        deviation = (
            self.env["backflush.deviation"]
            .with_user(self.supervisor)
            .create(
                {
                    "kind": "substitution",
                    "product_id": self.part.id,
                    "substitute_id": self.other.id,
                    "reason_id": self.reason.id,
                    "state": "approved",
                    "requested_by_id": self.operator.id,
                    "approved_by_id": self.second.id,
                }
            )
        )
        self.assertRecordValues(
            deviation,
            [
                {
                    "state": "draft",
                    "requested_by_id": self.supervisor.id,
                    "approved_by_id": False,
                }
            ],
        )
        for vals in (
            {"state": "approved"},
            {"requested_by_id": self.operator.id},
            {"approved_by_id": self.second.id},
            {"name": "BFD/1"},
        ):
            with self.assertRaises(AccessError):
                deviation.write(vals)

    def test_what_was_approved_is_fixed(self):
        approved = self._substitution(self.part, self.other)
        for vals in (
            {"ratio": 3},
            {"quantity": 1000},
            {"date_to": "2030-01-01"},
            {"substitute_id": self.thing.id},
        ):
            with self.assertRaisesRegex(UserError, "record another"):
                approved.with_user(self.supervisor).write(vals)

    def test_what_was_approved_is_never_deleted(self):
        draft = self._substitution(self.part, self.other, approve=False)
        approved = self._substitution(self.part, self.other)
        for user in (self.operator, self.supervisor, self.env.ref("base.user_admin")):
            with self.assertRaisesRegex(UserError, "are kept"):
                approved.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, "are kept"):
            approved.unlink()
        draft.with_user(self.operator).unlink()
        self.assertFalse(draft.exists())

    def test_states_follow_the_declared_transitions(self):
        deviation = self._substitution(self.part, self.other)
        mine = deviation.with_user(self.second)
        with self.assertRaises(UserError):
            mine.action_approve()
        mine.action_close()
        self.assertEqual(deviation.state, "closed")
        for action in ("action_cancel", "action_close", "action_approve"):
            with self.assertRaises(UserError):
                getattr(mine, action)()

    def test_an_operator_takes_back_drafts_of_his_own_alone(self):
        mine = self._substitution(self.part, self.other, approve=False)
        mine.with_user(self.operator).action_cancel()
        self.assertEqual(mine.state, "cancelled")
        approved = self._record(self._order(self.thing, 1), "scrap", self.part, 1)
        with self.assertRaises(AccessError):
            approved.with_user(self.operator).action_cancel()
        approved.with_user(self.supervisor).action_cancel()

    def test_an_accountant_reads_and_does_not_apply(self):
        approved = self._substitution(self.part, self.other)
        order = self._order(self.thing, 1)
        mine = approved.with_user(self.accountant)
        self.assertEqual(mine.ratio, 1)
        with self.assertRaises(AccessError):
            mine.action_apply(order.id)

    def test_companies_do_not_see_each_other(self):
        order = self._order(self.thing, 1)
        self._apply(self._substitution(self.part, self.other), order, 1)
        scrap = self._record(order, "scrap", self.part, 1)
        self._complete(order)
        other = self._create_company(name="Other plant")
        stranger = self._user("stranger", "group_backflush_administrator", other)
        own = self.env["backflush.deviation.reason"].create(
            {"name": "Ours", "company_id": self.company.id}
        )
        for records in (scrap, order.backflush_confirmation_ids.use_ids, own):
            self.assertTrue(records)
            theirs = records.with_user(stranger)
            self.assertFalse(theirs.search([("id", "in", records.ids)]))
            with self.assertRaises(AccessError):
                theirs.read(["display_name"])
        self.assertTrue(self.reason.with_user(stranger).name)

    def test_a_substitution_stays_in_its_company(self):
        other = self._create_company(name="Other plant")
        boss = self._user("boss", "group_backflush_supervisor", other)
        theirs = (
            self.env["backflush.deviation"]
            .with_user(self._user("worker", "group_backflush_operator", other))
            .create(
                {
                    "kind": "substitution",
                    "product_id": self.part.id,
                    "substitute_id": self.other.id,
                    "reason_id": self.reason.id,
                }
            )
        )
        self.assertEqual(theirs.company_id, other)
        theirs.with_user(boss).action_approve()
        with self.assertRaises(AccessError):
            theirs.with_user(self.operator).action_apply(self._order(self.thing, 1).id)

    def test_people_of_manufacturing_alone_work_as_ever(self):
        """An order with deviations is no trouble for who has no right on them."""
        order = self._order(self.thing, 1)
        self._record(order, "scrap", self.part, 1)
        worker = self.env["res.users"].create(
            {
                "name": "Worker",
                "login": "worker_of_core",
                "group_ids": [(6, 0, self.env.ref("mrp.group_mrp_user").ids)],
            }
        )
        mine = order.with_user(worker)
        self.assertEqual(mine.backflush_deviation_count, 1)
        self._complete(order, user=worker)
        self.assertLine(order, self.part, 2, 1, 1)
