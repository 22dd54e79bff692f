from contextlib import contextmanager

from odoo import Command, api, models

# What of a component line the rules look at, beside the work centre.
RULED_BY = ("product_id", "bom_line_id")
# What says which work centre that is.
PLACED_BY = ("operation_id", "workorder_id")
# What people enter on a component line.
EDITED = ("flush_method", "location_id")


class StockMove(models.Model):
    """Looking up method and location of an order's component once more.

    What was entered on the component line stays: the parts of ``flush_rule`` that say
    *move*. So does what was reported already with a lot, a handling unit or a bin of
    its own, and what was brought to the order by transfers.
    """

    _inherit = "stock.move"

    def write(self, vals):
        """Another product, line of the bill or work centre: other rules win.

        What is entered on the line takes effect on what the line holds, too.
        """
        keys = vals.keys()
        if "flush_rule" in keys or not keys & {*RULED_BY, *PLACED_BY, *EDITED}:
            return super().write(vals)
        open_ones = self.filtered(lambda m: m._backflush_is_open_component())
        before = {move: move._backflush_ruled_by() for move in open_ones}
        with open_ones._backflush_edited(vals)._backflush_moving():
            res = super().write(vals)
        changed = open_ones.filtered(lambda m: before[m] != m._backflush_ruled_by())
        changed._backflush_resolve_anew()
        return res

    def _backflush_edited(self, vals):
        """Which of these lines ``vals`` take to another method or place by hand."""
        if not vals.keys() & {*EDITED} or vals.keys() & {"quantity", "move_line_ids"}:
            return self.browse()
        return self.filtered(
            lambda m: (
                m.state != "draft"
                and (m.flush_rule or vals.get("flush_method"))
                and any(
                    m._fields[name].convert_to_write(m[name], m) != vals[name]
                    for name in EDITED
                    if name in vals
                )
            )
        )

    @api.depends("raw_material_production_id.location_src_id")
    def _compute_location_id(self):
        """A new components location of the order leaves line-side locations alone."""
        ruled = self.filtered(lambda m: m.raw_material_production_id and m.flush_rule)
        places = {move: move.location_id for move in ruled}
        res = super()._compute_location_id()
        for move, place in places.items():
            move.location_id = place
            if move._backflush_is_open_component():
                location_id = move._backflush_anew_vals()["location_id"]
                if not move._backflush_is_settled(location_id):
                    move.location_id = location_id
        return res

    def _backflush_is_open_component(self):
        """Whether this line of an order is still to be issued."""
        return bool(
            self.raw_material_production_id
            and self.state not in ("done", "cancel")
            and self.location_dest_id.usage != "inventory"
            and self.raw_material_production_id.state not in ("done", "cancel")
        )

    def _backflush_ruled_by(self):
        """What the rules look at; where it changes, method and location may."""
        return (
            *(self[name] for name in RULED_BY),
            self._backflush_workcenter(),
        )

    def _backflush_resolve_anew(self):
        """Take method and location from the rules that hold now.

        A reservation at a location that is left is given back first; where the
        method reserves it is made again at the new one.

        :return: the component lines that changed
        """
        changed = self.browse()
        for move in self:
            vals = move._backflush_outdated_vals()
            if vals:
                with move._backflush_moving():
                    move.write(vals)
                changed |= move
        return changed

    def _backflush_outdated_vals(self):
        """What the rules of today say, where that is not what the line says."""
        self.ensure_one()
        if not self._backflush_is_open_component():
            return {}
        vals = self._backflush_anew_vals()
        is_other = any(
            self._fields[name].convert_to_write(self[name], self) != value
            for name, value in vals.items()
        )
        settled = self._backflush_is_settled(vals["location_id"])
        return vals if is_other and not settled else {}

    def _backflush_anew_vals(self):
        """Method, rule and location by the rules that hold now, edits kept."""
        self.ensure_one()
        rule = self.env["backflush.flush.resolution"]._resolve(
            self.raw_material_production_id,
            self.product_id,
            self.bom_line_id,
            self._backflush_workcenter(),
        )
        return self._backflush_keep_edited(rule)

    def _backflush_keep_edited(self, rule):
        """``rule`` with the parts that were entered on this component line."""
        old_method, _sep, old_where = (self.flush_rule or "").partition(":")
        method, _sep, where = (rule["flush_rule"] or ":order").partition(":")
        kept = dict(rule)
        if old_method == "move":
            method, kept["flush_method"] = "move", self.flush_method
        if old_where == "move":
            where, kept["location_id"] = "move", self.location_id.id
        if "move" in (method, where):
            kept["flush_rule"] = f"{method}:{where}"
        return kept

    def _backflush_is_settled(self, location_id):
        """Whether where this component comes from is a fact already.

        Somebody named stock of it (a lot, a handling unit, a bin beside its
        location), or transfers brought stock to the order's place.
        """
        if self.location_id.id == location_id:
            return False
        named = self.picked and self.move_line_ids.filtered(
            lambda line: (
                line.lot_id
                or line.package_id
                or not line.location_id._child_of(self.location_id)
            )
        )
        return bool(named) or self._backflush_is_brought()

    def _backflush_is_brought(self):
        """Whether transfers brought stock for this line to the order's place."""
        return "done" in self.move_orig_ids.mapped("state")

    @contextmanager
    def _backflush_moving(self):
        """Around a change of method or location: give back before, take again after.

        What was reported without naming stock is reported again at the new place,
        what was reserved is reserved again where the method reserves, and transfers
        to the place that is left bring less by as much.
        """
        confirmed = self.filtered(lambda m: m.state != "draft")
        reported = {move: move.quantity for move in confirmed if move.picked}
        demand = {
            move: move.product_uom_qty
            for move in confirmed
            if move.move_orig_ids and not move._backflush_is_brought()
        }
        confirmed._backflush_give_back()
        for move in demand:
            move.product_uom_qty = 0.0
            move.move_orig_ids = [Command.clear()]
        yield
        confirmed._adjust_procure_method()
        for move, quantity in demand.items():
            move.product_uom_qty = quantity
        for move, quantity in reported.items():
            move._set_quantity_done(quantity)
            move.picked = True
        (confirmed - self.browse().concat(*reported)).filtered(
            lambda m: m.picking_type_id.reservation_method == "at_confirm"
        )._action_assign()

    def _backflush_give_back(self):
        """Release what this line holds, reported or reserved."""
        self.picked = False
        self._do_unreserve()
