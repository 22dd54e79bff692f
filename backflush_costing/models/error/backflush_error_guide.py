from odoo import api, fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

STOCK = ("retry", "issue_from", "transfer", "substitute", "count", "correct")
# In one place: per cause what it means, what to look at, and what can be done. The
# remedies are the buttons of the form, the likeliest first.
GUIDE = {
    "no_location": (
        _lt("There is no location that the component could be taken from."),
        _lt(
            "Is the backflush location of the component line archived, or no internal "
            "location? Set another one on the bill of materials, work center or "
            "product, so that the next order finds it."
        ),
        ("issue_from", "substitute", "correct", "write_off"),
    ),
    "location_blocked": (
        _lt("Somebody was counting the location, so nothing was taken from it."),
        _lt(
            "Is the count still going on? The record is worked off by itself when it "
            "ends."
        ),
        ("retry", "issue_from", "transfer", "substitute", "correct", "write_off"),
    ),
    "insufficient_stock": (
        _lt(
            "Less was in stock at the location, according to the books, than was used."
        ),
        _lt(
            "Has a receipt or a transfer to the line not been entered yet? Is the "
            "component at another location? Is the quantity reported right? If the "
            "shelf and the books differ, have it counted."
        ),
        (*STOCK, "write_off"),
    ),
    "missing_uom_conversion": (
        _lt("A quantity is in a unit that the product's own cannot be converted to."),
        _lt(
            "Which unit stands on the bill of materials, the order and the product? "
            "Use a unit of the same kind. The record is tried again by itself."
        ),
        ("retry", "correct", "reject"),
    ),
    "lot_required": (
        _lt("The component is tracked, and nobody said which lot was used."),
        _lt(
            "Which lot or serial number was at the line? Let lots be picked "
            "automatically where it does not matter."
        ),
        ("lot", "issue_from", "count", "substitute", "correct", "write_off"),
    ),
    "not_reported": (
        _lt("The component is consumed as reported, and nothing was reported."),
        _lt("Was it used? Report it, or confirm that it was not used."),
        ("issue_from", "correct", "write_off"),
    ),
    "period_closed": (
        _lt("The day that it has to be booked on is closed."),
        _lt(
            "Ask the accountant to open the period for this day; then the record is "
            "tried again by itself. Or complete the order with a later date."
        ),
        ("retry", "reject", "write_off"),
    ),
    "no_rights": (
        _lt("Whoever reported it may not do what that takes."),
        _lt(
            "Which right is missing (see what failed)? Somebody who has it can retry; "
            "an administrator can grant it."
        ),
        ("retry", "reject", "write_off"),
    ),
    "handling_unit_empty": (
        _lt("The handling unit that was named holds nothing according to the books."),
        _lt("Was another unit mounted? Was this one declared empty too early?"),
        ("issue_from", "count", "correct", "write_off"),
    ),
    "unknown_reference": (
        _lt("The report names something that nothing is known by."),
        _lt(
            "Was the code misread, or is the product not created yet? As soon as "
            "something carries the code the record is tried again by itself."
        ),
        ("retry", "reject"),
    ),
    "invalid_message": (
        _lt("The report makes no sense, whatever the state of the plant."),
        _lt("What did the sender mean? Have it sent again, and reject this one."),
        ("reject", "retry"),
    ),
    "sequence_gap": (
        _lt("An earlier report of the same sequence is missing."),
        _lt("Has the sender been offline? The missing report unlocks this one."),
        ("retry", "reject"),
    ),
    "other": (
        _lt("Odoo refused it for a reason of its own; see what failed."),
        _lt("Remove the reason on the document, then retry."),
        ("retry", "correct", "reject", "write_off"),
    ),
}
# What makes sense for a document as a whole, and for the quantity of a component.
FOR_DOCUMENTS = {"retry", "reject"}
FOR_COMPONENTS = {
    *STOCK,
    *("lot", "write_off"),
}


class BackflushError(models.Model):
    """What a record is about, in words for whoever opens it in the morning."""

    _inherit = "backflush.error"

    cause_explanation = fields.Text(
        "What It Means",
        compute="_compute_guide",
        help="What the cause means.",
    )
    cause_checks = fields.Text(
        "What to Check", compute="_compute_guide", help="What to look at first."
    )
    offered_remedies = fields.Char(
        compute="_compute_guide", help="Codes of what can be done about it."
    )

    @api.depends("cause", "state", "description")
    @api.depends_context("lang")
    def _compute_guide(self):
        guide = self._guide()
        for error in self:
            meaning, checks, _remedies = guide[error.cause or "other"]
            error.cause_explanation = self.env._(meaning)  # pylint: disable=W8120
            error.cause_checks = self.env._(checks)  # pylint: disable=W8120
            error.offered_remedies = "".join(f"|{n}|" for n in error._remedies())

    @api.model
    def _guide(self):
        """Hook: what each cause means, what to check, and what can be done.

        A room that adds a cause (``selection_add``) adds its line here.

        :return: ``{cause: (meaning, what to check, codes of remedies)}``
        """
        return GUIDE

    def _fitting_remedies(self):
        """Hook: codes of what makes sense for this record at all.

        A room that adds a remedy adds its code here, and a button to the form that is
        ``invisible="'|code|' not in offered_remedies"``.
        """
        return FOR_DOCUMENTS if self._is_failure() else FOR_COMPONENTS

    def _remedies(self):
        """Codes of what can be done about this record now, the likeliest first."""
        self.ensure_one()
        if not self._is_open():
            return ()
        offered = self._guide()[self.cause or "other"][2]
        rest = ("reject",) if self._is_failure() else ("write_off",)
        fit = self._fitting_remedies()
        return tuple(code for code in dict.fromkeys((*offered, *rest)) if code in fit)
