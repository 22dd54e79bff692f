from odoo import api, models
from odoo.exceptions import UserError, ValidationError


class BackflushControlCycle(models.Model):
    """What a loop may be, and what of it stays while its cards circulate."""

    _inherit = "backflush.control.cycle"

    @api.constrains("supply_area_id", "bin_id")
    def _check_places(self):
        for cycle in self:
            stock = cycle.supply_area_id.warehouse_id.lot_stock_id
            if stock and cycle.supply_area_id._child_of(stock):
                raise ValidationError(
                    self.env._(
                        "%(area)s lies within %(stock)s: deliveries would reserve from "
                        "it. Choose, or create, a location beside the stock.",
                        area=cycle.supply_area_id.display_name,
                        stock=stock.display_name,
                    )
                )
            if not cycle.bin_id._child_of(cycle.supply_area_id):
                raise ValidationError(
                    self.env._(
                        "The bin %(bin)s is not in the supply area %(area)s.",
                        bin=cycle.bin_id.display_name,
                        area=cycle.supply_area_id.display_name,
                    )
                )

    @api.constrains("product_id", "bin_id", "active")
    def _check_bins_apart(self):
        """A bin within another's would empty the containers of both."""
        for cycle in self.filtered("active"):
            others = self.search(
                [
                    ("id", "!=", cycle.id),
                    ("company_id", "=", cycle.company_id.id),
                    ("product_id", "=", cycle.product_id.id),
                    "|",
                    ("bin_id", "child_of", cycle.bin_id.id),
                    ("bin_id", "parent_of", cycle.bin_id.id),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "%(cycle)s: one bin is within the other of %(other)s. Give "
                        "each loop of the product a bin of its own.",
                        cycle=cycle.display_name,
                        other=others.display_name,
                    )
                )

    @api.constrains("minimum_containers", "container_count")
    def _check_minimum(self):
        for cycle in self.filtered(lambda c: c.minimum_containers > c.container_count):
            raise ValidationError(
                self.env._(
                    "%(cycle)s orders from %(minimum)s empty containers: it cannot "
                    "wait for more empty containers than it has, %(count)s.",
                    cycle=cycle.display_name,
                    minimum=cycle.minimum_containers,
                    count=cycle.container_count,
                )
            )

    @api.constrains("product_id")
    def _check_product(self):
        for cycle in self.filtered(lambda c: not c.product_id.is_storable):
            raise ValidationError(
                self.env._(
                    "%s is not tracked in stock: its containers cannot be counted.",
                    cycle.product_id.display_name,
                )
            )

    def _check_fixed(self, vals):
        """What cards are on the way for does not change under them."""
        fixed = {"product_id", "supply_area_id", "bin_id", "company_id"} & set(vals)
        busy = self.kanban_ids.filtered(lambda card: card.state != "wait")
        if fixed and busy:
            raise UserError(
                self.env._(
                    "%(cycle)s is in circulation (%(card)s). Archive it and create "
                    "another loop for another product or place.",
                    cycle=busy[0].cycle_id.display_name,
                    card=busy[0].name,
                )
            )
