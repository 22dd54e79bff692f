from odoo import fields, models
from odoo.exceptions import UserError

from ...said import Said, said

OPEN_LINES = ("draft", "sent", "to approve", "purchase")


class BackflushKanban(models.Model):
    """What is ordered for a card, and what becomes of it."""

    _inherit = "backflush.kanban"

    move_ids = fields.One2many(
        "stock.move",
        "backflush_kanban_id",
        "Moves",
        readonly=True,
        help="Movements of stock for this card.",
    )
    production_ids = fields.One2many(
        "mrp.production",
        "backflush_kanban_id",
        "Manufacturing Orders",
        readonly=True,
        help="Orders that made its content.",
    )
    purchase_line_ids = fields.One2many(
        "purchase.order.line",
        "backflush_kanban_id",
        "Purchase Order Lines",
        readonly=True,
        help="Purchases of its content.",
    )

    # What is open is searched for: all that ever supplied a card grows with its age.

    def _open_moves(self):
        return self._supplies("stock.move", [("state", "not in", ("done", "cancel"))])

    def _open_orders(self):
        return self._supplies(
            "mrp.production", [("state", "not in", ("done", "cancel"))]
        )

    def _open_purchases(self):
        """Lines that have still to make their movements."""
        return self._supplies(
            "purchase.order.line",
            [("state", "in", OPEN_LINES), ("move_ids", "=", False)],
        )

    def _supplies(self, model, domain):
        documents = self.env[model].sudo()
        return documents.search([("backflush_kanban_id", "in", self.ids), *domain])

    def _has_open_supply(self):
        """Whether any document can still bring something for this card."""
        self.ensure_one()
        return bool(self._open_moves() or self._open_orders() or self._open_purchases())

    def _receive(self, trigger):
        """Validate the transfer that brings the content into the bin.

        :raises UserError: where a document of another kind has to be completed first
        """
        self.ensure_one()
        if self.state not in ("in_process", "in_transit"):
            self._refuse("full")
        moves = self._open_moves().filtered(
            lambda move: move.location_dest_id._child_of(self.sudo().bin_id)
        )
        transfer = moves.picking_id[:1]
        if not transfer:
            raise UserError(
                self.env._(
                    "%(card)s is supplied by %(documents)s: it is full when that is "
                    "completed.",
                    card=self.name,
                    documents=self._documents() or self.env._("nothing yet"),
                )
            )
        self._validate(transfer, moves, trigger)

    def _validate(self, transfer, moves, trigger):
        """Done is what this card brings; the rest of the transfer stays open."""
        mine = moves.filtered(lambda move: move.picking_id == transfer)
        short = mine.filtered(
            lambda m: m.product_uom.compare(m.quantity, m.product_uom_qty) < 0
        )
        if short:
            raise UserError(
                self.env._(
                    "%(transfer)s is not available in full for %(card)s: enter what "
                    "was brought on the transfer.",
                    transfer=transfer.name,
                    card=self.name,
                )
            )
        others = transfer.move_line_ids.filtered("picked") - mine.move_line_ids
        transfer.move_ids.picked = False
        mine.picked = True
        transfer.with_context(
            skip_backorder=True, backflush_kanban_trigger=Said(trigger)
        ).button_validate()
        if any(move.state != "done" for move in mine):
            raise UserError(
                self.env._(
                    "%(transfer)s for %(card)s needs an answer first: validate it by "
                    "hand.",
                    transfer=transfer.name,
                    card=self.name,
                )
            )
        others.exists().filtered(lambda line: line.state != "done").picked = True

    def _documents(self):
        """Names of the documents that supply this card."""
        names = [
            *self._open_moves().picking_id.mapped("name"),
            *self._open_orders().mapped("name"),
            *self._open_purchases().order_id.mapped("name"),
        ]
        return ", ".join(dict.fromkeys(names))

    def _arrive(self, quantity, document):
        """``quantity`` came into the bin for this card; more may follow.

        What is more than a container holds stands beside it.
        """
        self.ensure_one()
        self._fill(min(self.quantity + quantity, self._capacity()))
        self.quantity_on_the_way = max(self.quantity_on_the_way - quantity, 0.0)
        trigger = said(self.env, "backflush_kanban_trigger", "supply")
        if self._has_open_supply():
            if self.state == "in_process":
                self._set_state("in_transit", trigger, document)
            return
        self.quantity_on_the_way = 0.0
        if self.state in ("in_process", "in_transit"):
            self._set_state("full", trigger, document)
            self._signal_if_due()

    def _fill(self, quantity):
        """The container holds ``quantity`` from now on."""
        self.write({"quantity": quantity, "date_filled": fields.Datetime.now()})

    def _check_supply(self):
        """Documents were cancelled: full with what came, or a failed supply."""
        for card in self.sudo():
            if card.state not in ("in_process", "in_transit"):
                continue
            if card._has_open_supply():
                continue
            card.quantity_on_the_way = 0.0
            if card.uom_id.is_zero(card.quantity):
                card._fail(
                    self.env._(
                        "What was ordered has been cancelled, or went to another place."
                    )
                )
            else:
                card._set_state("full", "supply")

    def _fail(self, problem):
        """The supply failed: somebody must look at it."""
        self._set_state("error", "supply")
        self.problem = problem

    # -- what is consumed ----------------------------------------------------------

    def _withdraw(self, quantity):
        """Take ``quantity`` out of these containers, in their order.

        What is more than they hold, nobody has put into a container.
        """
        for card in self:
            taken = min(card.quantity, quantity)
            if card.uom_id.compare(taken, 0.0) <= 0:
                continue
            quantity -= taken
            card.quantity = card.uom_id.round(card.quantity - taken)
            if card.state == "full":
                card._set_state("in_use", "quantity")
            card._signal_if_due(taken=True)
        self._signal_if_due()

    def _signal_if_due(self, taken=False):
        """Signal what its content makes due, unless the card is on hold.

        :param bool taken: whether something has just been taken out
        """
        for card in self.filtered(lambda c: c.state in ("full", "in_use")):
            if not card._is_due(taken):
                continue
            if card.card_status == "active":
                card._signal_empty("quantity")
            elif card.uom_id.is_zero(card.quantity):
                card._set_state("empty", "quantity")

    def _is_due(self, taken):
        """Whether the content asks for the next container: when it is used up."""
        self.ensure_one()
        return self.uom_id.is_zero(self.quantity)

    def _give_back(self, quantity):
        """Put ``quantity`` back, into what was taken from last.

        A container for which the next one is ordered already takes nothing back: the
        rest stays beside the containers.
        """
        for card in self:
            room = card._room_for_returns()
            back = min(room, quantity)
            if card.uom_id.compare(back, 0.0) <= 0:
                continue
            quantity -= back
            card.quantity = card.uom_id.round(card.quantity + back)
            if card.state in ("empty", "wait"):
                card._set_state("in_use", "reversal")

    def _room_for_returns(self):
        """How much of what comes back goes into this container."""
        self.ensure_one()
        return self._capacity() - self.quantity

    def _backflush_fifo(self, used_at=False):
        """Containers with content in the order in which they are emptied.

        :param used_at: what was used then cannot have come from what arrived later
        """
        filled = self.filtered(
            lambda card: (
                card.quantity > 0
                and not (used_at and card.date_filled and card.date_filled > used_at)
            )
        )
        return filled.sorted(
            lambda card: (card.state != "in_use", card.date_filled or card.date_state)
        )

    def _backflush_corrected(self, less):
        """The transfer that filled this container brought ``less`` than it said.

        :param float less: in the product's unit; negative where it brought more
        """
        if less > 0:
            self.quantity = self.uom_id.round(max(self.quantity - less, 0.0))
            self._signal_if_due()
        elif self.state in ("full", "in_use", "empty", "wait"):
            self._give_back(-less)

    def _backflush_lifo(self):
        """Containers that take back what was taken, the last one emptied first."""
        open_ = self.filtered(
            lambda card: card.state in ("in_use", "empty", "wait") and card.date_filled
        )
        return open_.sorted(
            lambda card: (card.state != "in_use", -card.date_state.timestamp())
        )
