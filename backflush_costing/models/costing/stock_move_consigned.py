from collections import defaultdict

from odoo import fields, models

from ...engine.numbers import ZERO, exact


class StockMove(models.Model):
    """Stock of somebody else between stock and production.

    It is in no inventory account: what is used of it is owed to its owner.
    """

    _inherit = "stock.move"

    backflush_credits_owner = fields.Boolean(
        "Credits Consignment Payable",
        readonly=True,
        copy=False,
        help="Whether what this movement uses of somebody else's stock is owed to its "
        "owner. Decided by the policy when it happens; what is brought back follows "
        "the issue.",
    )

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._backflush_note_owners()
        return moves

    def _backflush_note_owners(self):
        """Keep with each movement whether its owners are credited, for the proof."""
        crediting = self.filtered(lambda m: m._backflush_is_owed())
        if crediting:
            crediting.sudo().backflush_credits_owner = True

    def _backflush_is_owed(self):
        """Whether the policy of this component lets its owner be credited."""
        if self.state != "done" or "production" not in (
            self.location_id.usage,
            self.location_dest_id.usage,
        ):
            return False
        issue = self.origin_returned_move_id
        if issue and self.location_id.usage == "production":
            return issue.backflush_credits_owner
        product = self.product_id.with_company(self.company_id)
        return bool(
            product._backflush_policy().flush_consigned
            and not self._backflush_is_output()
            and self._backflush_is_posted_apart()
        )

    def _backflush_consigned_quantities(self):
        """``{owner: exact quantity}`` of others' stock that came (+) or left (-).

        In the product's unit; owners are the companies behind the contacts.
        """
        self.ensure_one()
        quantities = defaultdict(lambda: ZERO)
        if self.state != "done":
            return quantities
        for line in self.move_line_ids:
            if line._should_exclude_for_valuation():
                sign = line._backflush_direction()
                owner = line.owner_id.commercial_partner_id
                quantities[owner] += sign * exact(line.quantity_product_uom)
        return quantities

    def _backflush_moved_quantity(self):
        """Quantity that came (+) or left (-) stock, whoever owns it.

        In the product's unit. What the ledger values of it is
        :meth:`_backflush_signed_quantity`.
        """
        consigned = self._backflush_consigned_quantities()
        own = exact(self._backflush_signed_quantity())
        return float(own + sum(consigned.values(), ZERO))

    def _backflush_due_consigned(self):
        """Hook: ``{owner: exact quantity}`` that consignment payable should hold.

        A room above that issues before the product is received answers with less.
        """
        if not self.backflush_credits_owner:
            return {}
        return self._backflush_consigned_quantities()
