from inspect import Parameter, isfunction, signature

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import BackflushCommon

# Of every form about many error records.
CHOICE = "action_apply action_start apply_slice queue_rest"
# Every public method that the addon adds to a model: whoever knows its name can call it
# from outside, with any ids. Each asks for a role, or opens a window on what its reader
# may read. A new one needs a look at who may call it, and its name here.
METHODS = {
    "account.move": "action_open_backflush_confirmations",
    "backflush.account.proposal": "action_apply",
    "backflush.confirmation": "action_open_entry action_reverse",
    "backflush.control.cycle": "action_add_one_off action_apply_proposal "
    "action_demand_from_history action_demand_from_orders action_open_cards "
    "action_propose action_return_excess action_stage action_start action_supply_run "
    "get_board",
    "backflush.costing.policy": "action_open_categories action_open_cutovers "
    "action_propose_accounts action_review_accounts post_opening",
    "backflush.cutover": "action_post action_preview action_reverse",
    "backflush.cutover.item": "action_open",
    "backflush.cutover.reversal": "action_apply",
    "backflush.deviation": "action_apply action_approve action_cancel action_close "
    "action_record",
    "backflush.deviation.record": "action_record",
    "backflush.error": "action_approve_addition action_approve_write_off "
    "action_assign_lot action_correct_quantity action_decline_addition "
    "action_decline_write_off action_issue_from action_queue action_reject "
    "action_request_count action_retry action_retry_on_screen action_substitute "
    "action_take action_transfer action_write_off action_substitute_open "
    "action_correct_message get_dashboard",
    "backflush.error.cumulation": "action_open_records action_retry",
    "backflush.handling.unit.log": "action_confirm",
    "backflush.handling.unit.report": "action_report",
    "backflush.issue.from": CHOICE,
    "backflush.kanban": "action_arrived action_empty action_hold action_lost "
    "action_resume action_supply_again scan",
    "backflush.kanban.event": "action_add",
    "backflush.label.print": "action_print",
    "backflush.message": "action_go_on action_open_errors action_reject "
    "action_reprocess action_resubmit get_status submit",
    "backflush.message.outbound": "fetch_messages",
    "backflush.message.remedy": "action_apply",
    "backflush.opening": "action_post",
    "backflush.period.close": "action_open_errors action_post action_preview "
    "action_reverse",
    "backflush.period.reversal": "action_apply",
    "backflush.product.scrap": "action_record",
    "backflush.question": "action_complete",
    "backflush.reconciliation": "action_open action_refresh",
    "backflush.reconciliation.line": "action_open_items",
    "backflush.remedy": CHOICE,
    "backflush.reversal": "action_apply",
    "backflush.setup.assistant": "action_apply action_back action_preview",
    "backflush.setup.change": "action_open",
    "backflush.sizing.proposal": "action_approve action_drop action_reconsider",
    "backflush.standard.cost": "action_open_release action_release action_roll_up "
    "action_roll_up_again action_roll_up_and_open action_unschedule",
    "backflush.standard.release": "action_release",
    "backflush.start.anyway": "action_start",
    "backflush.supply.area": "action_create",
    "backflush.wip.limit": "action_open_orders",
    "backflush.write.off": CHOICE,
    "mrp.production": "action_backflush_cancel_and_scrap "
    "action_backflush_scrap_pieces action_backflush_update action_leave_queue "
    "action_open_backflush_confirmations action_open_backflush_deviations "
    "action_return_excess action_stage_components action_backflush_open_units "
    "action_backflush_print_units backflush_complete",
    "mrp.workcenter": "get_unit_terminal get_unit_terminals",
    "mrp.workorder": "action_backflush_scrap_pieces action_backflush_start_anyway",
    "stock.location": "action_backflush_begin_count action_backflush_end_count "
    "action_remove_supply_area",
    "stock.lot": "action_backflush_components action_backflush_recall",
    "stock.move": "action_backflush_take_back",
    "stock.package": "action_assign_sscc mount move_back report_consumption "
    "report_empty reverse_empty scan_unit unmount",
}
# What the methods ask for that has no default.
SAMPLES = {"messages": [], "values": {}, "external_ids": ["m1"], "product_ids": [1]}
OF_US = "odoo.addons.backflush_costing."


