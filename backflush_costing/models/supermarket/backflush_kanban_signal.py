from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class BackflushKanban(models.Model):
    """Signals: by scan, by button, and by quantity from what is consumed."""

    _inherit = "backflush.kanban"

    @api.model
    def scan(self, barcode):
        """Do with the card what comes next: a full one is empty, one in supply arrives.

        :param str barcode: number of the card
        :return: ``{"card": number, "state": state, "done": bool, "message": words}``;
            ``done`` is False where a double scan was ignored
        :raises UserError: if there is no such card, or it is on hold or lost
        """
        self._check_operator()
        code = (barcode or "").strip()
        card = self._of_code(code)
        done = card._scanned()
        return {
            "card": card.name,
            "state": card.state,
            "done": done,
            "message": card._in_words() if done else card._ignored_in_words(),
        }

    def _of_code(self, code):
        """The card of this number; one that has left the loop is said to have left."""
        cards = self.with_context(active_test=False)
        card = cards.search([("name", "=", code)], limit=1)
        if not card:
            raise UserError(self.env._("There is no card “%s”.", code))
        card._check_circulates()
        return card.with_env(self.env)

    def _check_circulates(self):
        """A card that has left its loop, or whose loop is over, asks for nothing.

        :raises UserError: which says so, and what to do with it
        """
        for card in self.sudo().filtered(lambda c: not c.active):
            words = {"card": card.name, "cycle": card.cycle_id.display_name}
            if not card.cycle_id.active:
                raise UserError(
                    self.env._(
                        "%(card)s: the loop %(cycle)s has been archived, and nothing "
                        "is ordered for it. Take the card off its container, or bring "
                        "the loop back.",
                        **words,
                    )
                )
            raise UserError(
                self.env._(
                    "%(card)s (%(cycle)s) has been retired: take it off its container.",
                    **words,
                )
            )

    def action_empty(self):
        """The containers are empty: ask for the next ones.

        :return: True
        """
        self._check_operator()
        for card in self:
            card.sudo()._signal_empty("button")
        return True

    def action_arrived(self):
        """What was ordered for these cards is here: validate its transfer.

        :return: True
        """
        self._check_operator()
        for card in self:
            card._receive("button")
        return True

    def action_hold(self):
        """Take the cards out of circulation for a while.

        :return: True
        """
        return self._change_card("hold", ("active",))

    def action_resume(self):
        """Cards on hold, or found again, circulate again.

        :return: True
        """
        self._change_card("active", ("hold", "lost"))
        self.sudo()._retire_surplus()
        left = self.sudo().filtered("active")
        left._signal_if_due()
        left.cycle_id._supply()
        return True

    def action_lost(self):
        """The card cannot be found: another takes its place at the container.

        :return: True
        :raises UserError: while its supply is on the way, which names the card
        """
        for card in self:
            if card.state in ("in_process", "in_transit", "error"):
                raise UserError(
                    self.env._(
                        "%s is being supplied: replace it when its container is here.",
                        card.name,
                    )
                )
        self._change_card("lost", ("active", "hold"))
        for card in self.sudo():
            card._hand_over(card.copy())
        self.sudo().cycle_id._supply()
        return True

    def _hand_over(self, other):
        """``other`` is from now on the card of this container."""
        state, content = self.state, self.quantity
        if state in ("full", "in_use"):
            other.write(
                {
                    "quantity": content,
                    "capacity": self.capacity,
                    "date_filled": self.date_filled,
                }
            )
            self.quantity = 0.0
            self._set_state("empty", "button")
        if state != "wait":
            other._set_state(state, "start", self.name)
        # It waits for the minimum order as this one did, or for the start.
        other.in_circulation = self.in_circulation

    def action_supply_again(self):
        """After a failed or cancelled supply: ask again.

        :return: True
        """
        self._check_operator()
        for card in self.sudo().filtered(lambda card: card.state == "error"):
            card._set_state("empty", "button")
            card._retire_surplus()
        self.sudo().cycle_id._supply()
        return True

    def _change_card(self, status, allowed):
        self._check_operator()
        for card in self:
            if card.card_status not in allowed:
                words = dict(
                    self._fields["card_status"]._description_selection(self.env)
                )
                raise UserError(
                    self.env._(
                        "%(card)s is %(status)s.",
                        card=card.name,
                        status=words[card.card_status],
                    )
                )
        self.sudo().card_status = status
        return True

    def _check_operator(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "backflush_costing.group_backflush_operator"
        ):
            raise AccessError(self.env._("Signals need the role Operator."))
        self._check_circulates()

    # -- what a scan means ---------------------------------------------------------

    def _scanned(self):
        """Do what comes next; False where the scan is a double one."""
        self.ensure_one()
        if self._is_locked():
            return False
        if self.state in ("in_process", "in_transit"):
            self._receive("scan")
        elif self.state == "error":
            self.action_supply_again()
        else:
            self.sudo()._signal_empty("scan")
        return True

    def _is_locked(self):
        """Whether the last change is so recent that a scan repeats it."""
        lock = timedelta(minutes=self.sudo().cycle_id.signal_lock)
        last = self.date_signal
        return bool(last) and fields.Datetime.now() - last < lock

    def _signal_empty(self, trigger):
        """The container is empty, whatever the books say it holds.

        Where a quantity caused it, the supply is left to the background: whoever
        consumes does not wait for it.
        """
        self.ensure_one()
        if self.card_status != "active":
            raise UserError(self.env._("%s is on hold or lost: resume it.", self.name))
        if self.state in ("empty", "wait") and trigger != "quantity":
            self.cycle_id._supply()
            return
        self.quantity = 0.0
        self._set_state("empty", trigger)
        self._retire_surplus()
        if trigger == "quantity":
            cron = "backflush_costing.cron_kanban_supply"
            if job := self.env.ref(cron, raise_if_not_found=False):
                job._trigger()
        else:
            self.cycle_id._supply()

    def _in_words(self):
        words = dict(self._fields["state"]._description_selection(self.env))
        return self.env._(
            "%(product)s: %(state)s",
            product=self.product_id.display_name,
            state=words[self.state],
        )

    def _ignored_in_words(self):
        return self.env._(
            "%(product)s: scanned a moment ago, ignored",
            product=self.product_id.display_name,
        )
