from odoo import models

from ...exceptions import FlushError, InvalidMessageError
from .backflush_message import FINAL


class BackflushMessage(models.Model):
    """A message that takes back what another one of the same source did.

    A type says how in ``_reverse_<type>``, called on the message that is taken back.
    """

    _inherit = "backflush.message"

    def _reversed_message(self):
        """What took effect of the message that this one takes back, if it has ended.

        Where it was corrected, that is its last correction.
        """
        found = self.with_context(active_test=False).search(
            [
                ("source_id", "=", self.source_id.id),
                ("external_id", "=", self.reverses),
                ("conflict_of_id", "=", False),
            ]
        )
        while found.replaced_by_id:
            found = found.replaced_by_id
        return found.filtered(lambda m: m.state in FINAL)

    def _with_corrected(self):
        """This message and all that it corrects, which its sender may know it by."""
        messages, found = self.with_context(active_test=False), self
        while found := messages.search([("replaced_by_id", "in", found.ids)]):
            messages |= found
        return messages

    def _resolve_reversal(self):
        original = self.sudo()._reversed_message().with_env(self.env)
        if not original:
            raise self._unknown(self.env._("carried out message"), self.reverses)
        words = {"id": self.external_id, "other": original.external_id}
        known_as = original.sudo()._with_corrected()
        if original.type != self.type or self.stream_id not in known_as.stream_id:
            raise InvalidMessageError(
                self.env._(
                    "%(id)s cannot take back %(other)s, which is of another type, or "
                    "about another order or handling unit.",
                    **words,
                )
            )
        earlier = self.sudo().search_count(
            [
                ("source_id", "=", self.source_id.id),
                ("reverses", "in", known_as.mapped("external_id")),
                ("state", "=", "done"),
            ]
        )
        if earlier:
            raise FlushError(self.env._("%(other)s was taken back already.", **words))
        return {"original": original}

    def _acquire_reversal(self, job):
        job["original"].sudo().confirmation_ids._acquire_reversal()

    def _apply_reversal(self, job):
        """Take back by the rights of the source: what it reported, it may correct."""
        original = job["original"].sudo()
        if original.state == "rejected":
            return
        reason = self._get("reason") or self.env._(
            "Taken back by message %s", self.external_id
        )
        getattr(original, f"_reverse_{original.type}")(reason)

    def _remark(self):
        original = self._reversed_message() if self.reverses else self
        if original.state != "rejected":
            return super()._remark()
        return self.with_context(lang=self.user_id.lang).env._(
            "%s was rejected and never took effect: there was nothing to take back.",
            original.external_id,
        )

    def _reverse_confirmations(self, reason):
        """Take the confirmations back that the message made, the last first."""
        standing = self.confirmation_ids.filtered(lambda c: c.state != "reversed")
        if not standing:
            raise FlushError(
                self.env._(
                    "Nothing that %s reported stands any more.", self.external_id
                )
            )
        for confirmation in standing.sorted("id", reverse=True):
            if not confirmation.action_reverse(reason):
                raise FlushError(confirmation.reversal_rest)

    def _reverse_production(self, reason):
        self._reverse_confirmations(reason)

    def _reverse_operation_finish(self, reason):
        """What it issued comes back; the operation can be finished again."""
        if self.confirmation_ids:
            self._reverse_confirmations(reason)
            return
        operation = self._find_workorder(self._open_order())
        if operation.state != "done":
            raise FlushError(
                self.env._(
                    "Nothing that %s reported stands any more.", self.external_id
                )
            )
        operation._backflush_reopen(operation.qty_produced)

    def _reverse_operation_start(self, reason):
        """What the start issued comes back; the time stops."""
        if self.confirmation_ids:
            self._reverse_confirmations(reason)
        order = self._find_order()
        self._find_workorder(order).button_pending()

    def _reverse_scrap(self, reason):
        """Pieces are taken back; what has had no effect yet is cancelled."""
        if self.confirmation_ids:
            self._reverse_confirmations(reason)
        waiting = self.deviation_ids.filtered(
            lambda d: d.state in ("draft", "approved")
        )
        waiting.action_cancel()
        borne_out = self.deviation_ids - waiting
        if not self.confirmation_ids and borne_out.filtered(
            lambda d: d.state == "closed"
        ):
            raise FlushError(
                self.env._(
                    "%s has been issued: reverse the confirmation of the order.",
                    ", ".join(borne_out.mapped("name")),
                )
            )

    def _reverse_substitution(self, reason):
        """The component is used after all."""
        order, product = self._find_order(), self._find_product()
        substitute = self._find_product("substitute")
        moves = order.move_raw_ids.filtered(
            lambda m: (
                m.product_id == substitute
                and m.backflush_deviation_id.product_id == product
                and m.state not in ("done", "cancel")
            )
        )
        if not moves:
            raise FlushError(
                self.env._(
                    "%(order)s does not plan %(substitute)s any more.",
                    order=order.name,
                    substitute=substitute.display_name,
                )
            )
        moves[-1].action_backflush_take_back()

    def _reverse_consumption(self, reason):
        """What was issued comes back; what was entered is taken off again."""
        if self.confirmation_ids:
            self._reverse_confirmations(reason)
            return
        job = self._resolve_entered()
        move = job["move"]
        if move.product_uom.compare(move.quantity, job["quantity"]) < 0:
            raise FlushError(
                self.env._(
                    "%(order)s has %(quantity)s %(unit)s of %(product)s entered: less "
                    "than what is taken back.",
                    order=job["order"].name,
                    quantity=move.quantity,
                    unit=move.product_uom.name,
                    product=move.product_id.display_name,
                )
            )
        self._enter_used(move, -job["quantity"])
