from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ..models.flush.question.flush_problem import Question

ASKING = "backflush_question.asking"
# What the web client calls when somebody clicks.
SCREEN_PATHS = ("/web/dataset/call_button", "/web/dataset/call_kw", "/web/action/run")


class BackflushQuestion(models.TransientModel):
    """Something is missing or beyond a tolerance: complete all the same?

    The completion was tried and undone, so what is listed is exactly what would be
    missing; nothing is changed or reserved while the question is open. It comes
    after core's own questions (consumption, backorder); their answers stand in the
    context and are handed on with ours.
    """

    _name = "backflush.question"
    _description = "Question Before Completion"

    res_model = fields.Char(required=True, readonly=True, help="What was clicked on.")
    res_ids = fields.Json(required=True, readonly=True, help="Ids of the documents.")
    method = fields.Char(required=True, readonly=True, help="What was clicked.")
    shortage_ids = fields.One2many(
        "backflush.question.line",
        "question_id",
        "Missing Components",
        domain=[("kind", "=", "shortage")],
        readonly=True,
        help="Components of which less is free at their location than was used.",
    )
    deviation_ids = fields.One2many(
        "backflush.question.line",
        "question_id",
        "Beyond the Tolerance",
        domain=[("kind", "=", "deviation")],
        readonly=True,
        help="Reports that deviate from what is required by more than is allowed.",
    )
    has_shortages = fields.Boolean(
        compute="_compute_kinds", help="Whether something is missing."
    )
    has_deviations = fields.Boolean(
        compute="_compute_kinds", help="Whether something is beyond a tolerance."
    )

    @api.depends("shortage_ids", "deviation_ids")
    def _compute_kinds(self):
        for question in self:
            question.has_shortages = bool(question.shortage_ids)
            question.has_deviations = bool(question.deviation_ids)

    @api.model
    def _has_user_interface(self):
        """Whether somebody sits in front of a screen who can answer.

        That is: this call came from the web client, and not from inside something
        that says ``backflush_unattended`` in the context because it has no use for
        an answer. XML-RPC, JSON-RPC, JSON-2 and scheduled actions have nobody to ask.
        """
        if self.env.context.get("backflush_unattended") or not request:
            return False
        return request.httprequest.path.startswith(SCREEN_PATHS)

    @api.model
    def _can_ask(self):
        """Whether a question raised now reaches somebody: see :meth:`_around`."""
        return self.env.cr.cache.get(ASKING) is not None

    @api.model
    def _asked(self):
        """Hook: ``{(model, method)}`` that can be asked about."""
        return {
            ("mrp.production", "button_mark_done"),
            ("mrp.production", "action_start"),
            ("mrp.workorder", "button_start"),
            ("mrp.workorder", "button_finish"),
            ("backflush.deviation", "action_approve"),
            ("backflush.deviation", "action_record"),
            ("backflush.product.scrap", "action_record"),
        }

    @api.model
    def _orders(self, records):
        """Hook: the orders that calling a method on ``records`` is about."""
        return records if records._name == "mrp.production" else records.production_id

    @api.model
    def _around(self, records, method, call):
        """Carry ``call`` out; where it raises a question, undo it and ask.

        :param records: what ``method`` was called on: orders, work orders, or what
            :meth:`_orders` knows
        :param str method: to be called again with the answer
        :param call: what to do, without arguments
        :return: the result of ``call``, or the action that opens the question
        """
        if self._can_ask() or not self._has_user_interface():
            return call()
        orders = self._orders(records)
        if not orders._backflush_may_ask():
            return call()
        # Before the savepoint: who has to wait for the lock starts over in place.
        orders._backflush_acquire()
        cache = self.env.cr.cache
        cache[ASKING] = set()
        try:
            with self.env.cr.savepoint():
                return call()
        except Question as question:
            problems = question.problems
            if len(orders.company_id) > 1:
                problems += self._problems_of_others(call, problems)
            return self._open(records, method, problems)
        finally:
            cache[ASKING] = None

    @api.model
    def _problems_of_others(self, call, problems):
        """What is missing elsewhere: other companies' orders come after these.

        Tried again, as if the problems found so far were accepted, and undone, until
        nothing new is found.
        """
        found, listed = [], set()
        while problems:
            listed.update(one.order.id for one in problems)
            # Not once and for all: undoing empties the cursor's cache.
            self.env.cr.cache[ASKING] = listed
            try:
                with self.env.cr.savepoint():
                    call()
                    raise Question([])
            except Question as question:
                problems = question.problems
            found += problems
        return found

    @api.model
    def _unlisted(self, problems):
        """Those of ``problems`` that do not stand in the question on hand already."""
        listed = self.env.cr.cache.get(ASKING) or ()
        return [problem for problem in problems if problem.order.id not in listed]

    @api.model
    def _open(self, records, method, problems):
        """The action that asks; core's own answers go along in its context."""
        question = self.create(
            {
                "res_model": records._name,
                "res_ids": records.ids,
                "method": method,
                **{
                    name: [
                        Command.create(problem.line_vals())
                        for problem in problems
                        if problem.kind == kind
                    ]
                    for name, kind in (
                        ("shortage_ids", "shortage"),
                        ("deviation_ids", "deviation"),
                    )
                },
            }
        )
        title = self.env._("Components Are Missing")
        if not question.has_shortages:
            title = self.env._("Beyond the Tolerance")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": question.id,
            "views": [(False, "form")],
            "view_mode": "form",
            "target": "new",
            "context": {
                key: value
                for key, value in records.env.context.items()
                if not key.startswith("default_")
            },
        }

    def action_complete(self):
        """Go on: keep what is missing as error records, confirm what deviates."""
        self.ensure_one()
        if (self.res_model, self.method) not in self._asked():
            raise UserError(self.env._("Nothing can be completed by this question."))
        answers = {}
        if self.has_shortages:
            answers["backflush_shortage"] = "park"
        if self.has_deviations:
            answers["backflush_confirm_deviations"] = True
        records = self.env[self.res_model].browse(self.res_ids).with_context(**answers)
        return getattr(records, self.method)()
