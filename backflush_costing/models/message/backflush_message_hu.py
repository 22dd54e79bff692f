from odoo import fields, models

from ...engine.message import BY_ORDER, unit_code
from ...exceptions import FlushError


class BackflushMessage(models.Model):
    """Handling units: mounted, used from, empty, taken off, brought back."""

    _inherit = "backflush.message"

    def _find_unit(self, create=False):
        """The handling unit with a number; ``create``: make one that nobody knows."""
        code, found = self._get("hu"), self._search_units()
        if not found and create:
            # Whoever made it has labelled it.
            return found.sudo().create({"name": unit_code(code)}).with_env(self.env)
        return self._one(found, self.env._("handling unit"), code)

    def _search_units(self):
        """Units with the number, as it was sent or as a scanner reads it."""
        code = self._get("hu")
        return self.env["stock.package"].search(
            [
                ("name", "in", [code, unit_code(code)]),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )

    def _event(self):
        """When it happened, as the methods of handling units ask for it."""
        return fields.Datetime.to_string(self.date_event)

    def _acquire_unit(self, unit, products=None):
        """Queue for all stock that the history of the unit can change."""
        unit = unit.sudo()
        for product in products or unit._backflush_products():
            unit._backflush_acquire_history(product)

    # -- mounting ------------------------------------------------------------

    def _resolve_hu_mount(self):
        return {"unit": self._find_unit(), "workcenter": self._find_workcenter()}

    def _acquire_hu_mount(self, job):
        """The unit may have to move to the work center."""
        self._acquire_move(job["unit"], job["workcenter"].backflush_location_id)

    def _acquire_move(self, unit, target):
        """Queue for what is in the unit, here and where it goes."""
        unit = unit.sudo()
        stock = unit._backflush_stock()
        if stock:
            unit._backflush_acquire_units(stock, target)

    def _apply_hu_mount(self, job):
        job["unit"].mount(
            job["workcenter"].id,
            position=self._get("position"),
            event_time=self._event(),
        )

    def _resolve_hu_unmount(self):
        return {"unit": self._find_unit(), "workcenter": self._named_workcenter()}

    def _named_workcenter(self):
        """The work center that is named; empty: none is."""
        if not self._get("workcenter"):
            return self.env["mrp.workcenter"]
        return self._find_workcenter()

    def _check_mounted_on(self, job):
        """A work center that is named is where the unit was then."""
        if job["workcenter"]:
            unit = job["unit"].sudo()
            unit._backflush_check_center(job["workcenter"], self.date_event)

    def _acquire_hu_unmount(self, job):
        """The unit stays where it is."""

    def _apply_hu_unmount(self, job):
        self._check_mounted_on(job)
        job["unit"].unmount(event_time=self._event())

    def _resolve_hu_return(self):
        return {"unit": self._find_unit(), "workcenter": self._named_workcenter()}

    def _acquire_hu_return(self, job):
        unit = job["unit"]
        self._acquire_move(unit, unit._backflush_target(None))

    def _apply_hu_return(self, job):
        self._check_mounted_on(job)
        job["unit"].move_back(event_time=self._event())

    # -- use ------------------------------------------------------------

    def _resolve_consumption(self):
        """From a unit, if one is named: also for an order that is done."""
        if not self._get("hu") or self._is_from_loose_stock():
            return super()._resolve_consumption()
        unit, order = self._find_unit(), self._find_order()
        order.check_access("write")
        product = self.env["product.product"]
        if self._get("product"):
            product = self._find_product()
        held = product or unit.backflush_product_id
        uom = self._find_uom() if self._get("uom") else held.uom_id
        return {
            "unit": unit,
            "order": order,
            "product": product,
            "uom": uom,
            "workorder": self._find_workorder(order),
            "lot": self._used_lot(unit, order, held),
        }

    def _is_from_loose_stock(self):
        """Whether nobody knows the unit, and loose stock stands in for it."""
        return bool(
            self._get("product")
            and self.company_id.backflush_unit_shortage == "loose"
            and not self._search_units()
        )

    def _note_unknown_unit(self, order):
        """Say on the order why its use stands there and in no unit's history."""
        order.message_post(
            body=self.env._(
                "%(quantity)s of %(product)s were reported by message %(id)s from "
                "handling unit %(unit)s, which nobody knows: entered as used without "
                "a unit, as the company's setting says.",
                quantity=self._get("quantity"),
                product=self._get("product"),
                id=self.external_id,
                unit=self._get("hu"),
            )
        )

    def _used_lot(self, unit, order, product):
        """The lot that is named, of what was used; empty: none is."""
        if self._get("lot") and not product:
            product = unit._backflush_used_product(order, None)
        return self._find_lot(product)

    def _acquire_consumption(self, job):
        unit = job.get("unit")
        if not unit:
            return super()._acquire_consumption(job)
        product = job["product"] or unit.backflush_product_id
        if product:
            unit = unit.sudo()._backflush_holder(product)
            parts = job["order"].sudo().production_group_id.production_ids
            life = unit._backflush_life_at(self.date_event)
            unit._backflush_acquire_history(product, job["order"] | parts, life)

    def _apply_consumption(self, job):
        if "unit" not in job:
            res = super()._apply_consumption(job)
            if self._get("hu"):
                booked_on = self.sudo().confirmation_ids.production_id
                for order in booked_on or job["order"]:
                    self._note_unknown_unit(order)
            return res
        for order, quantity, uom in self._uses(job):
            job["unit"].report_consumption(
                quantity,
                uom.id,
                order.id,
                event_time=self._event(),
                workorder_id=self._find_workorder(order).id or None,
                product_id=job["product"].id or None,
                lot_id=job["lot"].id or None,
            )
        return None

    # -- empty ------------------------------------------------------------

    def _resolve_hu_empty(self):
        unit, name = self._find_unit(), self._get("reason")
        causes = self.env["backflush.residue.reason"].search(
            [("company_id", "in", (False, self.company_id.id))]
        )
        found = causes.filtered(
            lambda cause: (
                name in (cause.code, cause.name, cause.with_context(lang="en_US").name)
            )
        )
        cause = self._one(found[:1], self.env._("cause of a residue"), name)
        return {
            "unit": unit,
            "cause": cause,
            "workcenter": self._named_workcenter(),
        }

    def _acquire_hu_empty(self, job):
        self._acquire_unit(job["unit"])

    def _apply_hu_empty(self, job):
        self._check_mounted_on(job)
        job["unit"].report_empty(job["cause"].code, event_time=self._event())

    # -- taken back ------------------------------------------------------------

    def _acquire_reversal(self, job):
        res = super()._acquire_reversal(job)
        original = job["original"]
        if original._get("hu") and original.type not in BY_ORDER:
            for unit in original._search_units():
                self._acquire_unit(unit)
        return res

    def _reverse_hu_empty(self, reason):
        self._find_unit().reverse_empty()

    def _reverse_hu_mount(self, reason):
        self._find_unit().unmount()

    def _reverse_hu_unmount(self, reason):
        """Mount it where it was."""
        unit = self._find_unit()
        unit.mount(self._unit_log(unit, "unmount").workcenter_id.id)

    def _reverse_hu_return(self, reason):
        """Bring it to where it was before."""
        unit = self._find_unit()
        unit.move_back(self._unit_log(unit, "move").location_from_id.id)

    def _unit_log(self, unit, kind):
        """The unit's document of this kind that was written last at this time."""
        logs = unit.sudo().backflush_log_ids.filtered(
            lambda log: log.kind == kind and log.date_event == self.date_event
        )
        if not logs:
            raise FlushError(
                self.env._(
                    "Nothing that %s reported stands any more.", self.external_id
                )
            )
        return logs.sorted("id")[-1]
