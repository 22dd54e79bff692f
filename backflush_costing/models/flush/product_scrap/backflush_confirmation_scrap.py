from odoo import api, fields, models

from ....engine.numbers import exact


class BackflushConfirmation(models.Model):
    """A report of scrapped pieces: components leave stock, no product is received.

    What the pieces consumed is issued, or parked, as for a completion, up to the
    operation at which they were lost. What an operation had issued for them before is
    taken over: their shares are completed without a product. The ledger follows at
    once, material and conversion go to scrap.
    """

    _inherit = "backflush.confirmation"

    deviation_id = fields.Many2one(
        "backflush.deviation",
        "Scrap Document",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Document by which pieces of the product were reported as scrapped.",
    )
    scrap_reason_id = fields.Many2one(
        related="deviation_id.reason_id",
        string="Reason",
        store=True,
        help="Why the pieces were scrapped.",
    )
    scrap_share_ids = fields.One2many(
        "backflush.confirmation.share",
        "scrap_confirmation_id",
        "Taken From Reports",
        readonly=True,
        help="What operations had issued for the scrapped pieces before.",
    )
    scrapped_quantity = fields.Float(
        "Scrapped on the Way",
        digits="Product Unit",
        compute="_compute_scrapped_quantity",
        help="Pieces of the order's product that were reported as scrapped, taken "
        "back ones left out; they are no part of the produced quantity.",
    )

    @api.depends("production_id.backflush_confirmation_ids.reversed_quantity")
    def _compute_scrapped_quantity(self):
        for confirmation in self:
            confirmation.scrapped_quantity = (
                confirmation.production_id.backflush_scrapped_quantity
            )

    def _is_scrap(self):
        """Whether pieces of the product were scrapped."""
        return self.trigger == "scrap"

    def _standing(self):
        """What of the reported quantity was not taken back."""
        self.ensure_one()
        return self.quantity - self.reversed_quantity

    # -- posting -----------------------------------------------------------------

    def _post_in_company(self):
        res = super()._post_in_company()
        for confirmation in self.filtered("deviation_id"):
            confirmation.move_id = confirmation.posting_line_ids.move_id[:1]
        return res

    def _moves(self):
        """Nothing was received; what came back is part of it."""
        if not self._is_scrap():
            return super()._moves()
        reports = self.scrap_share_ids.confirmation_id
        return (self.line_ids | reports.line_ids)._early_moves()

    def _absorbed(self):
        """Shares belong to the product that was received, or to what was scrapped."""
        if self._is_scrap():
            return self.scrap_share_ids
        return super()._absorbed().filtered(lambda part: part._is_for_product())

    def _byproduct_surplus(self):
        """Scrapped pieces yield no by-products, and nothing asks for any."""
        return {} if self._is_scrap() else super()._byproduct_surplus()

    def _deviation_quantities(self):
        """All that the bill of materials asks for scrapped pieces is scrap."""
        quantities = super()._deviation_quantities()
        if self._is_scrap():
            for product, quantity in self._required().items():
                quantities["scrap"][product] += quantity
        return quantities

    def _completion(self):
        completion = super()._completion()
        if self._is_scrap():
            return completion._replace(scrapped=self._equivalent_units())
        return completion

    def _equivalent_units(self):
        """Units of product whose whole conversion equals what was performed, exact."""
        order = self.production_id
        pieces = self.uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )
        return exact(pieces) * order._backflush_performed(self.workorder_id)

    # -- taking back -----------------------------------------------------------------

    def _report_reversal(self):
        """Scrapped pieces are taken back as a whole, by their own report."""
        if self._is_scrap():
            return self._standing(), False
        undone, rest = super()._report_reversal()
        scrapped = self.share_ids.filtered("scrap_confirmation_id")
        if scrapped:
            said = self.env._(
                "%(quantity)s %(unit)s of it were scrapped: reverse the scrap report "
                "of %(orders)s.",
                quantity=sum(scrapped.mapped("quantity")),
                unit=self.uom_id.name,
                orders=", ".join(scrapped.production_id.mapped("name")),
            )
            rest = f"{rest} {said}" if rest else said
        return undone, rest

    def _reverse_report(self):
        if not self._is_scrap():
            return super()._reverse_report()
        undone, rest = self._report_reversal()
        posted, reports = self._completion(), self.scrap_share_ids.confirmation_id
        self.scrap_share_ids._unscrap()
        if self.line_ids:
            self.line_ids._return_issues(exact(1))
            self.line_ids._release_errors(exact(1))
        if self.production_id._backflush_policy():
            self._post_reversal(posted, reports)
        return undone, rest

    def _post_reversal(self, posted, reports):
        """Take back what scrapping these pieces posted, at today's standards.

        :param posted: the scrap as the poster read it
        :param reports: of operations that had issued for the pieces before
        """
        moves = (self.line_ids | reports.line_ids)._early_moves()
        completion = self.production_id._backflush_completion(
            moves, posted.errors, None, links={"confirmation_id": self.id}
        )._replace(
            scrapped=-posted.scrapped,
            deviations={
                kind: {product: -number for product, number in some.items()}
                for kind, some in posted.deviations.items()
            },
        )
        poster = self.env["backflush.poster"].sudo().with_company(self.company_id)
        poster._post_completions([completion])

    def _return_keys(self):
        """Also of what operations had issued for the pieces."""
        reports = self.scrap_share_ids.confirmation_id
        return super()._return_keys() | (reports._return_keys() if reports else set())

    def _scrap_note(self):
        """What the order's log says about the scrapped pieces."""
        words = {
            "quantity": self.quantity,
            "unit": self.uom_id.name,
            "reason": self.scrap_reason_id.name,
            "name": self.deviation_id.name,
        }
        if not self.workorder_id:
            return self.env._(
                "%(quantity)s %(unit)s scrapped at the end: %(reason)s (%(name)s).",
                **words,
            )
        return self.env._(
            "%(quantity)s %(unit)s scrapped at %(operation)s: %(reason)s (%(name)s).",
            operation=self.workorder_id.name,
            **words,
        )
