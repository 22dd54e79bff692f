from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BackflushCommon

OPERATOR, SUPERVISOR, ADMINISTRATOR, ACCOUNTANT, INTEGRATION = (
    "group_backflush_operator",
    "group_backflush_supervisor",
    "group_backflush_administrator",
    "group_cost_accountant",
    "group_integration",
)
ROLES = (OPERATOR, SUPERVISOR, ADMINISTRATOR, ACCOUNTANT, INTEGRATION)
SHOP_FLOOR = (OPERATOR, SUPERVISOR, ADMINISTRATOR, INTEGRATION)

# model: {operation: roles that may}; what is not listed nobody may.
RIGHTS = {
    "backflush.error": {
        "read": ROLES,
        "write": (SUPERVISOR, ADMINISTRATOR, ACCOUNTANT),
    },
    "backflush.error.remedy": {"read": ROLES},
    "backflush.error.rule": {
        "read": ROLES,
        **dict.fromkeys(("write", "create", "unlink"), (ACCOUNTANT,)),
    },
    "backflush.error.cumulation": {"read": ROLES},
    "backflush.confirmation": {"read": ROLES},
    "backflush.confirmation.line": {"read": ROLES},
    "backflush.deviation": {
        "read": ROLES,
        **dict.fromkeys(("write", "create", "unlink"), SHOP_FLOOR),
    },
    "backflush.deviation.use": {"read": ROLES},
    "backflush.deviation.reason": {
        "read": ROLES,
        **dict.fromkeys(("write", "create", "unlink"), (ADMINISTRATOR,)),
    },
    "backflush.confirmation.share": {"read": ROLES},
    "backflush.shift": {
        "read": ROLES,
        **dict.fromkeys(("write", "create", "unlink"), (ADMINISTRATOR,)),
    },
    "backflush.costing.policy": {
        "read": (ADMINISTRATOR, ACCOUNTANT),
        "write": (ACCOUNTANT,),
        "create": (ACCOUNTANT,),
        "unlink": (ACCOUNTANT,),
    },
    "backflush.standard.cost": dict.fromkeys(
        ("read", "write", "create", "unlink"), (ACCOUNTANT,)
    ),
    "backflush.period.close": dict.fromkeys(
        ("read", "write", "create", "unlink"), (ACCOUNTANT,)
    ),
    "backflush.period.close.line": {"read": (ACCOUNTANT,)},
    "backflush.cutover": dict.fromkeys(
        ("read", "write", "create", "unlink"), (ACCOUNTANT,)
    ),
    "backflush.cutover.line": {"read": (ACCOUNTANT,)},
    "backflush.cutover.item": {"read": (ACCOUNTANT,)},
    "backflush.standard.cost.element": dict.fromkeys(
        ("read", "write", "create", "unlink"), (ACCOUNTANT,)
    ),
    "backflush.standard.cost.line": {"read": (ACCOUNTANT,)},
    "backflush.standard.cost.difference": {"read": (ACCOUNTANT,)},
    "backflush.standard.release": dict.fromkeys(
        ("read", "write", "create", "unlink"), (ACCOUNTANT,)
    ),
    "backflush.standard.release.line": {"read": (ACCOUNTANT,)},
    "backflush.posting.line": {"read": (ACCOUNTANT,)},
    "backflush.reconciliation": dict.fromkeys(
        ("read", "write", "create", "unlink"), (ACCOUNTANT,)
    ),
    "backflush.reconciliation.line": {"read": (ACCOUNTANT,)},
    "backflush.stock.lock": {},
    "backflush.control.cycle": {
        "read": ROLES,
        **dict.fromkeys(("write", "create", "unlink"), (SUPERVISOR, ADMINISTRATOR)),
    },
    "backflush.wip.limit": {
        "read": ROLES,
        **dict.fromkeys(("write", "create", "unlink"), (SUPERVISOR, ADMINISTRATOR)),
    },
    "backflush.sizing.proposal": {
        "read": ROLES,
        "write": (SUPERVISOR, ADMINISTRATOR),
    },
    "backflush.loop.report": {"read": ROLES},
    "backflush.kanban": {"read": ROLES},
    "backflush.kanban.log": {"read": ROLES},
    "backflush.handling.unit.log": {"read": ROLES},
    "backflush.residue.reason": {
        "read": ROLES,
        **dict.fromkeys(("write", "create", "unlink"), (ACCOUNTANT,)),
    },
    "backflush.message": {"read": ROLES},
    "backflush.message.stream": {"read": ROLES},
    "backflush.message.outbound": {"read": SHOP_FLOOR},
    "backflush.message.source": {
        "read": ROLES,
        **dict.fromkeys(("write", "create", "unlink"), (ADMINISTRATOR,)),
    },
}


