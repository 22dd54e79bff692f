from odoo import models
from odoo.exceptions import UserError

from ...said import Said
from .stock_move import OWN_MOVES


class StockPackage(models.Model):
    """Mounting a unit on a work center, taking it off, moving it back."""

    _inherit = "stock.package"

    def mount(self, workcenter_id, position=None, event_time=None, workorder_id=None):
        """Mount this unit on a work center: from now on it is used from.

        The unit moves to where the work center takes components from, by a transfer,
        unless it is there. Mounted elsewhere it is taken off there. Repeating a call
        changes nothing.

        :param int workcenter_id: the work center
        :param str position: where at the work center, if it has several places
        :param event_time: when it happened (UTC); now, if not given. What happened
            before something that is known since is written down, and moves nothing
        :param int workorder_id: operation that it is mounted for
        :return: id of the document (``backflush.handling.unit.log``)
        :raises UserError: if all places are taken, the position is, or the unit,
            work center or operation belongs to another company
        """
        unit = self._backflush_check_call()
        event = self._backflush_moment(event_time)
        center = self._backflush_center(workcenter_id)
        unit._backflush_operation(workorder_id, center.company_id)
        # Before anything is written: who waits for it afterwards has to begin anew.
        unit._backflush_acquire_move(center.backflush_location_id)
        last = unit._backflush_last_known()
        if unit._backflush_is_late(event):
            return unit._backflush_note_mounting(
                center, position, event, workorder_id
            ).id
        if unit._backflush_is_mounted(center, position):
            return last.id
        if position or center.backflush_unit_capacity:
            center._backflush_take_turn()
        unit._backflush_check_place(center, position)
        if unit.backflush_workcenter_id:
            unit._backflush_take_off(event)
        picking = unit._backflush_bring(center.backflush_location_id, event)
        unit.write(
            {
                "backflush_workcenter_id": center.id,
                "backflush_position": position or False,
                "backflush_mounted_on": event,
                "backflush_mounted_by_id": self.env.uid,
            }
        )
        return unit._backflush_note_mounting(
            center, position, event, workorder_id, picking
        ).id

    def unmount(self, event_time=None, workorder_id=None):
        """Take this unit off its work center; it stays where it is.

        :param event_time: when it happened (UTC); now, if not given. What happened
            before something that is known since is written down, and changes nothing
        :param int workorder_id: operation that it was used for
        :return: id of the document
        :raises UserError: if it was not mounted then, or the operation is another
            company's
        """
        unit = self._backflush_check_call()
        event = self._backflush_moment(event_time)
        center = unit._backflush_mounting_at(event)[0]
        if not center:
            raise UserError(
                self.env._(
                    "%s is not mounted on any work center. Scan the unit that is.",
                    unit.name,
                )
            )
        unit._backflush_operation(workorder_id, center.company_id)
        return unit._backflush_take_off(event, workorder_id).id

    def move_back(self, location_id=None, event_time=None):
        """Bring this unit back to where it came from, or to another location.

        A unit that is mounted is taken off first.

        :param int location_id: where to; where it was before it was mounted, if not
            given, else the stock of its warehouse
        :param event_time: when it happened (UTC); now, if not given. What happened
            before something that is known since is written down, and moves nothing
        :return: id of the document
        """
        unit = self._backflush_check_call()
        event = self._backflush_moment(event_time)
        target = self._backflush_target(location_id)
        if unit._backflush_mounting_at(event)[0]:
            unit._backflush_take_off(event)
        place = unit._backflush_place()
        if unit._backflush_is_late(event):
            target = place
        picking = unit._backflush_bring(target, event)
        return unit._backflush_note(
            "move",
            target.company_id or self.env.company,
            event,
            location_from_id=place.id,
            location_to_id=target.id,
            picking_id=picking.id,
        ).id

    # -- checks --------------------------------------------------------------------

    def _backflush_center(self, workcenter_id):
        """The work center, if the user may see it, and it is of the unit's company."""
        center = self.env["mrp.workcenter"].browse(workcenter_id).exists()
        if not center:
            raise UserError(
                self.env._("There is no work center with the number %s.", workcenter_id)
            )
        center.check_access("read")
        owner = self._backflush_owner()
        if owner and owner != center.company_id:
            raise UserError(
                self.env._(
                    "%(unit)s belongs to %(owner)s and cannot be mounted on "
                    "%(center)s of %(company)s.",
                    unit=self.name,
                    owner=owner[0].name,
                    center=center.name,
                    company=center.company_id.name,
                )
            )
        return center.sudo()

    def _backflush_check_place(self, center, position):
        """Refuse where another unit has the place; say which one."""
        others = center.backflush_unit_ids - self
        same = others.filtered(lambda u: position and u.backflush_position == position)
        if same:
            raise UserError(
                self.env._(
                    "Position %(position)s of %(center)s holds %(other)s. Report it "
                    "empty, or unmount it, first.",
                    position=position,
                    center=center.name,
                    other=same[0].name,
                )
            )
        capacity = center.backflush_unit_capacity
        if capacity and len(others) >= capacity:
            raise UserError(
                self.env._(
                    "%(center)s has %(capacity)s places, all are taken (%(units)s). "
                    "Report one of them empty, or unmount it, first.",
                    center=center.name,
                    capacity=capacity,
                    units=", ".join(others.mapped("name")),
                )
            )

    def _backflush_is_mounted(self, center, position):
        """Whether this unit is mounted there already."""
        return self.backflush_workcenter_id == center and (
            not position or self.backflush_position == position
        )

    # -- moving --------------------------------------------------------------------

    def _backflush_note_mounting(
        self, center, position, event, workorder_id=None, picking=None
    ):
        source = picking.location_id if picking else self._backflush_place()
        return self._backflush_note(
            "mount",
            center.company_id,
            event,
            workcenter_id=center.id,
            workorder_id=workorder_id or False,
            position=position or False,
            location_from_id=source.id,
            location_to_id=self._backflush_place().id,
            picking_id=picking.id if picking else False,
            product_id=self.backflush_product_id.id,
            quantity=self.backflush_quantity,
        )

    def _backflush_take_off(self, event, workorder_id=None):
        """Write down that the unit left its work center.

        Where it went since then is known, it is there still.
        """
        center, position = self._backflush_mounting_at(event)
        is_late = self._backflush_is_late(event)
        place = self._backflush_place()
        log = self._backflush_note(
            "unmount",
            center.company_id or self._backflush_owner(),
            event,
            workcenter_id=center.id,
            workorder_id=workorder_id or False,
            position=position,
            location_from_id=place.id,
            location_to_id=place.id,
            product_id=self.backflush_product_id.id,
            quantity=self.backflush_quantity,
        )
        if not is_late:
            self._backflush_set_off()
        return log

    def _backflush_set_off(self):
        """It is on no work center now."""
        self.write(
            {
                "backflush_workcenter_id": False,
                "backflush_position": False,
                "backflush_mounted_on": False,
                "backflush_mounted_by_id": False,
            }
        )

    def _backflush_target(self, location_id):
        """Where the unit goes back to."""
        if location_id:
            target = self.env["stock.location"].browse(location_id).exists()
            target.check_access("read")
        else:
            mounted = self.sudo().backflush_log_ids.filtered("location_from_id")
            target = mounted.filtered(lambda log: log.kind == "mount").location_from_id
            place = self._backflush_place()
            target = (target - place)[:1] or place.warehouse_id.lot_stock_id
        if target.usage != "internal":
            raise UserError(
                self.env._(
                    "%s is no place to store a handling unit. Choose an internal "
                    "location.",
                    target.display_name or location_id,
                )
            )
        return target.sudo()

    def _backflush_bring(self, target, event):
        """Move this unit with all it holds to ``target`` by a transfer.

        :return: the transfer; empty where the unit is there, or holds nothing
        """
        stock = self._backflush_acquire_move(target)
        source = stock.location_id
        if not stock:
            return self.env["stock.picking"]
        warehouse = target.warehouse_id or source.warehouse_id[:1]
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.int_type_id.id,
                "location_id": source[:1].id,
                "location_dest_id": target.id,
                "company_id": stock.company_id.id,
                "origin": self.name,
                "scheduled_date": event,
            }
        )
        picking.action_add_entire_packs(self.ids)
        picking.action_confirm()
        picking.move_ids.picked = True
        picking.with_context(
            skip_backorder=True, skip_sms=True, **{OWN_MOVES: Said(True)}
        )._action_done()
        moment = {"date": event}
        picking.move_ids.write(moment)
        picking.move_ids.move_line_ids.write(moment)
        return picking

    def _backflush_acquire_move(self, target):
        """Queue for what moves to ``target`` with this unit.

        :return: that stock; empty where it is there, or nowhere to go
        """
        stock = self._backflush_stock()
        if not target or all(p._child_of(target) for p in stock.location_id):
            return stock.browse()
        self._backflush_acquire_units(stock, target)
        return stock

    def _backflush_acquire_units(self, stock, target=None):
        """Take the turn of the stock in this unit, here and where it goes."""
        keys = {(q.product_id.id, q.location_id.id) for q in stock}
        if target:
            keys |= {(product.id, target.id) for product in stock.product_id}
        self.env["backflush.stock.lock"].sudo()._acquire(keys)
