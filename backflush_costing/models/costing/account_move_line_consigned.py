from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class AccountMoveLine(models.Model):
    """Bills of used consigned stock settle consignment payable."""

    _inherit = "account.move.line"

    backflush_is_consigned = fields.Boolean(
        "Settles Consignment",
        compute="_compute_backflush_is_consigned",
        store=True,
        readonly=False,
        precompute=True,
        help="The line bills goods that the vendor owns until they are used. It "
        "settles consignment payable, what differs from the standard is price "
        "variance; such goods never enter inventory. Proposed where the goods were "
        "received as the vendor's own, or used ones are not billed yet.",
    )

    def _auto_init(self):
        """Documents from before settle nothing: no need to look at each of them."""
        if not column_exists(self.env.cr, self._table, "backflush_is_consigned"):
            create_column(self.env.cr, self._table, "backflush_is_consigned", "boolean")
        return super()._auto_init()

    @api.depends("product_id", "purchase_line_id", "move_id.commercial_partner_id")
    def _compute_backflush_is_consigned(self):
        for line in self:
            if line.parent_state not in (False, "draft"):
                # What was posted stays what it was.
                line.backflush_is_consigned = line.backflush_is_consigned
            else:
                line.backflush_is_consigned = line._backflush_bills_consigned()

    @api.depends("backflush_is_consigned")
    def _compute_account_id(self):
        res = super()._compute_account_id()
        for line in self:
            payable = line._backflush_consignment_account()
            if payable:
                fiscal_position = line.move_id.fiscal_position_id
                line.account_id = fiscal_position.map_account(payable)
        return res

    def _eligible_for_stock_account(self):
        """Goods that are billed after they were used never enter inventory."""
        return super()._eligible_for_stock_account() and not (
            self._backflush_consignment_account()
        )

    def _backflush_is_costed_purchase(self):
        """Like purchased goods they are taken to standard, on their own account."""
        payable = self._backflush_consignment_account()
        return super()._backflush_is_costed_purchase() or bool(
            payable and self.account_id == payable
        )

    def _backflush_billed_policy(self):
        """The policy of a purchased product; empty for every other line."""
        none = self.env["backflush.costing.policy"]
        document = self.move_id
        if (
            not self.product_id
            or self.display_type != "product"
            or not document.is_purchase_document(include_receipts=True)
        ):
            return none
        product = self.product_id.with_company(self.company_id or document.company_id)
        return product._backflush_policy()

    def _backflush_consignment_account(self):
        """Consignment payable of a line that settles it; empty for every other."""
        policy = self.env["backflush.costing.policy"]
        if self.backflush_is_consigned:
            policy = self._backflush_billed_policy()
        return policy.consignment_account_id

    def _backflush_bills_consigned(self):
        """Whether the line bills goods of the vendor's that are, or will be, used."""
        return self._backflush_settles(self.product_id, self._backflush_billed_policy())

    def _backflush_settles(self, product, policy):
        """Whether what this line bills of ``product`` belonged to the vendor.

        :param policy: policy of the product, or none
        """
        if not policy.consignment_account_id:
            return False
        owed = self._backflush_owed_quantity(product._origin)
        if not policy.flush_consigned and not owed:
            return False
        if self.purchase_line_id:
            moves = self.purchase_line_id.sudo().move_ids
            received = moves.filtered(lambda m: m.product_id == product._origin)
            lines = received.move_line_ids
            return any(line._should_exclude_for_valuation() for line in lines)
        return owed > 0

    def _backflush_owed_quantity(self, product):
        """What is used of this vendor's ``product`` and not billed, in its unit."""
        document = self.move_id
        company = self.company_id or document.company_id
        rows = (
            self.env["backflush.posting.line"]
            .sudo()
            ._consigned_positions(company, product)
        )
        vendor = document.commercial_partner_id._origin
        return -sum(
            quantity
            for (_product, _account, owner_id), (quantity, _value) in rows.items()
            if owner_id == vendor.id
        )
