from odoo import models
from odoo.exceptions import UserError

from ....engine.numbers import is_number

SUPERVISOR = "backflush_costing.group_backflush_supervisor"
ACCOUNTANT = "backflush_costing.group_cost_accountant"


class BackflushError(models.Model):
    """A report that was wrong is corrected; a lot that nobody named is named."""

    _inherit = "backflush.error"

    def action_correct_quantity(self, quantity, reason, uom_id=None):
        """Say what is really open of these records, each.

        Less than was reported has not been used: it leaves suspense to usage, like a
        write-off. More was used than reported, and is open too. Either needs a second
        person where it is worth more than the company's limit.

        :param float quantity: what is open, in ``uom_id``
        :param str reason: why, in words
        :param int uom_id: unit of ``quantity``; the component's own where empty
        :return: True if done, False if a second person has to approve
        :raises UserError: if the unit does not convert, or the quantity is negative
        """
        self._check_role(ACCOUNTANT)
        self._check_open()
        self._check_components()
        if not (reason or "").strip():
            raise UserError(self.env._("A correction needs a reason."))
        done = True
        for error in self:
            wanted = error._in_own_unit(quantity, uom_id)
            if error.uom_id.compare(wanted, 0.0) < 0:
                raise UserError(
                    self.env._("%s: less than nothing cannot be open.", error.name)
                )
            change = error.uom_id.round(wanted - error.quantity_open)
            if error.uom_id.compare(change, 0.0) < 0:
                done &= error.action_write_off(reason, "not_consumed", -change)
            elif change:
                done &= error._add(change, reason)
        return done

    def _add(self, quantity, reason):
        """Hook: more was used than was reported.

        :return: True if it was added, False if a second person has to approve
        """
        self.sudo()._as_remedy("correct", reason=reason)._use_more(quantity)
        return True

    def _use_more(self, quantity):
        """What was used in addition is a deviation, and open."""
        self.ensure_one()
        self.quantity += quantity
        self.confirmation_line_id.deviation_quantity += quantity
        errors = self.with_company(self.company_id)
        errors._backflush_post_suspense("usage")
        errors._note_entries("correct")

    def action_assign_lot(self, lot_id):
        """Say which lot or serial number was used, and issue what is there of it.

        :param int lot_id: lot of the component
        :return: True; what could not be issued of it stays open
        """
        self._check_role(SUPERVISOR)
        self._check_open()
        self._check_components()
        lot = self.env["stock.lot"].browse(lot_id).exists()
        for error in self.filtered(lambda e: e.product_id != lot.product_id):
            raise UserError(
                self.env._(
                    "%(lot)s is no lot or serial number of %(product)s (%(name)s).",
                    lot=lot.display_name or lot_id,
                    product=error.product_id.display_name,
                    name=error.name,
                )
            )
        errors = self.sudo()
        errors.lot_id = lot
        errors._note("lot", lot_id=lot.id)
        errors.filtered(
            lambda e: e.cause == "lot_required"
        ).cause = "insufficient_stock"
        return self.action_retry()

    def _check_components(self):
        """Refuse records that are about a document as a whole."""
        for error in self.filtered(lambda e: not e.product_id):
            raise UserError(
                self.env._(
                    "%(name)s is about %(order)s as a whole, not about the quantity "
                    "of a component. Retry it, or reject the report.",
                    name=error.name,
                    order=error.production_id.name or error.name,
                )
            )

    def _in_own_unit(self, quantity, uom_id=None, product=None):
        """``quantity`` in the component's unit, rounded to it.

        :raises UserError: if it is no number, or does not convert
        """
        product = product or self.product_id
        unit = self.env["uom.uom"].browse(uom_id or product.uom_id.id)
        if not is_number(quantity):
            raise UserError(self.env._("%s is not a quantity.", quantity))
        if not unit._has_common_reference(product.uom_id):
            raise UserError(
                self.env._(
                    "%(unit)s cannot be converted into %(own)s, the unit of "
                    "%(product)s.",
                    unit=unit.name,
                    own=product.uom_id.name,
                    product=product.display_name,
                )
            )
        return unit._compute_quantity(
            float(quantity), product.uom_id, rounding_method="HALF-UP"
        )
