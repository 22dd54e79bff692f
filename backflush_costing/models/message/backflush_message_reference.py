from odoo import models

from ...exceptions import InvalidMessageError, UnitError, UnknownReferenceError


class BackflushMessage(models.Model):
    """From the sender's codes to records: when a message is carried out, not before."""

    _inherit = "backflush.message"

    def _unknown(self, what, code):
        """The error for a code that nothing carries."""
        return UnknownReferenceError(
            self.env._(
                "No %(what)s '%(code)s' in %(company)s. Create it, or correct the "
                "message.",
                what=what,
                code=code,
                company=self.company_id.name,
            ),
            code,
        )

    def _one(self, found, what, code):
        """The only record of ``found``."""
        if not found:
            raise self._unknown(what, code)
        if len(found) > 1:
            raise UnknownReferenceError(
                self.env._(
                    "%(count)s records could be meant by %(what)s '%(code)s'. Give "
                    "each a code of its own.",
                    count=len(found),
                    what=what,
                    code=code,
                ),
                code,
            )
        return found

    def _find_order(self):
        """The order that is open under the code.

        The code of an order keeps standing for it when what is left of it has become
        a backorder, which Odoo gives another number.
        """
        code, orders = self._get("order"), self.env["mrp.production"]
        domain = [("company_id", "=", self.company_id.id)]
        warehouse = self.source_id.warehouse_id
        if warehouse:
            domain.append(("picking_type_id.warehouse_id", "=", warehouse.id))
        exact = orders.search([*domain, ("name", "=", code)])
        if exact and exact.state not in ("done", "cancel"):
            return exact
        group = orders.search(
            [*domain, ("production_group_id.name", "=", code)],
            order="backorder_sequence, id",
        )
        still_open = group.filtered(lambda o: o.state not in ("done", "cancel"))
        # What is left can be cancelled: what was made of it can still be told of.
        made = group.filtered(lambda o: o.state == "done")
        found = still_open[:1] or exact or made[-1:] or group[-1:]
        return self._one(found, self.env._("manufacturing order"), code)

    def _find_product(self, key="product"):
        """The product with an internal reference or a barcode."""
        code = self._get(key)
        found = self.env["product.product"].search(
            [
                ("company_id", "in", (False, self.company_id.id)),
                "|",
                ("default_code", "=", code),
                ("barcode", "=", code),
            ]
        )
        return self._one(found, self.env._("product"), code)

    def _find_workcenter(self):
        """The work centre with a code, else a name."""
        code, centers = self._get("workcenter"), self.env["mrp.workcenter"]
        domain = [("company_id", "=", self.company_id.id)]
        found = centers.search([*domain, ("code", "=", code)])
        found = found or centers.search([*domain, ("name", "=", code)])
        return self._one(found, self.env._("work center"), code)

    def _find_workorder(self, order):
        """The operation of the order that is named; empty: none is."""
        name, found = self._get("operation"), order.workorder_ids
        if not name and not self._get("workcenter"):
            return found.browse()
        found = found.filtered(lambda w: w.state != "cancel")
        if self._get("workcenter"):
            center = self._find_workcenter()
            found = found.filtered(lambda w: w.workcenter_id == center)
        if name:
            found = found.filtered(lambda w: name in (w.name, w.barcode))
        code = name or self._get("workcenter")
        what = self.env._("operation of order %s", order.name)
        return self._one(found, what, code)

    def _find_lot(self, product, create=False):
        """The lot of a product; empty: none is named."""
        code, lots = self._get("lot"), self.env["stock.lot"]
        if not code:
            return lots
        found = lots.search(
            [
                ("name", "=", code),
                ("product_id", "=", product.id),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        if not found and create:
            return lots.create(
                {
                    "name": code,
                    "product_id": product.id,
                    "company_id": self.company_id.id,
                }
            )
        return self._one(found, self.env._("lot"), code)

    def _find_reason(self, kind):
        """The deviation reason with a name, in any language of the plant."""
        name = self._get("reason")
        known = self.env["backflush.deviation.reason"].search(
            [
                ("kind", "in", (False, kind)),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        found = known.filtered(
            lambda r: name in (r.name, r.with_context(lang="en_US").name)
        )
        if not found and known:
            raise self._unknown_reason(name, known)
        return self._one(found[:1], self.env._("deviation reason"), name)

    def _unknown_reason(self, name, known):
        """The error for a reason that nobody knows; it names those that are."""
        more = self.env._(" and %s more", len(known) - 10) if len(known) > 10 else ""
        return UnknownReferenceError(
            self.env._(
                "No deviation reason '%(name)s' in %(company)s. Known: %(known)s"
                "%(more)s. Create it, or correct the message.",
                name=name,
                company=self.company_id.name,
                known=", ".join(known[:10].mapped("name")),
                more=more,
            ),
            name,
        )

    def _find_uom(self):
        """The unit of measure with an English name."""
        code = self._get("uom")
        units = self.env["uom.uom"].with_context(lang="en_US")
        found = units.search([("name", "=", code)])
        return self._one(found, self.env._("unit of measure"), code)

    def _quantity_in(self, unit, of=None):
        """The reported quantity in ``unit``; without a unit of its own it is in it.

        :param of: name of what is counted, for the refusal
        """
        quantity = self._get("quantity")
        if not self._get("uom"):
            return quantity
        own = self._find_uom()
        if not own._has_common_reference(unit):
            raise UnitError(
                self.env._(
                    "%(quantity)s %(own)s of %(what)s cannot be converted into "
                    "%(unit)s.",
                    quantity=quantity,
                    own=own.name,
                    what=of or "",
                    unit=unit.name,
                )
            )
        return own._compute_quantity(quantity, unit)

    def _check_positive(self, quantity, unit, order):
        """Refuse what rounds to nothing."""
        if unit.compare(quantity, 0.0) <= 0:
            raise InvalidMessageError(
                self.env._(
                    "%(order)s: %(quantity)s %(unit)s is less than can be counted.",
                    order=order.name,
                    quantity=self._get("quantity"),
                    unit=unit.name,
                )
            )
