from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ....engine.numbers import is_number
from .backflush_deviation import SUPERVISOR

# What the document says; once it is approved, nobody edits it.
CONTENT = {
    "company_id",
    "kind",
    "production_id",
    "product_id",
    "quantity",
    "uom_id",
    "reason_id",
    "note",
    "substitute_id",
    "substitute_uom_id",
    "ratio",
    "date_from",
    "date_to",
    "bom_id",
    "workcenter_id",
    "workorder_id",
}

# What is counted, and has to be a number.
NUMBERS = ("quantity", "ratio")


class BackflushDeviation(models.Model):
    """What a deviation may say, and who may change it."""

    _inherit = "backflush.deviation"

    @api.constrains("product_id", "uom_id")
    def _check_units(self):
        for deviation in self:
            deviation._check_convertible(deviation.uom_id, deviation.product_id)

    def _check_convertible(self, unit, product):
        """Refuse what is not kept in stock, and a unit that says nothing about it."""
        if not product.is_storable:
            raise ValidationError(
                self.env._(
                    "%s is not kept in stock: nothing of it is issued that could "
                    "deviate.",
                    product.display_name,
                )
            )
        if not unit._has_common_reference(product.uom_id):
            raise ValidationError(
                self.env._(
                    "%(unit)s cannot be converted to %(own)s, the unit of "
                    "%(product)s. Enter the quantity in a unit of the same kind.",
                    unit=unit.name,
                    own=product.uom_id.name,
                    product=product.display_name,
                )
            )

    @api.constrains("production_id", "product_id")
    def _check_component(self):
        for deviation in self.filtered("production_id"):
            order = deviation.production_id
            if deviation.product_id not in order.move_raw_ids.product_id:
                raise ValidationError(
                    self.env._(
                        "%(product)s is not a component of %(order)s. Add it to the "
                        "order's components first.",
                        product=deviation.product_id.display_name,
                        order=order.name,
                    )
                )
            deviation._check_open_order()

    def _check_open_order(self):
        """Refuse what is recorded too early or too late."""
        order = self.production_id
        if order.state in ("draft", "done", "cancel"):
            raise ValidationError(
                self.env._(
                    "A deviation is recorded on a confirmed order before it is "
                    "completed; %(order)s is %(state)s.",
                    order=order.name,
                    state=order._backflush_state_name(),
                )
            )

    @api.constrains("reason_id", "kind", "company_id")
    def _check_reason(self):
        """A reason that is kept to one kind, or company, says nothing elsewhere."""
        for deviation in self:
            reason = deviation.sudo().reason_id
            if (reason.kind or deviation.kind) != deviation.kind or (
                (reason.company_id or deviation.company_id) != deviation.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(reason)s is no reason for this kind of deviation in "
                        "%(company)s. Choose another one.",
                        reason=reason.name,
                        company=deviation.company_id.name,
                    )
                )

    # -- records ---------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Every deviation begins without effect, recorded now by who records it."""
        sequence = self.env["ir.sequence"].sudo()
        begun = []
        for vals in vals_list:
            self._check_numbers(vals)
            company_id = vals.get("company_id") or self.env.company.id
            begun.append(
                {
                    **{n: v for n, v in vals.items() if not self._is_fixed(n)},
                    "name": sequence.with_company(company_id).next_by_code(
                        "backflush.deviation"
                    ),
                    "state": "draft",
                    "requested_by_id": self.env.uid,
                    "date_requested": fields.Datetime.now(),
                    "approved_by_id": False,
                    "date_approved": False,
                    "date_applied": False,
                }
            )
        return super().create(begun)

    def write(self, vals):
        """Approved content is fixed; whoever changes a draft answers for it."""
        fixed = [name for name in vals if self._is_fixed(name)]
        if fixed and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(fields)s of a deviation change by its actions alone.",
                    fields=", ".join(self._fields[name].string for name in fixed),
                )
            )
        if CONTENT & set(vals):
            self._check_numbers(vals)
            self._check_state("draft")
            vals = {**vals, "requested_by_id": self.env.uid}
        return super().write(vals)

    def _hand_over(self, order):
        """Let the documents of an order that was merged go on with ``order``."""
        # What is approved stays so: the order alone is another one.
        # pylint: disable=super-method-mismatch
        return super().write({"production_id": order.id})

    def _is_fixed(self, name):
        """Whether a field follows from what happened, and is not entered."""
        return (
            name in self._fields
            and self._fields[name].readonly
            and name not in self.env["mail.thread"]._fields
            and name not in self.env["mail.activity.mixin"]._fields
        )

    @api.model
    def _check_numbers(self, vals):
        """Refuse what is no number, before it reaches a comparison.

        :raises ValidationError: naming the field
        """
        for name in NUMBERS:
            if vals.get(name) and not is_number(vals[name]):
                raise ValidationError(
                    self.env._(
                        "%(field)s: %(value)s is not a number.",
                        field=self._fields[name]._description_string(self.env),
                        value=vals[name],
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        kept = self.filtered(lambda deviation: deviation.state != "draft")
        if kept:
            raise UserError(
                self.env._(
                    "Deviations that were approved or cancelled are kept: %s. Cancel "
                    "what is not to take effect.",
                    ", ".join(kept.mapped("name")),
                )
            )
        if self.requested_by_id - self.env.user:
            self._check_role(SUPERVISOR)
