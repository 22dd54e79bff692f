from odoo import api, fields, models

from ..resolution.flush_resolution import flush_method_field

# Issued from floor stock: never reserved, so that no order holds what another needs.
UNRESERVED_METHODS = ("completion", "operation", "start", "reported")
# Issued before the product is received.
EARLY_METHODS = ("operation", "start", "reported")


class StockMove(models.Model):
    _inherit = "stock.move"

    flush_method = flush_method_field(
        copy=True,
        help="How this component is issued. Comes from the most specific of bill of "
        "materials line, work center, product and company; can be changed here.",
    )
    flush_rule = fields.Char(
        readonly=True,
        copy=True,
        help="Code of the rules that decided method and location: "
        "<method source>:<location source>.",
    )
    flush_explanation = fields.Char(
        "Why",
        compute="_compute_flush_explanation",
        help="How and from where this component is issued, and which rule says so.",
    )
    flush_place = fields.Char(
        "From",
        related="location_id.name",
        help="Where the component is taken from.",
    )
    flush_free_quantity = fields.Float(
        "Free There",
        digits="Product Unit",
        compute="_compute_flush_free_quantity",
        help="What this order can take at the location: on hand less what others "
        "have reserved, in the unit of the line.",
    )
    flush_missing_quantity = fields.Float(
        "Missing",
        digits="Product Unit",
        compute="_compute_flush_free_quantity",
        help="What the order needs beyond what is free there.",
    )
    backflush_confirmation_line_id = fields.Many2one(
        "backflush.confirmation.line",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Confirmation line that this issue fulfils.",
    )

    backflush_confirmation_id = fields.Many2one(
        related="backflush_confirmation_line_id.confirmation_id",
        string="Confirmation",
        help="Confirmation that issued, or took back, this component.",
    )
    flush_open_quantity = fields.Float(
        "Still Open",
        digits="Product Unit",
        compute="_compute_flush_open_quantity",
        help="What of this component waits in the error queue, in its own unit.",
    )

    def _compute_flush_open_quantity(self):
        for move in self:
            line = move.sudo().backflush_confirmation_line_id
            is_own = line.move_id == move
            move.flush_open_quantity = line.open_quantity if is_own else 0.0

    @api.depends("flush_rule", "flush_method", "location_id")
    def _compute_flush_explanation(self):
        resolution = self.env["backflush.flush.resolution"]
        for move in self:
            move.flush_explanation = resolution._describe(move)

    @api.depends("product_id", "location_id", "product_uom_qty", "quantity", "state")
    def _compute_flush_free_quantity(self):
        raw = self.filtered(
            lambda m: (
                m.raw_material_production_id
                and m.product_id.is_storable
                and m.state not in ("done", "cancel")
            )
        )
        (self - raw).update({"flush_free_quantity": 0, "flush_missing_quantity": 0})
        free = raw._backflush_free_quantities()
        for move in raw:
            own = free[move]
            unit = move.product_id.uom_id
            move.flush_free_quantity = unit._compute_quantity(
                own, move.product_uom, round=False
            )
            move.flush_missing_quantity = max(
                move.product_uom.round(move.product_uom_qty - move.flush_free_quantity),
                0.0,
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Components added by hand are issued by the same rules as those of the BoM."""
        for vals in vals_list:
            if vals.get("raw_material_production_id") and "flush_rule" not in vals:
                self._backflush_resolve_vals(vals)
        return super().create(vals_list)

    @api.model
    def _backflush_resolve_vals(self, vals):
        """Complete the values of a raw move by method and location."""
        if (
            self.env["stock.location"].browse(vals.get("location_dest_id")).usage
            == "inventory"
        ):
            return
        order = self.env["mrp.production"].browse(vals["raw_material_production_id"])
        product = self.env["product.product"].browse(vals.get("product_id"))
        line = self.env["mrp.bom.line"].browse(vals.get("bom_line_id") or [])
        rule = order._backflush_rule(product, line, vals.get("operation_id"))
        if (
            vals.get("location_id", order.location_src_id.id)
            == order.location_src_id.id
        ):
            vals["location_id"] = rule["location_id"]
        vals["flush_rule"] = rule["flush_rule"]
        method = vals.get("flush_method") or rule["flush_method"]
        if method != rule["flush_method"]:
            # Entered before the order was first saved.
            where = (rule["flush_rule"] or ":order").partition(":")[2]
            vals["flush_rule"] = f"move:{where}"
        vals["flush_method"] = method

    def write(self, vals):
        """What is edited on the component line wins from now on.

        A component that no rule concerns stays core's, unless a method is entered.
        """
        edited = {"flush_method", "location_id"} & set(vals)
        if edited and "flush_rule" not in vals:
            for move in self.filtered(
                lambda m: (
                    m.raw_material_production_id
                    and m.state not in ("done", "cancel")
                    and (m.flush_rule or vals.get("flush_method"))
                )
            ):
                method, _sep, where = (move.flush_rule or ":order").partition(":")
                if "flush_method" in vals:
                    method = "move"
                if vals.get("location_id", move.location_id.id) != move.location_id.id:
                    where = "move"
                move.flush_rule = f"{method}:{where}"
        return super().write(vals)

    def _backflush_workcenter(self):
        """Work centre of the operation that consumes this component."""
        self.ensure_one()
        return self.workorder_id.workcenter_id or self.operation_id.workcenter_id

    def _action_assign(self, force_qty=False):
        """Floor stock is not reserved: whoever completes first takes it."""
        floor = self.filtered(
            lambda m: (
                m.raw_material_production_id and m.flush_method in UNRESERVED_METHODS
            )
        )
        return super(StockMove, self - floor)._action_assign(force_qty=force_qty)

    def _adjust_procure_method(self, picking_type_code=False):
        """Floor stock is replenished for all orders, never made to one order."""
        floor = self.filtered(lambda m: m._backflush_is_floor_stock())
        floor.procure_method = "make_to_stock"
        return super(StockMove, self - floor)._adjust_procure_method(
            picking_type_code=picking_type_code
        )

    def _backflush_is_floor_stock(self):
        """Hook: whether the place is filled for all orders, and not for this one."""
        return bool(
            self.raw_material_production_id and self.flush_method in UNRESERVED_METHODS
        )

    def _should_bypass_set_qty_producing(self):
        """What is issued by hand, or at its operation, follows no other report."""
        if self.raw_material_production_id and (
            self.flush_method in ("manual", *EARLY_METHODS) or self._backflush_covered()
        ):
            return True
        return super()._should_bypass_set_qty_producing()

    def _backflush_close_manual(self):
        """Core would pick what is merely reserved; manual means entered."""
        unentered = self.filtered(
            lambda m: (
                m.flush_method == "manual"
                and not m.picked
                and m.state not in ("done", "cancel")
            )
        )
        unentered._do_unreserve()
        unentered.picked = True
        return unentered

    def _backflush_reopen_manual(self):
        """Core asked a question first: what was reserved is reserved again."""
        waiting = self.filtered(
            lambda m: m.state not in ("done", "cancel") and not m.quantity
        )
        waiting.picked = False
        waiting._action_assign()

    def _backflush_pick_unreported(self):
        """Backflush by the BoM what the report left open.

        A program that writes the produced quantity without reporting components
        leaves them unpicked; core would cancel them and lose the requirement.
        """
        for move in self.filtered(
            lambda m: (
                m.flush_method == "completion"
                and not m.picked
                and m.state not in ("done", "cancel")
                and m.raw_material_production_id.qty_producing
            )
        ):
            move._set_quantity_done(move.should_consume_qty)
            move.picked = True

    def _action_done(self, cancel_backorder=False):
        """Take the rows of all stock that moves at once, in the order of all others."""
        keys = self._backflush_guarded_keys()
        if keys:
            self.env["backflush.stock.lock"].sudo()._touch(keys)
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _backflush_guarded_keys(self):
        """``(product, location)`` of every change in a guarded location."""
        keys = set()
        for line in self.move_line_ids:
            for location in (line.location_id, line.location_dest_id):
                if location._backflush_is_guarded():
                    keys.add((line.product_id.id, location.id))
        return keys

    def _backflush_report_quantity(self):
        """What the report says was used, in the component's unit."""
        self.ensure_one()
        return self.product_uom._compute_quantity(
            self.quantity, self.product_id.uom_id, rounding_method="HALF-UP"
        )

    def _backflush_required_quantity(self):
        """What the bill of materials asks for, for the quantity being reported.

        An order without one asks for what was planned on it.
        """
        self.ensure_one()
        order = self.raw_material_production_id
        if order.bom_id and not self.bom_line_id:
            return 0.0
        quantity = self.should_consume_qty
        if self.bom_line_id and self.bom_line_id.bom_id == order.bom_id:
            quantity = self._backflush_bom_quantity(order, quantity)
        return self.product_uom._compute_quantity(
            quantity, self.product_id.uom_id, rounding_method="HALF-UP"
        )

    def _backflush_bom_quantity(self, order, planned):
        """``planned``, unless the plan was edited away from the bill of materials.

        :return: quantity in the unit of this component line
        """
        line, bom = self.bom_line_id, order.bom_id
        scrap = float(line._backflush_scrap_factor())

        def share(quantity):
            batches = order.product_uom_id._compute_quantity(
                quantity, bom.product_uom_id, round=False
            )
            return line.product_uom_id._compute_quantity(
                line.product_qty * scrap * batches / bom.product_qty,
                self.product_uom,
                round=False,
            )

        done = order.qty_produced + self._backflush_covered()
        open_quantity = order.product_qty - done
        plan = self.product_uom.round(share(open_quantity), rounding_method="UP")
        if self.product_uom.compare(plan, self.product_uom_qty) == 0:
            return planned
        return self.product_uom.round(share(max(order.qty_producing - done, 0.0)))
