from odoo import models

from ....exceptions import LotRequiredError, ShortageError, ToleranceError
from ..completion.mrp_production import COMPLETING
from .flush_problem import Question, Shortage


class MrpProduction(models.Model):
    """What a completion refuses, or asks about, before anything has moved."""

    _inherit = "mrp.production"

    def button_mark_done(self):
        """Ask, where somebody can answer, with nothing changed before the answer."""
        return self.env["backflush.question"]._around(
            self, "button_mark_done", super().button_mark_done
        )

    def action_start(self):
        """Starting can issue components: the same question."""
        return self.env["backflush.question"]._around(
            self, "action_start", super().action_start
        )

    def _backflush_may_ask(self):
        """Whether completing these orders could lead to a question."""
        return any(
            (
                order._backflush_profile() == "ask"
                and not order._backflush_shortage_is_accepted()
            )
            or order._backflush_has_tolerance()
            for order in self
        )

    def _backflush_shortage_is_accepted(self):
        """Whether this call may keep what is missing as error records."""
        profile = self._backflush_profile()
        said = self.env.context.get("backflush_shortage")
        return profile == "park" or (profile == "ask" and said == "park")

    def _backflush_refuse(self, reports):
        """Refuse, or ask about, what must not be completed like this.

        Called with the stock lock held and what is missing noted on the reports,
        before any line is changed.

        :raises FlushError: naming every problem of the whole call, and the remedy
        """
        question = self.env["backflush.question"]
        problems = question._unlisted(self._backflush_problems(reports))
        if not problems:
            return
        orders = self | self._backflush_others()
        if orders != self:
            reports = orders._backflush_report()
            orders._backflush_allocate(reports)
            problems = question._unlisted(orders._backflush_problems(reports))
        if question._can_ask() and all(
            self._backflush_can_answer(problem) for problem in problems
        ):
            raise Question(problems)
        raise self._backflush_refusal(problems)

    def _backflush_others(self):
        """Orders of the same call whose stock moves after these."""
        batch = self.browse(self.env.cr.cache.get(COMPLETING, ()))
        if not batch & self:
            return self.browse()
        return (batch - self).filtered(lambda o: o.state not in ("done", "cancel"))

    def _backflush_problems(self, reports):
        """What keeps these orders from being completed, answers taken into account."""
        deviations = self._backflush_deviations(reports)
        is_confirmed = self._backflush_deviations_are_confirmed()
        self._backflush_note_confirmed(deviations if is_confirmed else [])
        missing = self._backflush_shortages(reports)
        return missing if is_confirmed else missing + deviations

    def _backflush_shortages(self, reports):
        """Components that are missing where that is not accepted."""
        return [
            Shortage(
                order=move.raw_material_production_id,
                product=move.product_id,
                location=move.location_id,
                needed=report.reported,
                missing=sum(report.missing.values()),
                lacks_lot=bool(report.missing.get(False))
                and move._backflush_is_lot_required(),
            )
            for move, report in reports.items()
            if report.missing
            and move.raw_material_production_id in self
            and not move.raw_material_production_id._backflush_shortage_is_accepted()
        ]

    def _backflush_can_answer(self, problem):
        """Whether the user may decide about ``problem``."""
        if problem.kind == "shortage":
            return problem.order._backflush_profile() == "ask"
        return self._backflush_can_confirm_deviations()

    def _backflush_refusal(self, problems):
        """The error: what, and what to do about it."""
        missing = [problem for problem in problems if problem.kind == "shortage"]
        beyond = [problem for problem in problems if problem.kind == "deviation"]
        parts, kind = [], ToleranceError
        if missing:
            lots = all(problem.lacks_lot for problem in missing)
            kind = LotRequiredError if lots else ShortageError
            is_open = all(self._backflush_can_answer(problem) for problem in missing)
            parts.append(self._backflush_shortage_refusal(missing, is_open))
        if beyond:
            parts.append(self._backflush_deviation_refusal(beyond))
        return kind("\n\n".join(parts))

    def _backflush_shortage_refusal(self, missing, is_open):
        """What is missing; where the profile asks, how a program can answer."""
        lines = "\n".join(problem.text(self.env) for problem in missing)
        if is_open:
            return self.env._(
                "These components are missing:\n%s\nRefill the location, or report "
                "what was really used. A program that wants to complete all the same, "
                "and keep what is missing as error records, calls again with "
                "backflush_shortage='park' in the context.",
                lines,
            )
        return self.env._(
            "These components are missing, and the shortage profile does not let "
            "orders complete without them. Refill the location, or report what was "
            "really used:\n%s",
            lines,
        )

    def _backflush_deviation_refusal(self, beyond):
        """What is beyond the tolerance, and who can confirm it, how."""
        lines = "\n".join(problem.text(self.env) for problem in beyond)
        if self._backflush_can_confirm_deviations():
            return self.env._(
                "These reports deviate by more than the tolerance:\n%s\nCorrect the "
                "report, or confirm it: a program with a Supervisor's rights calls "
                "again with backflush_confirm_deviations=True in the context.",
                lines,
            )
        return self.env._(
            "These reports deviate by more than the tolerance:\n%s\nCorrect the "
            "report, or let somebody with the role Supervisor complete the order and "
            "confirm it.",
            lines,
        )
