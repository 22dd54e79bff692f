from collections import defaultdict

from odoo import api, fields, models

from ....engine.numbers import ZERO, exact


class BackflushConfirmationLine(models.Model):
    """What documents explain of a line's deviation, and what nobody recorded."""

    _inherit = "backflush.confirmation.line"

    use_ids = fields.One2many(
        "backflush.deviation.use",
        "confirmation_line_id",
        "Explained By",
        readonly=True,
        help="Deviation documents that explain the difference.",
    )
    documented_quantity = fields.Float(
        "Documented",
        digits="Product Unit",
        compute="_compute_documented_quantity",
        store=True,
        help="Part of the deviation that recorded scrap, over-use, under-use and "
        "substitutions explain.",
    )
    undocumented_quantity = fields.Float(
        "Without Document",
        digits="Product Unit",
        compute="_compute_documented_quantity",
        store=True,
        help="Part of the deviation that was reported without a document, edits of "
        "the completed order included. What an unbuild or a reversal took back does "
        "not count.",
    )

    @api.depends(
        "deviation_quantity",
        "use_ids.quantity",
        "move_ids.state",
        "move_ids.quantity",
        "error_ids.quantity_reversed",
    )
    def _compute_documented_quantity(self):
        for line in self:
            documented = sum(line.use_ids.mapped("quantity"))
            line.documented_quantity = documented
            line.undocumented_quantity = line.uom_id.round(
                line.deviation_quantity - documented + line._reversed_quantity()
            )

    def _reversed_quantity(self):
        """What came back, or fell away, because the completion was taken back."""
        returned = self.move_ids.filtered(lambda m: m.location_id.usage == "production")
        return sum(m._backflush_moved_quantity() for m in returned) + sum(
            self.error_ids.mapped("quantity_reversed")
        )

    def _set_aside(self, deviation):
        """What these lines have a right to of an approval, exact.

        That is what was planned of the substitute and used, in the component's unit.
        """
        aside = ZERO
        for line in self:
            move = line.move_id
            if move.backflush_deviation_id == deviation:
                used = min(move._backflush_planned_quantity(), line.deviation_quantity)
                aside += exact(move._backflush_stands_for(used, line.uom_id))
        return aside

    def _substituted_line(self):
        """Line of the component that the substitute of this line stands for."""
        original = self.move_id._backflush_original()
        lines = self.confirmation_id.line_ids - self
        others = self.confirmation_id.production_id.backflush_confirmation_ids.line_ids
        product = self.move_id.backflush_deviation_id.product_id
        for candidates in (lines, others):
            same = candidates.filtered(lambda line: line.product_id == product)
            exact_line = same.filtered(lambda line: line.move_id == original)
            if same:
                return (exact_line or same)[0]
        return self.browse()


class BackflushConfirmation(models.Model):
    _inherit = "backflush.confirmation"

    use_ids = fields.One2many(
        "backflush.deviation.use",
        "confirmation_id",
        "Deviations",
        readonly=True,
        help="Deviation documents that explain what was used otherwise.",
    )
    has_undocumented = fields.Boolean(
        "Reported Without Document",
        compute="_compute_has_undocumented",
        help="Whether a component was reported beyond or below what is required, "
        "and no document says why.",
    )

    @api.depends("line_ids.undocumented_quantity")
    def _compute_has_undocumented(self):
        for confirmation in self:
            confirmation.has_undocumented = any(
                confirmation.line_ids.mapped("undocumented_quantity")
            )

    def _completion(self):
        """Scrap and substitution have a variance of their own."""
        return super()._completion()._replace(deviations=self._deviation_quantities())

    def _deviation_quantities(self):
        """``{kind: {component: quantity}}`` that have a variance of their own.

        Of what operations reported, as much as the product of it was received.
        """
        quantities = {kind: defaultdict(float) for kind in ("scrap", "substitution")}
        parts = [(use, use.quantity) for use in self.use_ids]
        for part in self._absorbed():
            report = part.confirmation_id
            parts += [(use, use._part_of(part.quantity)) for use in report.use_ids]
        for use, quantity in parts:
            if use.kind in quantities:
                product = use.product_id.with_company(self.company_id)
                quantities[use.kind][product] += quantity
        return quantities
