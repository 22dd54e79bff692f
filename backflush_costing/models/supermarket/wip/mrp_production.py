from odoo import fields, models
from odoo.exceptions import UserError

from ....engine.conwip import Job, admit
from ....said import said


class MrpProduction(models.Model):
    """Releasing an order asks the lines for room."""

    _inherit = "mrp.production"

    backflush_queued_since = fields.Datetime(
        "Waits for Room Since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The order was confirmed while its line was full. It is released by "
        "priority, then by its start, when there is room.",
    )

    def action_confirm(self):
        """Confirm what there is room for; the rest waits, or is refused.

        :raises UserError: naming a full line that is set to refuse orders
        """
        admitted = self._backflush_admitted()
        if self and not admitted:
            return True
        admitted.filtered("backflush_queued_since").backflush_queued_since = False
        res = super(MrpProduction, admitted).action_confirm()
        if admitted != self:
            self._backflush_wake_queue(self.company_id)
        return res

    def button_plan(self):
        """What waits for room is not planned: that is done when it is released."""
        drafts = self.filtered(lambda o: o.state == "draft" and not o.is_planned)
        drafts.action_confirm()
        waiting = self.filtered("backflush_queued_since")
        return super(MrpProduction, self - waiting).button_plan()

    def _backflush_admitted(self):
        """These orders without those that their line has no room for."""
        drafts = self.filtered(lambda order: order.state == "draft")
        limits = self.env["backflush.wip.limit"]._of(drafts.company_id)
        concerned = {
            order: mine
            for order in drafts
            if (mine := limits.filtered(lambda limit, o=order: limit._concerns(o)))
        }
        if not concerned:
            return self
        waiting = self._backflush_without_room(limits, concerned)
        for order, full in waiting.items():
            order._backflush_wait_for(full)
        return self.browse(order.id for order in self if order not in waiting)

    def _backflush_without_room(self, limits, concerned):
        """``{order: the limits that it waits for}``, in turn with all that wait.

        :param dict concerned: ``{order: its limits}`` of those to be released
        """
        limits.browse().union(*concerned.values())._take_turn()
        limits.invalidate_recordset(["load", "room"])
        queue = dict(self._backflush_queue(limits)) | concerned
        jobs = [
            Job(order, {line: line._weight(order) for line in queue[order]})
            for order in self.union(*queue).sudo()._backflush_by_rank()
        ]
        _fit, waiting = admit(jobs, {limit: limit.room for limit in limits})
        return {
            order.with_env(self.env): limits.browse().union(*full)
            for order, full in waiting.items()
            if order in concerned
        }

    def _backflush_queue(self, limits):
        """``(order, its limits)`` of the orders that wait for room already."""
        waiting = self.sudo().search(
            [
                ("backflush_queued_since", "!=", False),
                ("state", "=", "draft"),
                ("company_id", "in", limits.company_id.ids),
            ]
        )
        for order in waiting:
            mine = limits.filtered(lambda limit, o=order: limit._concerns(o))
            if mine:
                yield order.with_env(self.env), mine

    def _backflush_by_rank(self):
        """Who is released first: by priority, then by start, then by arrival."""
        now = fields.Datetime.now()
        return self.sorted(
            lambda order: (
                -int(order.priority or 0),
                order.date_start or now,
                order.backflush_queued_since or now,
                order.id,
            )
        )

    def _backflush_wait_for(self, limits):
        """There is no room for this order: let it wait, or refuse it.

        :raises UserError: naming the line
        """
        refusing = limits.filtered(lambda limit: limit.when_full == "refuse")
        by_rule = said(self.env, "backflush_by_rule") or self.orderpoint_id
        if refusing and not by_rule and not self.backflush_queued_since:
            raise UserError(
                self.env._(
                    "%(order)s is not released: there is no room (%(lines)s). Complete "
                    "other orders of the line first, or raise its WIP limit.",
                    order=self.name,
                    lines=", ".join(limit._in_words() for limit in refusing),
                )
            )
        if not self.backflush_queued_since:
            self.backflush_queued_since = fields.Datetime.now()
            lines = ", ".join(limits.mapped("name"))
            self.message_post(body=self.env._("Waits for room: %s", lines))
