from odoo import api, models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """A component line with an error record is kept: it says what was asked for."""

    _inherit = "stock.move"

    # Also for who says that a module goes: the word is in the context, for anybody.
    @api.ondelete(at_uninstall=True)
    def _unlink_without_errors_only(self):
        components = self.filtered(
            lambda move: move.state == "cancel" and move.raw_material_production_id
        )
        lines = components and (
            self.env["backflush.confirmation.line"]
            .sudo()
            .search([("move_id", "in", components.ids)])
        )
        errors = lines and lines.error_ids
        if errors:
            raise UserError(
                self.env._(
                    "%(product)s of %(order)s is kept: %(errors)s refer to it.",
                    product=errors[0].product_id.display_name,
                    order=errors[0].production_id.display_name,
                    errors=", ".join(errors[:10].mapped("name")),
                )
            )
