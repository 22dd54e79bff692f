from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class BackflushControlCycle(models.Model):
    """When a container asks for the next one, and whether a card is for a lot.

    A card that asks before its container is empty leaves it, as at a Toyota line: what
    is left stands *beside the containers* and is used first. So a card is still either
    a container or an open supply, and the limit grows by what may be left.
    """

    _inherit = "backflush.control.cycle"

    trigger = fields.Selection(
        [
            ("empty", "When a container is empty"),
            ("first_withdrawal", "When something is taken out of a full container"),
            ("quantity", "When a container holds no more than"),
            ("signal", "When the bin holds no more than, for a lot"),
        ],
        "Asks",
        default="empty",
        required=True,
        tracking=True,
        help="When the next container is ordered. For a lot: one signal card stands "
        "for several containers and orders them together.",
    )
    trigger_quantity = fields.Float(
        digits="Product Unit",
        tracking=True,
        help="What is left when the next container, or the lot, is ordered, in the "
        "product's unit.",
    )
    lot_containers = fields.Integer(
        "Containers per Lot",
        default=1,
        tracking=True,
        help="What the signal card orders at once, in containers.",
    )

    @api.constrains(
        "trigger",
        "trigger_quantity",
        "lot_containers",
        "container_quantity",
        "container_count",
    )
    def _check_trigger(self):
        for cycle in self:
            if cycle.trigger == "quantity":
                cycle._check_trigger_quantity()
            elif cycle.trigger == "signal":
                cycle._check_lot()

    def _check_trigger_quantity(self):
        if not 0 < self.trigger_quantity < self.container_quantity:
            raise ValidationError(
                self.env._(
                    "%(cycle)s: a container asks when something, and less than a full "
                    "one of %(full)s, is left in it.",
                    cycle=self.display_name,
                    full=self.container_quantity,
                )
            )

    def _check_lot(self):
        limit = self.container_quantity * self.container_count
        if self.lot_containers < 1 or self.trigger_quantity < 0:
            raise ValidationError(
                self.env._(
                    "%s: a lot has one container or more, and the bin cannot hold "
                    "less than nothing.",
                    self.display_name,
                )
            )
        if (
            self.uom_id.compare(self.trigger_quantity + self._card_capacity(), limit)
            > 0
        ):
            raise ValidationError(
                self.env._(
                    "%(cycle)s: a lot of %(lot)s on top of what is left when it is "
                    "ordered, %(left)s, is more than the containers hold, %(limit)s.",
                    cycle=self.display_name,
                    lot=self._card_capacity(),
                    left=self.trigger_quantity,
                    limit=limit,
                )
            )

    def _check_fixed(self, vals):
        """A card of one container does not become one of a lot while it circulates."""
        res = super()._check_fixed(vals)
        changed = self.filtered(
            lambda c: (
                "signal" in (vals.get("trigger", c.trigger), c.trigger)
                and vals.get("trigger", c.trigger) != c.trigger
            )
        )
        busy = changed.kanban_ids.filtered(lambda card: card.state != "wait")
        if busy:
            raise UserError(
                self.env._(
                    "%(cycle)s is in circulation (%(card)s): archive it before its "
                    "cards become signal cards, or the reverse.",
                    cycle=busy[0].cycle_id.display_name,
                    card=busy[0].name,
                )
            )
        return res

    @api.depends("trigger", "trigger_quantity")
    def _compute_wip(self):
        return super()._compute_wip()

    def _cards_wanted(self):
        return 1 if self.trigger == "signal" else super()._cards_wanted()

    def _card_capacity(self):
        lot = self.lot_containers if self.trigger == "signal" else 1
        return super()._card_capacity() * lot

    def _wip_limit(self):
        opened = {
            "first_withdrawal": self.container_quantity,
            "quantity": self.trigger_quantity,
        }
        return super()._wip_limit() + opened.get(self.trigger, 0.0)

    def _held(self):
        """What the bin holds: by its cards where the books have less."""
        self.ensure_one()
        return max(self._on_hand()[self], self.quantity_contained)
