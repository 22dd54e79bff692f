from odoo import models
from odoo.exceptions import UserError

from ...engine.allocation import Requirement, allocate
from ...engine.numbers import ZERO, exact, is_number
from ...exceptions import InvalidMessageError, UnitError


class StockPackage(models.Model):
    """What was used from a unit, as it was reported."""

    _inherit = "stock.package"

    def report_consumption(
        self,
        quantity,
        uom_id,
        production_id,
        event_time=None,
        workorder_id=None,
        product_id=None,
        lot_id=None,
    ):
        """Report what was used from this unit for a manufacturing order.

        It is issued from this unit and from nothing else. What the books do not hold in
        it waits as an error record, or is issued as the company's setting says. The
        order of arrival does not matter: what was used earlier comes first.

        :param float quantity: what was used
        :param int uom_id: unit of the quantity; it must convert to the product's own
        :param int production_id: manufacturing order, also one that is done
        :param event_time: when it was used (UTC); now, if not given
        :param int workorder_id: operation of the order that used it
        :param int product_id: what was used, where the unit holds several products
        :param int lot_id: lot that was used: nothing is issued of another one. Reports
            that name none do not keep it from one that does
        :return: id of the document (``backflush.handling.unit.log``)
        :raises UserError: if the quantity, unit, lot or order makes no sense; nothing
            is changed then
        """
        unit = self._backflush_check_call()
        event = self._backflush_moment(event_time)
        order = self._backflush_order(production_id)
        workorder = unit._backflush_operation(workorder_id, order.company_id, order)
        product = unit._backflush_used_product(order, product_id)
        used = self._backflush_used_quantity(product, quantity, uom_id)
        lot = self._backflush_used_lot(product, lot_id)
        order = order.with_context(backflush_event_time=event)
        order._backflush_check_event()
        unit = unit._backflush_holder(product)
        life = unit._backflush_life_at(event)
        unit._backflush_acquire_history(product, order, life)
        # Another station may have completed, or cancelled, it while this one waited.
        order._backflush_check_consumption()
        planned = order._backflush_component(product, workorder)
        return unit._backflush_use(planned.sudo(), used, event, lot.sudo()).id

    # -- checks --------------------------------------------------------------------

    def _backflush_order(self, production_id):
        """The order, if the user may report on it."""
        order = self.env["mrp.production"].browse(production_id).exists()
        if not order:
            raise UserError(
                self.env._(
                    "There is no manufacturing order with the number %s.",
                    production_id,
                )
            )
        order.check_access("write")
        order._backflush_check_consumption()
        owner = self._backflush_owner()
        if owner and owner != order.company_id:
            raise UserError(
                self.env._(
                    "%(unit)s belongs to %(owner)s, %(order)s belongs to %(company)s.",
                    unit=self.name,
                    owner=owner[0].name,
                    order=order.name,
                    company=order.company_id.name,
                )
            )
        return order.with_company(order.company_id)

    def _backflush_used_product(self, order, product_id):
        """What was used: what the unit holds, or held, and the order consumes."""
        if product_id:
            return self.env["product.product"].browse(product_id)
        held = self._backflush_stock().product_id
        if not held:
            held = self.backflush_log_ids.product_id[:1]
        reported = order._backflush_reported_products()
        both = held & reported
        if len(both) == 1:
            return both
        if len(held) == 1:
            return held
        if not held and len(reported) == 1:
            return reported
        raise UserError(
            self.env._(
                "Say which product was used: %(unit)s holds %(held)s, %(order)s "
                "consumes %(reported)s as reported.",
                unit=self.name,
                held=", ".join(held.mapped("display_name")) or self.env._("nothing"),
                order=order.name,
                reported=", ".join(reported.mapped("display_name"))
                or self.env._("nothing"),
            )
        )

    def _backflush_used_quantity(self, product, quantity, uom_id):
        """The quantity in the product's own unit, exact."""
        unit = self.env["uom.uom"].browse(uom_id).exists()
        if not is_number(quantity) or quantity <= 0 or not unit:
            raise InvalidMessageError(
                self.env._(
                    "%(quantity)s %(unit)s cannot have been used. Report a quantity "
                    "above zero, and its unit.",
                    quantity=quantity,
                    unit=unit.name or uom_id,
                )
            )
        if not unit._has_common_reference(product.uom_id):
            raise UnitError(
                self.env._(
                    "%(product)s is kept in %(own)s; %(unit)s cannot be converted into "
                    "it. Report in a unit of the same kind.",
                    product=product.display_name,
                    own=product.uom_id.name,
                    unit=unit.name,
                )
            )
        used = exact(
            unit._compute_quantity(quantity, product.uom_id, rounding_method="HALF-UP")
        )
        if product.uom_id.is_zero(float(used)):
            raise InvalidMessageError(
                self.env._(
                    "%(quantity)s %(unit)s is less than the smallest quantity of "
                    "%(product)s that is kept.",
                    quantity=quantity,
                    unit=unit.name,
                    product=product.display_name,
                )
            )
        return used

    def _backflush_acquire_history(self, products, order=None, life=None):
        """Queue for all stock that the history of a life of this unit can change."""
        self._backflush_acquire_keys(self._backflush_keys(products, order, life))

    def _backflush_acquire_family(self, event):
        """The same for this unit and all units inside it, for a time."""
        keys = set()
        for unit in self._backflush_units():
            life = unit._backflush_life_at(event)
            keys |= unit._backflush_keys(unit._backflush_products(life), None, life)
        self._backflush_acquire_keys(keys)

    def _backflush_acquire_keys(self, keys):
        self.env["backflush.stock.lock"].sudo()._acquire(keys)
        self.env.invalidate_all()

    def _backflush_keys(self, products, order=None, life=None):
        """``{(product id, location id)}`` whose stock a life's history can change."""
        history = self._backflush_history(life)
        places = self._backflush_stock().location_id
        places |= history.move_ids.move_line_ids.location_id
        places |= history.confirmation_id.line_ids.move_ids.move_line_ids.location_id
        if order:
            places |= order.move_raw_ids.filtered(
                lambda m: m.product_id in products
            ).location_id
        places = places.filtered(lambda place: place.usage == "internal")
        return {(product.id, place.id) for place in places for product in products}

    # -- issuing -------------------------------------------------------------------

    def _backflush_use(self, planned, used, event, lot):
        """Issue and confirm one consumption, in its place in the unit's history.

        :param planned: the planned component
        :param used: exact, in the product's unit
        :param lot: that was used; empty: nobody said which
        """
        product, order = planned.product_id, planned.raw_material_production_id
        center, position = self._backflush_used_at(event)
        log = self._backflush_note(
            "consumption",
            order.company_id,
            event,
            product_id=product.id,
            lot_id=lot.id,
            quantity=float(used),
            production_id=order.id,
            workorder_id=planned.workorder_id.id,
            workcenter_id=center.id,
            position=position,
            location_from_id=self._backflush_place().id,
            location_to_id=self._backflush_place().id,
            shortage=order.company_id.backflush_unit_shortage,
        )
        history = self._backflush_history(log.life) | log
        settled = self._backflush_settled(product, history)
        supply = self._backflush_supply(product, log.life, settled)
        targets = self._backflush_target_of(product, history, log.life, {log: used})
        self._backflush_give_way(product, targets, settled)
        draws, quants = self._backflush_draws(log, planned, used, targets[log], lot)
        log.confirmation_id = order._backflush_consume(
            planned, self, used, draws, quants, lot
        )
        self._backflush_catch_up(product, targets, settled, log)
        self._backflush_help_out(history)
        self._backflush_keep(product, log.life, supply)
        self._backflush_review(log.life)
        return log

    def _backflush_draws(self, log, planned, used, issued, lot):
        """What the consumption is issued from: this unit, then loose stock if allowed.

        :return: ``[(quant id, exact quantity)]`` and the quants
        """
        free = self._backflush_free_stock(planned.product_id)
        free = self._backflush_of_lot(free, lot)
        needs = [Requirement("unit", issued, tuple(quant.id for quant in free))]
        if log.shortage == "loose":
            loose = self._backflush_loose_stock(planned)
            loose = self._backflush_of_lot(loose, lot)
            free |= loose
            pools = tuple(quant.id for quant in loose)
            needs.append(Requirement("loose", used - issued, pools))
        result = allocate(needs, {quant.id: number for quant, number in free.items()})
        draws = [draw for need in needs for draw in result[need.key].draws]
        return draws, self.env["stock.quant"].sudo().union(*free)

    def _backflush_loose_stock(self, planned):
        """``{quant: free quantity}`` beside the unit that is in no unit."""
        place = self._backflush_place() or planned.location_id
        quants = self.env["stock.quant"].sudo()
        loose = quants.search(
            [
                ("product_id", "=", planned.product_id.id),
                ("location_id", "child_of", place.ids),
                ("location_id.backflush_is_blocked", "=", False),
                ("package_id", "=", False),
                *planned._backflush_owner_domain(),
            ],
            order="in_date, id",
        )
        free = planned._backflush_drawable(loose)._backflush_free()
        return {quant: max(number, ZERO) for quant, number in free.items()}
