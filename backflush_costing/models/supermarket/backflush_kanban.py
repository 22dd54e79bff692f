from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# The life of a card as data: a pair that is not listed cannot happen.
TRANSITIONS = {
    ("wait", "empty"),
    ("wait", "full"),
    ("wait", "in_process"),
    ("empty", "wait"),
    ("empty", "in_process"),
    ("empty", "full"),
    ("in_process", "in_transit"),
    ("in_process", "full"),
    ("in_process", "error"),
    ("in_transit", "full"),
    ("in_transit", "error"),
    ("full", "in_use"),
    ("full", "empty"),
    ("in_use", "empty"),
    # What a reversal brings back.
    ("empty", "in_use"),
    ("wait", "in_use"),
    ("error", "empty"),
    ("error", "full"),
    ("empty", "error"),
    ("wait", "error"),
}


class BackflushKanban(models.Model):
    """One container and its card."""

    _name = "backflush.kanban"
    _description = "Kanban Card"
    _order = "cycle_id, name"
    _check_company_auto = True

    name = fields.Char(
        "Card",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        help="Number of the card: what is scanned.",
    )
    active = fields.Boolean(default=True, help="A retired card is archived.")
    cycle_id = fields.Many2one(
        "backflush.control.cycle",
        "Control Cycle",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The loop in which the card circulates.",
    )
    company_id = fields.Many2one(
        related="cycle_id.company_id", store=True, index=True, help="Company."
    )
    product_id = fields.Many2one(
        related="cycle_id.product_id", store=True, index=True, help="Content."
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id", string="Unit", help="The product's own unit."
    )
    supply_area_id = fields.Many2one(
        related="cycle_id.supply_area_id", store=True, index=True, help="Supply area."
    )
    bin_id = fields.Many2one(
        related="cycle_id.bin_id", store=True, help="Where the container stands."
    )
    state = fields.Selection(
        [
            ("wait", "Waits"),
            ("empty", "Empty"),
            ("in_process", "Ordered"),
            ("in_transit", "In Transit"),
            ("full", "Full"),
            ("in_use", "In Use"),
            ("error", "Error"),
        ],
        default="wait",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        help="Supply status. Waits: not in circulation, or waiting for a minimum "
        "order. Ordered: a transfer, manufacturing or purchase order is under way. "
        "Error: the supply failed or was cancelled.",
    )
    card_status = fields.Selection(
        [("active", "Active"), ("hold", "On Hold"), ("lost", "Lost")],
        default="active",
        required=True,
        readonly=True,
        copy=False,
        help="The card itself. On hold: it does not ask for supply. Lost: it does not "
        "circulate until it is found; another may take its place.",
    )
    one_off = fields.Boolean(
        readonly=True, help="Made for an event: it leaves when it is empty."
    )
    event = fields.Char(
        readonly=True, copy=False, help="What a card that circulates once was made for."
    )
    quantity = fields.Float(
        "Content",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What the container holds, in the product's unit.",
    )
    capacity = fields.Float(
        "Container",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="What this container holds when it is full, in the product's unit. "
        "Another size of the loop takes effect when it is ordered next.",
    )
    quantity_on_the_way = fields.Float(
        "On the Way",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Ordered for this card and not arrived yet, in the product's unit.",
    )
    problem = fields.Text(readonly=True, copy=False, help="Why the supply failed.")
    date_state = fields.Datetime(
        "Since",
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
        help="When the state was reached.",
    )
    in_circulation = fields.Boolean(
        readonly=True,
        copy=False,
        help="Whether the card has been put into circulation.",
    )
    date_signal = fields.Datetime(
        "Last Signal",
        readonly=True,
        copy=False,
        help="The last change by a signal or by supply: what a double scan is "
        "measured from.",
    )
    date_filled = fields.Datetime(
        "Filled", readonly=True, copy=False, help="When the content arrived."
    )
    date_due = fields.Datetime(
        "Due", readonly=True, copy=False, help="When the supply should arrive."
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="The supply should be here by now.",
    )
    log_ids = fields.One2many(
        "backflush.kanban.log", "kanban_id", "History", help="Every change."
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "A card of this number exists already."
    )

    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for card in self:
            on_the_way = card.state in ("in_process", "in_transit")
            card.is_overdue = bool(on_the_way and card.date_due and card.date_due < now)

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [
            ("state", "in", ("in_process", "in_transit")),
            ("date_due", "<", fields.Datetime.now()),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            cycle = self.env["backflush.control.cycle"].browse(vals["cycle_id"])
            vals["name"] = sequence.with_company(cycle.company_id).next_by_code(
                "backflush.kanban"
            )
        return super().create(vals_list)

    def write(self, vals):
        """Cards change by what happens to them."""
        if not self.env.su and any(self._fields[name].readonly for name in vals):
            raise UserError(
                self.env._(
                    "A card changes by signals and supply: scan it, or use its buttons."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused_only(self):
        used = self.filtered("log_ids")
        if used:
            raise UserError(
                self.env._(
                    "%s has circulated and keeps its history. Reduce the number of "
                    "containers instead: a surplus card is retired when it is empty.",
                    used[0].name,
                )
            )

    def _set_state(self, state, trigger, document=""):
        """Move to ``state`` along a declared transition, and log it.

        :param str trigger: what caused it, a value of the log's ``trigger``
        :param str document: name of the document behind it
        :raises UserError: where the transition is not declared
        """
        now = fields.Datetime.now()
        logs = []
        for card in self:
            if (card.state, state) not in TRANSITIONS:
                card._refuse(state)
            logs.append(card._log_vals(state, trigger, document, now))
        self.env["backflush.kanban.log"].sudo().create(logs)
        vals = {"state": state, "date_state": now, "problem": False}
        if trigger != "start":
            vals["date_signal"] = now
        self.write({**vals, "in_circulation": True})

    def _refuse(self, state):
        """Say in which state the card is, and that it cannot become ``state``."""
        words = dict(self._fields["state"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "%(card)s (%(cycle)s) is “%(old)s” and cannot become “%(new)s”.",
                card=self.name,
                cycle=self.cycle_id.display_name,
                old=words[self.state],
                new=words[state],
            )
        )

    def _log_vals(self, state, trigger, document, now):
        since = now - (self.date_state or now)
        return {
            "kanban_id": self.id,
            "date": now,
            "user_id": self.env.uid,
            "state_from": self.state,
            "state_to": state,
            "trigger": trigger,
            "quantity": self.quantity,
            "document": document,
            "dwell_hours": since / timedelta(hours=1),
        }

    def _retire_surplus(self):
        """Archive empty cards beyond the number of containers, and used one-offs.

        A lost card stays until it is found: another has taken its place.
        """
        for cycle, cards in self.grouped("cycle_id").items():
            empty = cards.filtered(
                lambda c: c.state in ("wait", "empty") and c.card_status != "lost"
            )
            gone = empty.filtered(lambda c: c.one_off and c.date_filled)
            surplus = len(cycle._regular_cards()) - cycle._cards_wanted()
            if surplus > 0:
                cycle._take_turn()
                gone |= empty.filtered(lambda c: not c.one_off)[:surplus]
            gone.sudo().active = False

    def _capacity(self):
        """What this container holds when it is full, in the product's unit."""
        self.ensure_one()
        return self.capacity or self.cycle_id._card_capacity()
