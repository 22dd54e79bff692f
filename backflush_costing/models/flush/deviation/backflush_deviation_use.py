from collections import defaultdict

from odoo import api, fields, models

from ....engine.deviation import explain
from ....engine.numbers import ZERO, exact, share


class BackflushDeviationUse(models.Model):
    """How much of a confirmation's deviation one document explains.

    A substitution has two of these: what was used of the substitute, and what
    that stands for of the component.
    """

    _name = "backflush.deviation.use"
    _description = "Deviation on a Confirmation"
    _order = "id"
    _rec_name = "deviation_id"

    deviation_id = fields.Many2one(
        "backflush.deviation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Document that says why.",
    )
    kind = fields.Selection(related="deviation_id.kind", help="Kind of the document.")
    reason_id = fields.Many2one(
        related="deviation_id.reason_id", help="Reason that the document gives."
    )
    confirmation_line_id = fields.Many2one(
        "backflush.confirmation.line",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Component of the confirmation that was used otherwise.",
    )
    confirmation_id = fields.Many2one(
        related="confirmation_line_id.confirmation_id",
        store=True,
        index=True,
        help="Confirmation that bears the document out.",
    )
    company_id = fields.Many2one(
        related="confirmation_line_id.company_id",
        store=True,
        index=True,
        help="Company of the confirmation.",
    )
    product_id = fields.Many2one(
        related="confirmation_line_id.product_id",
        store=True,
        help="Component that was used otherwise.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Explained by the document: more (+) or less (-) than required, in the "
        "component's unit.",
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id",
        string="Unit",
        help="Unit of the quantity: the component's own.",
    )

    def _part_of(self, quantity):
        """What of this belongs to ``quantity`` of the product that was reported."""
        reported = self.confirmation_id.quantity
        return float(share(exact(self.quantity), exact(quantity), exact(reported)))

    def _standing_quantity(self):
        """What of this has not been taken back with its confirmation."""
        confirmation = self.confirmation_id
        return self._part_of(confirmation.quantity - confirmation.reversed_quantity)

    @api.model
    def _document(self, order, lines, later):
        """Say of these confirmation lines which documents explain them.

        Substitutes first: what they stand for is not missing of their component
        any more. Scrap, over- and under-use are closed by it.

        :param lines: confirmation lines of ``order`` that were just written
        :param later: lines of the same call that are explained after these
        """
        pending = defaultdict(lambda: self.env["backflush.deviation"])
        for move, deviations in order._backflush_pending_by_move(lines.move_id).items():
            pending[move.backflush_confirmation_line_id] |= deviations
        substitutes = lines.filtered("move_id.backflush_deviation_id")
        waiting = substitutes | later
        for line in substitutes:
            waiting -= line
            used = exact(line.deviation_quantity)
            planned = exact(line.move_id._backflush_planned_quantity())
            used -= self._document_recorded(line, pending[line], used - planned)
            aside = waiting._set_aside(line.move_id.backflush_deviation_id)
            self._document_substitute(line, used, planned, aside)
        for line in lines - substitutes:
            rest = exact(line.deviation_quantity) - exact(line.documented_quantity)
            self._document_recorded(line, pending[line], rest)
        recorded = self.env["backflush.deviation"].union(*pending.values())
        recorded._set_state("closed")

    def _document_recorded(self, line, deviations, difference):
        """Let scrap, over- and under-use explain ``difference`` of a line.

        :return: what they explain
        """
        documents = [exact(d._signed_quantity()) for d in deviations]
        parts = explain(difference, documents)
        for deviation, part in zip(deviations, parts, strict=True):
            self._make(deviation, line, part)
        return sum(parts, ZERO)

    def _document_substitute(self, line, used, planned, aside):
        """What the approval covers of a substitute, and what that stands for.

        :param aside: what of the approval is another line's, in the component's unit
        """
        deviation = line.move_id.backflush_deviation_id
        replaced = exact(line.move_id._backflush_stands_for(used, line.uom_id))
        if deviation.quantity:
            if used > planned:
                # More than was set aside: whoever else draws on it must see it.
                deviation.date_applied = fields.Datetime.now()
            left = max(deviation._left_of_component() - aside, ZERO)
            if replaced > left:
                used, replaced = share(used, left, replaced), left
        self._make(deviation, line, used)
        component = line._substituted_line()
        if component:
            self._make(deviation, component, -replaced)
        deviation._close_exhausted()

    def _make(self, deviation, line, quantity):
        """Note what the document explains of the line, if anything."""
        if not line.uom_id.is_zero(float(quantity)):
            self.create(
                {
                    "deviation_id": deviation.id,
                    "confirmation_line_id": line.id,
                    "quantity": float(quantity),
                }
            )