@tagged("post_install", "-at_install")
class TestSecurity(BackflushCommon):
    """Who may do what, role by role and model by model; companies apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.roles = {role: cls._user(f"of_{role}", role) for role in ROLES}
        category = cls._category("Parts")
        cls.part = cls._product("Part", 3.0, category)
        cls.thing = cls._product("Thing", 0.0, category)
        cls._bom(cls.thing, [(cls.part, 2)])
        cls.policy = cls._policy()
        category.property_backflush_policy_id = cls.policy

    def test_every_model_says_what_each_role_may(self):
        models = self.env["ir.model"].search([("model", "=like", "backflush.%")])
        own = models.filtered(
            lambda m: (
                not self.env[m.model]._abstract
                and not (self.env[m.model]._transient and m.model not in RIGHTS)
            )
        )
        self.assertEqual(set(own.mapped("model")), set(RIGHTS))
        for model, allowed in RIGHTS.items():
            for operation in ("read", "write", "create", "unlink"):
                for role, user in self.roles.items():
                    with self.subTest(model=model, operation=operation, role=role):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation),
                            role in allowed.get(operation, ()),
                        )

    def test_roles_of_different_privileges_combine(self):
        groups = [self.env.ref(f"backflush_costing.{role}") for role in ROLES]
        by_privilege = {g.privilege_id: g for g in groups}
        self.assertEqual(len(by_privilege), 3)
        user = self.roles[OPERATOR]
        user.group_ids += self.env.ref(f"backflush_costing.{ACCOUNTANT}")
        self.assertTrue(user.has_group(f"backflush_costing.{OPERATOR}"))
        self.assertTrue(
            self.env["backflush.posting.line"].with_user(user).has_access("read")
        )

    def test_the_shop_floor_completes_without_seeing_the_ledger(self):
        for role in (OPERATOR, INTEGRATION):
            order = self._complete(self._order(self.thing, 1), user=self.roles[role])
            self.assertEqual(order.state, "done")
            confirmation = order.backflush_confirmation_ids.with_user(self.roles[role])
            self.assertEqual(confirmation.user_id, self.roles[role])
            self.assertEqual(confirmation.line_ids.open_quantity, 2)
            with self.assertRaises(AccessError):
                confirmation.posting_line_ids.mapped("amount")

    def test_only_supervisors_retry_and_only_accountants_write_off(self):
        error = self._produce(self.thing, 1).backflush_error_ids
        for role, user in self.roles.items():
            mine = error.with_user(user)
            with self.subTest(role=role):
                if role not in (SUPERVISOR, ADMINISTRATOR):
                    with self.assertRaises(AccessError):
                        mine.action_retry()
                    with self.assertRaises(AccessError):
                        mine.action_issue_from(self.store.id)
                if role != ACCOUNTANT:
                    with self.assertRaises(AccessError):
                        mine.action_write_off("Because")
        self.assertTrue(error.with_user(self.roles[SUPERVISOR]).action_retry())

    def test_nobody_deletes_an_error_record(self):
        error = self._produce(self.thing, 1).backflush_error_ids
        for user in (*self.roles.values(), self.env.ref("base.user_admin")):
            with self.assertRaises(UserError):
                error.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, "never deleted"):
            error.sudo().unlink()

    def test_nobody_deletes_the_subledger(self):
        self._put(self.part, 2, self.store)
        lines = self._produce(self.thing, 1).backflush_confirmation_ids.posting_line_ids
        self.assertTrue(lines)
        with self.assertRaisesRegex(UserError, "never deleted"):
            lines.sudo().unlink()

    def test_companies_do_not_see_each_other(self):
        order = self._produce(self.thing, 1)
        other = self._create_company(name="Other plant")
        strangers = {
            role: self._user(f"stranger_{role}", role, company=other) for role in ROLES
        }
        documents = (
            order.backflush_error_ids,
            order.backflush_confirmation_ids,
            order.backflush_confirmation_ids.line_ids,
            order.backflush_confirmation_ids.posting_line_ids,
            self.policy,
            self.env["backflush.standard.cost"]._current(self.part)[self.part],
        )
        for user in strangers.values():
            for records in documents:
                if not records.with_user(user).has_access("read") and (
                    not self.env[records._name].with_user(user).has_access("read")
                ):
                    continue
                self.assertFalse(
                    self.env[records._name]
                    .with_user(user)
                    .search([("id", "in", records.ids)])
                )
                with self.assertRaises(AccessError):
                    records.with_user(user).read(["company_id"])

    def test_policies_and_standards_are_per_company(self):
        other = self._create_company(name="Other plant")
        part = self.part.with_company(other)
        self.assertFalse(part._backflush_policy())
        self.assertFalse(
            self.env["backflush.standard.cost"].with_company(other)._current(part)
        )
        with self.assertRaisesRegex(UserError, "belongs to"):
            self.part.categ_id.with_company(
                other
            ).property_backflush_policy_id = self.policy

    def test_what_happened_cannot_be_written(self):
        error = self._produce(self.thing, 1).backflush_error_ids
        for role in (SUPERVISOR, ADMINISTRATOR, ACCOUNTANT):
            mine = error.with_user(self.roles[role])
            for vals in (
                {"state": "resolved"},
                {"quantity_issued": 2},
                {"write_off_requested_by_id": self.env.ref("base.user_admin").id},
                {"confirmation_line_id": False},
            ):
                with self.assertRaises(AccessError):
                    mine.write(vals)
            mine.user_id = self.roles[role]
        error.with_user(self.roles[SUPERVISOR]).action_take()
        self.assertEqual(error.state, "in_process")

    def test_a_standard_changes_its_state_by_release_alone(self):
        costs = self.env["backflush.standard.cost"].with_user(self.roles[ACCOUNTANT])
        current = costs.browse(costs._current(self.part)[self.part].id)
        for vals in ({"state": "draft"}, {"date_effective": "2020-01-01"}):
            with self.assertRaises(UserError):
                current.write(vals)
        made = costs.create(
            {"product_id": self.part.id, "material": 9, "state": "superseded"}
        )
        self.assertEqual(made.state, "draft")
        with self.assertRaisesRegex(UserError, "from today or later"):
            made.action_release("2020-01-01")

    def test_posted_entries_cannot_be_edited_from_behind(self):
        self._put(self.part, 2, self.store)
        entry = self._produce(self.thing, 1).backflush_confirmation_ids.posting_line_ids
        entry = entry.move_id or self.policy.post_opening(
            self.policy.inventory_difference_account_id.id
        )
        self.part.standard_price = 4
        entry = (
            self.env["backflush.standard.cost"]._current(self.part)[self.part].move_id
        )
        if not entry:
            return self.assertFalse(entry)
        with self.assertRaises(UserError):
            entry.line_ids[0].account_id = self.policy.suspense_account_id
        with self.assertRaises(UserError):
            entry.state = "draft"

    def test_prices_and_policies_belong_to_the_cost_accountant(self):
        user = self.roles[ADMINISTRATOR]
        user.group_ids += self.env.ref("product.group_product_manager")
        part = self.part.with_user(user)
        for context in ({}, {"backflush_release": True}):
            with self.assertRaises(AccessError):
                part.with_context(**context).standard_price = 5
        with self.assertRaises(AccessError):
            part.with_context(disable_auto_revaluation=True).standard_price = 5
        with self.assertRaises(AccessError):
            part.categ_id.property_backflush_policy_id = False
