from odoo import api, fields, models


class BackflushKanbanEvent(models.TransientModel):
    """One container more for an event: a card that circulates once."""

    _name = "backflush.kanban.event"
    _description = "One Container More, Once"

    cycle_id = fields.Many2one(
        "backflush.control.cycle",
        "Control Cycle",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        help="The loop that the card is for.",
    )
    uom_id = fields.Many2one(
        related="cycle_id.uom_id", string="Unit", help="Unit of the quantity."
    )
    quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_quantity",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
        help="What the card brings, in the product's unit; a container by default.",
    )
    date_needed = fields.Datetime(
        "Needed", help="When it should be here; after the lead time where empty."
    )
    event = fields.Char(
        "For", required=True, help="What it is for, such as an order or a launch."
    )

    @api.depends("cycle_id")
    def _compute_quantity(self):
        for wizard in self:
            wizard.quantity = wizard.cycle_id.container_quantity

    def action_add(self):
        """Make the card, and order for it.

        :return: True
        """
        self.ensure_one()
        return self.cycle_id.action_add_one_off(
            self.quantity, self.event, self.date_needed
        )