@tagged("post_install", "-at_install")
class TestPublicMethods(BackflushCommon):
    """What can be called from outside is closed to whoever lacks the role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        category = cls._category("Parts")
        cls.part = cls._product("Part", 3.0, category)
        cls.thing = cls._product("Thing", 0.0, category)
        cls._bom(cls.thing, [(cls.part, 2)])
        cls.policy = cls._policy()
        category.property_backflush_policy_id = cls.policy
        cls.clerk = cls._user("clerk", "base.group_user")
        cls.guest = cls._user("guest", "base.group_portal")

    def _added(self):
        """``{(model, method): function}`` of what the addon adds to Odoo's methods."""
        found = {}
        for name in self.env.registry:
            if self.env[name]._abstract:
                continue
            classes = type(self.env[name]).mro()
            for cls in (c for c in classes if c.__module__.startswith(OF_US)):
                for method, function in vars(cls).items():
                    if isfunction(function) and not method.startswith("_"):
                        found[name, method] = function
            for cls in (c for c in classes if not c.__module__.startswith(OF_US)):
                if cls.__module__.startswith("odoo.addons.backflush_costing_"):
                    continue
                # What Odoo or the ORM have already is theirs to guard.
                for method in vars(cls) if cls is not type(self.env[name]) else ():
                    found.pop((name, method), None)
        return found

    def _call(self, user, model, method, function):
        """What a call from outside answers, with a record where there is one."""
        required = [
            SAMPLES.get(name, 1)
            for name, parameter in list(signature(function).parameters.items())[1:]
            if parameter.default is Parameter.empty
        ]
        records = self.env[model].search([], limit=1) or self.env[model].browse(1)
        with self.env.cr.savepoint():
            return getattr(records.with_user(user), method)(*required)

    def test_every_public_method_is_closed_to_who_has_no_role(self):
        self._produce(self.thing, 1)
        self.env.invalidate_all()
        added = self._added()
        listed = {
            (model, method)
            for model, methods in METHODS.items()
            for method in methods.split()
        }
        self.assertEqual(set(added), listed)
        for (model, method), function in sorted(added.items()):
            for user in (self.clerk, self.guest):
                with self.subTest(model=model, method=method, user=user.login):
                    try:
                        answer = self._call(user, model, method, function)
                    except AccessError:
                        continue
                    # A window that shows him nothing: its rows ask for rights.
                    self.assertRegex(method, "^action_(back|open)")
                    self.assertEqual(answer["type"], "ir.actions.act_window")

    # -- what a caller says in the context -------------------------------------------

    def test_no_context_forges_the_history(self):
        order = self._order(self.thing, 1)
        forged = {"user_id": self.env.ref("base.user_admin").id, "reason": "Forged"}
        self._complete(order.with_context(backflush_remedy=forged))
        first = order.backflush_error_ids.remedy_ids
        self.assertEqual((first.user_id, first.reason), (self.operator, False))

    def _foreign_message(self):
        source = self.env["backflush.message.source"].create(
            {"name": "Line 1", "code": "line-1"}
        )
        machine = self._user("machine", "group_integration")
        self.env["backflush.message"].with_user(machine).submit(
            [
                {
                    "source": source.code,
                    "external_id": "m1",
                    "type": "production",
                    "event_time": "2026-03-02T10:00:00Z",
                    "order": "no such order",
                    "quantity": 1,
                }
            ]
        )
        message = self.env["backflush.message"].search([("source_id", "=", source.id)])
        self.assertTrue(message)
        return message

    def test_nobody_says_that_a_message_reported_it(self):
        message = self._foreign_message()
        order = self._order(self.thing, 1)
        claim = {"backflush_message_id": message.id}
        deviation = self.env["backflush.deviation"].with_user(self.operator)
        deviation = deviation.with_context(**claim).create(
            {
                "kind": "overuse",
                "production_id": order.id,
                "product_id": self.part.id,
                "quantity": 1,
                "reason_id": self.env.ref(
                    "backflush_costing.deviation_reason_other"
                ).id,
                "message_id": message.id,
            }
        )
        self.assertFalse(deviation.message_id)
        with self.assertRaises(AccessError):
            deviation.message_id = message.id
        deviation.action_record()
        self._complete(order.with_context(**claim))
        self.assertFalse(order.backflush_confirmation_ids.message_id)
        error = order.backflush_error_ids
        self.assertFalse(error.message_id)
        with self.assertRaises(AccessError):
            self._as(self.supervisor, error).message_id = message.id

    def test_no_context_keeps_what_a_cancelled_order_recorded(self):
        order = self._order(self.thing, 1)
        deviation = self.env["backflush.deviation"].create(
            {
                "kind": "overuse",
                "production_id": order.id,
                "product_id": self.part.id,
                "quantity": 1,
                "reason_id": self.env.ref(
                    "backflush_costing.deviation_reason_other"
                ).id,
            }
        )
        mine = self._as(self.operator, order)
        mine.with_context(backflush_merging=True).action_cancel()
        self.assertEqual(deviation.state, "cancelled")

    # -- what is shown and follows from what happened ---------------------------------

    def test_what_the_ledger_reads_is_not_entered(self):
        self._put(self.part, 2, self.store)
        move = self._produce(self.thing, 1).move_raw_ids
        keeper = self._user("keeper", "stock.group_stock_manager")
        keeper.group_ids += self.env.ref("product.group_product_manager")
        unit = self.env["stock.package"].create({"name": "UNIT-1"})
        for records, name, value in (
            (move, "backflush_unit_cost", 1000.0),
            (move, "backflush_credits_owner", True),
            (self.part, "backflush_inventory_cost", 1000.0),
            (unit, "backflush_emptied", True),
            (unit, "backflush_life", 7),
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self._as(keeper, records).write({name: value})
        with self.assertRaises(AccessError):
            self.env["product.product"].with_user(keeper).with_context(
                default_backflush_inventory_cost=1000.0
            ).create({"name": "Made up"})
        with self.assertRaises(AccessError):
            self.env["stock.package"].with_user(keeper).with_context(
                default_backflush_emptied=True
            ).create({"name": "UNIT-2"})

    def test_an_unbuild_claims_no_confirmation(self):
        self._put(self.part, 2, self.store)
        order = self._produce(self.thing, 1)
        confirmation = order.backflush_confirmation_ids
        with self.assertRaises(AccessError):
            self._unbuild(order, 1, backflush_confirmation_id=confirmation.id)
        unbuilds = self.env["mrp.unbuild"].with_context(
            default_backflush_confirmation_id=confirmation.id
        )
        with self.assertRaises(AccessError):
            self._as(self.planner, unbuilds).create(
                {"product_id": self.thing.id, "mo_id": order.id}
            )

    def test_who_may_not_work_the_queue_learns_nothing_of_locations(self):
        self.line_side.backflush_blocked = True
        for user in (self.clerk, self.guest):
            with self.assertRaises(AccessError):
                self._as(user, self.env["backflush.error"]).action_issue_from(
                    self.line_side.id
                )
