from odoo import fields, models


class BackflushCutoverLine(models.Model):
    """What one thing stood at and on which account, and what it is going to."""

    _name = "backflush.cutover.line"
    _description = "Cutover Line"
    _order = "cutover_id, sequence, id"

    cutover_id = fields.Many2one(
        "backflush.cutover",
        required=True,
        index=True,
        ondelete="cascade",
        help="Cutover that the line belongs to.",
    )
    company_id = fields.Many2one(
        related="cutover_id.company_id", store=True, help="Company of the cutover."
    )
    currency_id = fields.Many2one(
        related="cutover_id.currency_id", help="Currency of the amounts."
    )
    sequence = fields.Integer(help="Order of the lines.")
    kind = fields.Selection(
        [
            ("stock", "Stock"),
            ("parked", "Parked"),
            ("received", "Received, not billed"),
            ("rest", "Rest of the account"),
            ("rounding", "Rounding"),
        ],
        required=True,
        help="Stock: what inventory holds of a product. Parked: open error records. "
        "Rest of the account: what an account held that Odoo's value of the stock does "
        "not explain; Odoo's own closing would post it.",
    )
    product_id = fields.Many2one("product.product", help="Product that is moved.")
    quantity = fields.Float(
        digits="Product Unit",
        help="Quantity that is carried afterwards, in the product's unit.",
    )
    uom_id = fields.Many2one(related="product_id.uom_id", help="Unit of the quantity.")
    old_account_id = fields.Many2one(
        "account.account", "From", help="Account that held it so far."
    )
    old_value = fields.Monetary("Value So Far", help="What that account held of it.")
    new_account_id = fields.Many2one(
        "account.account", "To", help="Account that holds it afterwards."
    )
    new_value = fields.Monetary(help="What that account holds of it then.")
    difference = fields.Monetary(
        help="New value less value so far; goes to the account for differences."
    )
