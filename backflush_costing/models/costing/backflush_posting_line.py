from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...said import said

# Kinds whose quantity is stock on an inventory account.
INVENTORY_KINDS = (
    *("opening", "component", "finished", "stock"),
    *("bill", "receipt", "cogs", "restated"),
)


class BackflushPostingLine(models.Model):
    """The subledger: why each account under a policy was moved, product by product.

    Journal entries merge many lines into few; here every amount keeps its
    product, document and quantity, unrounded. Lines of kind *rounding* carry
    what the entries' rounding added, so that per account the lines sum to
    exactly what the ledger shows.
    """

    _name = "backflush.posting.line"
    _description = "Backflush Posting Line"
    _order = "date desc, id desc"
    _rec_name = "kind"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, help="Company of the entry."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amount."
    )
    date = fields.Date(required=True, help="Accounting date of the entry.")
    date_recorded = fields.Datetime(
        "Recorded",
        required=True,
        default=fields.Datetime.now,
        help="When the line was written.",
    )
    kind = fields.Selection(
        [
            ("opening", "Opening stock"),
            ("component", "Component issued"),
            ("finished", "Product received"),
            ("suspense", "Component parked"),
            ("conversion", "Conversion allocated"),
            ("usage", "Usage variance"),
            ("scrap", "Scrap variance"),
            ("substitution", "Substitution variance"),
            ("standard", "Outdated standard"),
            ("nature", "Expense by nature"),
            ("difference", "Inventory difference"),
            ("revaluation", "Revaluation"),
            ("bill", "Vendor bill"),
            ("consigned", "Consigned stock"),
            ("restated", "Cost known later"),
            ("cogs", "Cost of goods sold"),
            ("stock", "Count or scrap"),
            ("close", "Period close"),
            ("counterpart", "Counterpart"),
            ("rounding", "Rounding"),
        ],
        required=True,
        index=True,
        help="Why the amount was posted.",
    )
    cost_element = fields.Selection(
        lambda self: (
            self.env["backflush.standard.cost.element"]
            ._fields["element"]
            ._description_selection(self.env)
        ),
        help="Of what is allocated or absorbed: which cost element of the standard it "
        "is.",
    )
    account_id = fields.Many2one(
        "account.account",
        required=True,
        index=True,
        ondelete="restrict",
        help="Ledger account of the amount.",
    )
    product_id = fields.Many2one(
        "product.product",
        index=True,
        ondelete="restrict",
        help="Product that the amount stands for.",
    )
    owner_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="Whose stock was used, or billed after it was used.",
    )
    quantity = fields.Float(
        digits=(20, 8),
        help="Signed quantity behind the amount, in the product's unit.",
    )
    amount = fields.Float(
        digits=(20, 8),
        required=True,
        help="Unrounded, debit positive, in company currency.",
    )
    analytic_distribution = fields.Json(
        help="Analytic distribution of the journal item."
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        index=True,
        ondelete="restrict",
        help="Entry that carries the amount.",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        "Journal Item",
        ondelete="set null",
        index="btree_not_null",
        help="Item of the entry that carries the amount.",
    )
    stock_move_id = fields.Many2one(
        "stock.move",
        index="btree_not_null",
        ondelete="set null",
        help="Stock movement that is valued.",
    )
    production_id = fields.Many2one(
        "mrp.production",
        "Manufacturing Order",
        index="btree_not_null",
        ondelete="set null",
        help="Order that the amount belongs to.",
    )
    error_id = fields.Many2one(
        "backflush.error",
        "Error Record",
        index="btree_not_null",
        ondelete="restrict",
        help="Error record whose suspense the amount is.",
    )

    _position_idx = models.Index("(company_id, product_id, account_id)")

    @api.ondelete(at_uninstall=False)
    def _unlink_with_document_only(self):
        if not said(self.env, "backflush_unpost_document"):
            raise UserError(
                self.env._(
                    "Lines of the subledger are never deleted. Reverse the document "
                    "that made them."
                )
            )

    def _valued_quantities(self, moves):
        """Return ``{stock move id: quantity}`` that the subledger holds already.

        Of somebody else's stock: ``{(stock move id, owner id): quantity}``.
        """
        if not moves:
            return {}
        self.flush_model(["stock_move_id", "owner_id", "quantity"])
        rows = self.env.execute_query(
            SQL(
                """SELECT stock_move_id, owner_id, SUM(quantity)
                     FROM backflush_posting_line
                    WHERE stock_move_id IN %s GROUP BY stock_move_id, owner_id""",
                tuple(moves.ids),
            )
        )
        return {(move, owner) if owner else move: n for move, owner, n in rows}

    def _suspense(self, errors):
        """Return ``{error id: (quantity, amount)}`` credited to suspense so far."""
        if not errors:
            return {}
        self.flush_model(["error_id", "quantity", "amount", "account_id", "kind"])
        rows = self.env.execute_query(
            SQL(
                """SELECT error_id, -SUM(quantity), -SUM(amount)
                     FROM backflush_posting_line
                    WHERE error_id IN %s AND kind IN ('suspense', 'revaluation')
                 GROUP BY error_id""",
                tuple(errors.ids),
            )
        )
        return {error_id: (quantity, amount) for error_id, quantity, amount in rows}

    def _ledger_positions(self, company, products):
        """Return ``{(product id, account id): (quantity, amount)}`` in inventory."""
        if not products:
            return {}
        self.flush_model(["company_id", "product_id", "quantity", "amount", "kind"])
        rows = self.env.execute_query(
            SQL(
                """SELECT product_id, account_id, SUM(quantity), SUM(amount)
                     FROM backflush_posting_line
                    WHERE company_id = %s AND product_id IN %s AND error_id IS NULL
                      AND kind IN %s
                 GROUP BY product_id, account_id""",
                company.id,
                tuple(products.ids),
                (*INVENTORY_KINDS, "revaluation"),
            )
        )
        return {(p, a): (quantity, amount) for p, a, quantity, amount in rows}
