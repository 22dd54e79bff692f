from odoo import fields, models


class BackflushStandardReleaseLine(models.TransientModel):
    """What one product holds in one place, at the present and the new standard."""

    _name = "backflush.standard.release.line"
    _description = "Revaluation of a Release"

    release_id = fields.Many2one(
        "backflush.standard.release",
        required=True,
        ondelete="cascade",
        help="The release.",
    )
    product_id = fields.Many2one("product.product", help="What is revalued.")
    kind = fields.Selection(
        [
            ("stock", "Stock"),
            ("in_process", "In process"),
            ("suspense", "Suspense"),
        ],
        help="Stock: what the ledger holds, on hand less received and not billed plus "
        "delivered and not invoiced. In process: issued to orders that are not "
        "complete. Suspense: open error records, negative because it is a credit.",
    )
    account_id = fields.Many2one("account.account", help="Account that is revalued.")
    quantity = fields.Float(
        digits="Product Unit", help="In the product's unit of measure."
    )
    uom_id = fields.Many2one(related="product_id.uom_id", help="Unit of the quantity.")
    currency_id = fields.Many2one("res.currency", help="Currency of the amounts.")
    present_amount = fields.Monetary("Now", help="What the ledger holds.")
    new_amount = fields.Monetary("At the New Standard", help="What it will hold.")
    difference = fields.Monetary("Revaluation", help="What the release posts.")
