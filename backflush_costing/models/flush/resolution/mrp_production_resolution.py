from odoo import api, fields, models
from odoo.exceptions import UserError


class MrpProduction(models.Model):
    """Which changes reach an order that is confirmed already, and when.

    *At once*, because they are changes of the order: its components location, the
    work centre of a work order (by hand or by planning), the product, operation or
    bill line of a component. *When somebody says so* (:meth:`action_backflush_update`,
    or core's *Update BoM*), because they are changes of the plant: settings on bill
    lines, work centres, products and the company. An order stays as it was planned
    until then.
    """

    _inherit = "mrp.production"

    backflush_is_outdated = fields.Boolean(
        "Flush Rules Changed",
        compute="_compute_backflush_is_outdated",
        help="Method or location of a component would be another by the settings of "
        "today. Update Flush Rules takes them over.",
    )

    @api.depends(
        "state",
        "move_raw_ids.flush_method",
        "move_raw_ids.flush_rule",
        "move_raw_ids.location_id",
    )
    def _compute_backflush_is_outdated(self):
        for order in self:
            order.backflush_is_outdated = any(
                move._backflush_outdated_vals()
                for move in order.move_raw_ids
                if move.state != "draft"
            )

    def action_backflush_update(self):
        """Take method and location of open components from the settings of today.

        What was entered on component lines stays.

        :return: True
        """
        self.check_access("write")
        for order in self:
            changed = order.sudo().move_raw_ids._backflush_resolve_anew()
            for move in changed:
                order.message_post(
                    body=self.env._(
                        "%(product)s: %(rule)s",
                        product=move.product_id.display_name,
                        rule=move.flush_explanation or self.env._("as Odoo does."),
                    )
                )
        return True

    def write(self, vals):
        """A new components location: reservations at the old one are given back."""
        if "location_src_id" not in vals:
            return super().write(vals)
        moving = self._backflush_leaving(vals["location_src_id"])
        with moving._backflush_moving():
            return super().write(vals)

    def _backflush_leaving(self, location_id):
        """Open components that a new components location moves."""
        orders = self.filtered(lambda o: o.location_src_id.id != location_id)
        return orders.move_raw_ids.filtered(
            lambda m: (
                m._backflush_is_open_component()
                and (m.flush_rule or "").endswith(":order")
                and not m._backflush_is_settled(location_id)
            )
        )

    def _get_moves_raw_values(self):
        """A draft whose components are computed again keeps what was entered."""
        vals_list = super()._get_moves_raw_values()
        edited = {
            (move.raw_material_production_id.id, move.bom_line_id.id): move
            for move in self.move_raw_ids
            if move.bom_line_id and "move" in (move.flush_rule or "").split(":")
        }
        for vals in vals_list if edited else ():
            key = (vals["raw_material_production_id"], vals["bom_line_id"])
            move = edited.get(key)
            if move:
                rule = {
                    name: vals[name]
                    for name in ("flush_method", "flush_rule", "location_id")
                }
                vals.update(move._backflush_keep_edited(rule))
        return vals_list

    def _link_bom(self, bom):
        """The bill of materials changed: so do the rules of its lines.

        Core cannot tell what an operation has issued from a line too many.
        """
        if self.state not in ("draft", "done", "cancel"):
            self._backflush_check_unissued()
        res = super()._link_bom(bom)
        if self.state not in ("done", "cancel"):
            self._backflush_link_operations()
            self.move_raw_ids._backflush_resolve_anew()
        return res

    def _backflush_check_unissued(self):
        """Refuse another bill of materials once components have left stock for it."""
        issued = self.move_raw_ids.filtered(lambda m: m.state == "done")
        if issued and (self.sudo().backflush_share_ids or issued.backflush_scrap_id):
            raise UserError(
                self.env._(
                    "%(order)s: %(products)s were issued for this order already, by "
                    "the bill of materials as it was. Take these reports back first, "
                    "or change the component lines instead.",
                    order=self.name,
                    products=", ".join(issued.product_id.mapped("display_name")),
                )
            )

    def _backflush_link_operations(self):
        """Core adds new components without their operation."""
        for move in self.move_raw_ids:
            operation = move.bom_line_id.operation_id
            if move.state in ("done", "cancel") or move.operation_id or not operation:
                continue
            workorder = self.workorder_ids.filtered(
                lambda w, o=operation: w.operation_id == o
            )[:1]
            rule = self._backflush_rule(move.product_id, move.bom_line_id, operation.id)
            if workorder and rule["flush_rule"]:
                move.write({"operation_id": operation.id, "workorder_id": workorder.id})
