from odoo import Command, fields, models

from ...engine.numbers import ZERO, exact
from ...engine.packing import OPEN, pack


class StockMove(models.Model):
    """The product of an order is put into handling units, and taken out again."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Before it is received, or unbuilt: into which units, out of which."""
        made = self.filtered(lambda m: m._backflush_is_made())
        packed = made.filtered(lambda m: m.production_id._backflush_is_packed())
        for move in packed:
            move._backflush_pack()
        for move in self.filtered(lambda m: m._backflush_is_unbuilt_product()):
            move._backflush_unpack()
        done = super()._action_done(cancel_backorder=cancel_backorder)
        made._backflush_note_units("fill", "result_package_id")
        done._backflush_unbuilt()._backflush_note_units("takeout", "package_id")
        return done

    def _backflush_is_made(self):
        """Whether this receives the product of an order."""
        order = self.production_id
        return bool(
            order
            and self.product_id == order.product_id
            and self.state not in ("done", "cancel")
        )

    # -- into units ------------------------------------------------------------------

    def _backflush_pack(self):
        """Name the unit of each line; a line that fills several becomes several.

        What somebody put into a unit on the order's own lines stays there.
        """
        order = self.production_id
        lines = self.move_line_ids.filtered(
            lambda line: line.quantity > 0 and not line.result_package_id
        ).sorted("id")
        rows = [(line, exact(line.quantity_product_uom)) for line in lines]
        size = exact(order.backflush_pack_quantity)
        order._backflush_check_units_needed(sum((row[1] for row in rows), ZERO))
        unit, room = order._backflush_open_unit()
        is_serial = self.product_id.tracking == "serial"
        parts = pack(rows, size, room if unit else ZERO, is_serial)
        units = self._backflush_units_of(unit, {number for *_rest, number in parts})
        # A unit is in one place, whatever putaway would say to the rest of it.
        places = {unit: unit._backflush_stock().location_id[:1]} if unit else {}
        by_line = {}
        for line, quantity, number in parts:
            box = units[number]
            places[box] = places.get(box) or line.location_dest_id
            vals = {"result_package_id": box.id, "location_dest_id": places[box].id}
            by_line.setdefault(line, []).append((quantity, vals))
        for line, own in by_line.items():
            line._backflush_split_into(own)
        # One completion; the next quantity has a unit of its own.
        order.sudo().backflush_unit_id = False

    def _backflush_units_of(self, unit, numbers):
        """``{number: unit}``: the open one, and new ones with a number of their own."""
        units = self.env["stock.package"].sudo()
        fresh = sorted(numbers - {OPEN} if unit else numbers)
        prefix = self.company_id.backflush_gs1_prefix
        made = units.create(
            [
                {"name": units._backflush_next_sscc(self.company_id)} if prefix else {}
                for _number in fresh
            ]
        )
        return {OPEN: unit} | dict(zip(fresh, made, strict=True))

    def _backflush_note_units(self, kind, name):
        """Write into the history of units what was put in, or taken out."""
        event = self.env.context.get("backflush_event_time") or fields.Datetime.now()
        lines = self.filtered(lambda m: m.state == "done").move_line_ids
        for (move, unit), own in lines.grouped(lambda o: (o.move_id, o[name])).items():
            if not unit:
                continue
            places = own.location_dest_id if kind == "fill" else own.location_id
            order = move.production_id or move.unbuild_id.mo_id
            unit.sudo()._backflush_note(
                kind,
                move.company_id,
                event,
                location_to_id=places[:1].id,
                product_id=move.product_id.id,
                quantity=sum(own.mapped("quantity_product_uom")),
                lot_ids=[Command.set(own.lot_id.ids)],
                production_id=order.id,
            )
            # Of two that fill the same unit at once Odoo repeats one, which then
            # sees what the other has put there.
            unit.sudo().backflush_filled_on = event

    # -- out of units ----------------------------------------------------------------

    def _backflush_unbuilt(self):
        """Moves that take the product of an order out of stock again."""
        return self.filtered(
            lambda m: m.unbuild_id.mo_id and m.product_id == m.unbuild_id.product_id
        )

    def _backflush_is_unbuilt_product(self):
        """Whether this takes a product apart that can be in handling units.

        An unbuild of an order that filled none is core's, unless it takes a
        confirmation back: that counts on everything that lies there.
        """
        order = self.unbuild_id.mo_id
        return bool(
            self.state not in ("done", "cancel")
            and self._backflush_unbuilt()
            and self.location_dest_id.usage == "production"
            and (
                self.unbuild_id.backflush_confirmation_id
                or order.sudo().backflush_filled_unit_ids
            )
        )

    def _backflush_unpack(self):
        """Take it out of the units that the order filled, the last one first."""
        for line in self.move_line_ids.filtered(lambda own: not own.package_id):
            parts, wanted = [], exact(line.quantity_product_uom)
            for quant, free in self._backflush_packed_stock(line).items():
                part = min(wanted, free)
                if part > ZERO:
                    parts.append((part, {"package_id": quant.package_id.id}))
                    wanted -= part
            if wanted > ZERO:
                parts.append((wanted, {"package_id": False}))
            if any(vals["package_id"] for _part, vals in parts):
                line._backflush_split_into(parts)

    def _backflush_packed_stock(self, line):
        """``{quant: free quantity}`` that a line can be taken from, in this order:

        units that the order filled, the last first; what lies loose; other units.
        """
        order = self.unbuild_id.mo_id.sudo()
        lines = order._backflush_product_lines().sorted("id", reverse=True)
        own = lines.result_package_id.ids
        quants = self.env["stock.quant"].sudo()
        quants = quants.search(
            [
                ("product_id", "=", line.product_id.id),
                ("location_id", "=", line.location_id.id),
                ("lot_id", "=", line.lot_id.id),
                ("owner_id", "=", line.owner_id.id),
                ("quantity", ">", 0),
            ]
        )
        free = quants._backflush_free()
        ranks = {unit_id: rank for rank, unit_id in enumerate(own)}
        order_of = quants.sorted(
            lambda q: (
                ranks.get(q.package_id.id, len(own)),
                bool(q.package_id),
                q.id,
            )
        )
        return {quant: max(free[quant], ZERO) for quant in order_of}


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _backflush_split_into(self, parts):
        """Give this line the first values of ``[(exact quantity, values)]``, a copy of
        it each of the others."""
        self.ensure_one()
        if len(parts) == 1:
            self.write(parts[0][1])
            return
        own = self.product_id.uom_id.id
        values = [
            {"product_uom_id": own, "quantity": float(quantity), **vals}
            for quantity, vals in parts
        ]
        self.write(values[0])
        for vals in values[1:]:
            self.copy({**vals, "picked": self.picked})
