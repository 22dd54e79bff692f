from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ....engine.deviation import explain
from ....engine.numbers import ZERO, exact, share
from ....said import Said, said
from .backflush_deviation import PRODUCT_SCRAP

# Context: orders are cancelled because another one goes on with what they plan.
MERGING = "backflush_merging"


class MrpProduction(models.Model):
    """Deviations of an order: recorded before, borne out by its confirmation."""

    _inherit = "mrp.production"

    backflush_deviation_ids = fields.One2many(
        "backflush.deviation",
        "production_id",
        "Deviations",
        readonly=True,
        help="Scrap, over-use, under-use and substitutions recorded for this order.",
    )
    backflush_deviation_count = fields.Integer(
        compute="_compute_backflush_deviation_count",
        help="Number of deviations of this order, substitutions applied included.",
    )
    backflush_deviation_waiting_count = fields.Integer(
        compute="_compute_backflush_deviation_count",
        help="Number of deviations that wait for approval: the order cannot be "
        "completed before.",
    )
    backflush_has_deviation = fields.Boolean(
        compute="_compute_backflush_deviation_count",
        help="Whether recorded deviations change what completing the order issues.",
    )

    @api.depends("backflush_deviation_ids.state", "move_raw_ids.backflush_deviation_id")
    def _compute_backflush_deviation_count(self):
        for order in self:
            # People of manufacturing alone need no rights on deviations.
            deviations = order.sudo()._backflush_all_deviations()
            recorded = order._backflush_pending()
            order.backflush_deviation_count = len(deviations)
            order.backflush_deviation_waiting_count = len(
                recorded.filtered(lambda d: d.state == "draft")
            )
            order.backflush_has_deviation = bool(
                recorded.filtered(lambda d: d.state == "approved")
            )

    def _backflush_all_deviations(self):
        """Deviations recorded for these orders or applied to them."""
        return self.backflush_deviation_ids | self.move_raw_ids.backflush_deviation_id

    def _backflush_state_name(self):
        """The order's state in words."""
        names = dict(self._fields["state"]._description_selection(self.env))
        return names[self.state]

    def _backflush_event_day(self):
        """The plant's day of what is being reported."""
        moment = self._backflush_event_time(fields.Datetime.now())
        return self.company_id._backflush_day(moment)

    def _backflush_is_confirmed(self):
        """A recorded deviation is borne out by a confirmation."""
        return super()._backflush_is_confirmed() or bool(
            self.sudo()._backflush_all_deviations()
        )

    # -- planned -------------------------------------------------------------------

    def _backflush_pending(self):
        """What is recorded and no confirmation has borne out yet."""
        return (
            self.sudo()
            .backflush_deviation_ids.filtered(
                lambda d: d.kind != "substitution" and d.state in ("draft", "approved")
            )
            .sorted("id")
        )

    def _backflush_pending_by_move(self, moves=None):
        """``{component line: pending deviations}``: each on the first line of its
        component.

        :param moves: lines to look at; the open ones when empty
        """
        if moves is None:
            moves = self.move_raw_ids.filtered(
                lambda m: m.state not in ("done", "cancel")
            )
        result = defaultdict(lambda: self.env["backflush.deviation"].sudo())
        by_order = moves.grouped("raw_material_production_id")
        for order in self:
            lines = by_order.get(order, moves.browse()).filtered(
                lambda m: not m.backflush_scrap_id
            )
            pending = order._backflush_pending()
            for deviation in pending.filtered(lambda d: d.kind != PRODUCT_SCRAP):
                move = lines.filtered(
                    lambda m, d=deviation: m.product_id == d.product_id
                )[:1]
                if move:
                    result[move] |= deviation
        return result

    def _backflush_report(self):
        """What the documents say changes what is issued, before it is noted."""
        pending = self._backflush_pending_by_move()
        self._backflush_check_documents(pending)
        for move, deviations in pending.items():
            move._backflush_apply_deviations(deviations)
        return super()._backflush_report()

    def _backflush_check_documents(self, pending):
        """Refuse what waits, and what would be forgotten: its component is gone.

        :param dict pending: see :meth:`_backflush_pending_by_move`
        :raises UserError: naming the documents and the remedy
        """
        none = self.env["backflush.deviation"].sudo()
        documents = none.union(*(order._backflush_pending() for order in self))
        documents._check_all_approved()
        lost = documents - none.union(*pending.values())
        if lost:
            raise UserError(
                self.env._(
                    "These deviations are of components that their order does not use "
                    "any more. Put the component on the order again, or let a "
                    "Supervisor cancel them:\n%s",
                    "\n".join(deviation._sentence() for deviation in lost),
                )
            )

    def _get_consumption_issues(self):
        """What documents explain needs no question, and no manager."""
        return [
            (order, product, consumed, expected)
            for order, product, consumed, expected in super()._get_consumption_issues()
            if not order._backflush_explains(product, consumed, expected)
        ]

    def _backflush_explains(self, product, consumed, expected):
        """Whether documents explain what was used, in the product's unit."""
        lines = self.move_raw_ids.filtered(
            lambda m: m.product_id == product and m.state not in ("done", "cancel")
        )
        changed = self.sudo()._backflush_documented_early(product)
        for move in lines:
            if move.backflush_deviation_id:
                changed += exact(
                    move.product_uom._compute_quantity(
                        move.should_consume_qty, product.uom_id, round=False
                    )
                )
            changed -= exact(move._backflush_replaced_quantity())
        documents = [
            exact(deviation._signed_quantity())
            for deviations in self._backflush_pending_by_move(lines).values()
            for deviation in deviations
        ]
        rest = exact(consumed) - exact(expected) - changed
        changed += sum(explain(rest, documents), ZERO)
        expected += float(changed)
        return not product.uom_id.compare(consumed, expected) or (
            self.sudo()._backflush_is_as_reported(product, consumed, expected)
        )

    def _backflush_documented_early(self, product):
        """What documents explain of reports at operations of this order."""
        return sum(
            (
                share(exact(line.documented_quantity), exact(part.quantity), exact(n))
                for part in self.backflush_share_ids._open()
                for n in [part.confirmation_id.quantity]
                for line in part.confirmation_id.line_ids
                if line.product_id == product
            ),
            ZERO,
        )

    # -- borne out -----------------------------------------------------------------

    def _backflush_confirm(self, reports):
        res = super()._backflush_confirm(reports)
        self._backflush_document(reports)
        return res

    def _backflush_confirm_early(self, trigger, issues, due, reports):
        res = super()._backflush_confirm_early(trigger, issues, due, reports)
        self._backflush_document(reports)
        return res

    def _backflush_document(self, reports):
        """Say on the lines that were just written which documents explain them."""
        lines = {
            order: order._backflush_reported_lines(reports)
            for order in self.sudo()
            if order._backflush_all_deviations()
        }
        later = self.env["backflush.confirmation.line"].union(*lines.values())
        for order, own in lines.items():
            later -= own
            self.env["backflush.deviation.use"].sudo()._document(order, own, later)

    def _backflush_reported_lines(self, reports):
        """Confirmation lines that were just written, in the order of the report."""
        return self.env["backflush.confirmation.line"].concat(
            *(
                move.backflush_confirmation_line_id
                for move in reports
                if move.raw_material_production_id == self
            )
        )

    def _action_cancel(self):
        """What was recorded for an order that is not made has no effect."""
        res = super()._action_cancel()
        cancelled = self.filtered(lambda order: order.state == "cancel")
        if not said(self.env, MERGING):
            cancelled._backflush_pending()._set_state("cancelled")
        return res

    def action_merge(self):
        """What was recorded for the merged orders concerns the order of them all."""
        orders = self.with_context(**{MERGING: Said(True)})
        action = super(MrpProduction, orders).action_merge()
        pending = self._backflush_pending()
        if pending:
            pending._hand_over(self.browse(action["res_id"]))
        return action

    # -- screen --------------------------------------------------------------------

    def action_open_backflush_deviations(self):
        """Show the deviations recorded for this order or applied to it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deviations of %s", self.name),
            "res_model": "backflush.deviation",
            "view_mode": "list,form",
            "domain": [("id", "in", self._backflush_all_deviations().ids)],
            "context": {"default_production_id": self.id},
        }
