from odoo import api, fields, models
from odoo.exceptions import UserError

from ...said import Said, said

# The unit that was reported, where it is not the one that the report is about.
NAMED = "backflush_named_unit"


class StockPackage(models.Model):
    """Units that hold other units, such as the coils on a pallet.

    The history is that of the unit that holds the stock: a report about the outer one
    is a report about what is inside it.
    """

    _inherit = "stock.package"

    def _backflush_own_stock(self, product=None):
        """Stock in this unit itself, none of the units inside it."""
        stock = self._backflush_stock(product)
        return stock.filtered(lambda quant: quant.package_id == self)

    def _backflush_inside(self):
        """The units inside this one."""
        return self._backflush_units() - self

    def _backflush_holder(self, product):
        """The unit that a report of a use of this one and a product is about.

        :raises UserError: if several units inside it hold the product
        """
        holding = self._backflush_stock(product).package_id
        if not holding:
            # All of it was used, and Odoo takes an empty unit out of the other one.
            used = (
                self.sudo()
                .env["backflush.handling.unit.log"]
                .search(
                    [
                        "|",
                        ("package_id", "=", self.id),
                        ("named_id", "=", self.id),
                        ("product_id", "=", product.id),
                        ("kind", "=", "consumption"),
                    ]
                )
            )
            holding = used[:1].package_id
        if self in holding or not holding:
            return self
        if len(holding) > 1:
            raise UserError(
                self.env._(
                    "%(unit)s holds %(product)s in several units (%(inside)s). Report "
                    "the one that was used.",
                    unit=self.name,
                    product=product.display_name,
                    inside=", ".join(holding[:10].mapped("name")),
                )
            )
        named = {NAMED: Said(self.id)}
        return holding.with_env(self.env).with_context(**named)

    def _backflush_note_vals(self, kind, company, event):
        vals = super()._backflush_note_vals(kind, company, event)
        return {**vals, "named_id": said(self.env, NAMED, False)}

    def _backflush_used_at(self, event):
        """``(work center, position)`` that this unit was used at, itself or inside."""
        unit, (center, position) = self, self._backflush_mounting_at(event)
        while not center and unit.parent_package_id:
            unit = unit.parent_package_id
            center, position = unit._backflush_mounting_at(event)
        return center, position

    def _backflush_empty_inside(self, log, reason, event_time, workorder_id):
        """What is inside a unit that is empty is empty, too."""
        for unit in self._backflush_inside():
            life = unit._backflush_life_at(log.date_event)
            if unit._backflush_own_stock() or unit._backflush_history(life):
                inner_id = unit.report_empty(reason, event_time, workorder_id)
                inner = log.browse(inner_id)
                if not inner.outer_id:
                    inner.outer_id = log

    # -- filled anew ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        units = super().create(vals_list)
        units._backflush_put_inside()
        return units

    def write(self, vals):
        res = super().write(vals)
        if vals.get("parent_package_id"):
            self._backflush_put_inside()
        return res

    def _backflush_put_inside(self):
        """A unit that something is put into is not empty any more."""
        for outer in self.parent_package_id.filtered("backflush_emptied"):
            if (self & outer.child_package_ids)._backflush_search_stock():
                outer._backflush_begin_anew()


class BackflushHandlingUnitLog(models.Model):
    _inherit = "backflush.handling.unit.log"

    named_id = fields.Many2one(
        "stock.package",
        "Reported Unit",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Unit that was named, where this one was inside it.",
    )
    outer_id = fields.Many2one(
        "backflush.handling.unit.log",
        "Reported With",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Report about the unit that this one was in.",
    )
    inner_ids = fields.One2many(
        "backflush.handling.unit.log",
        "outer_id",
        "Units Inside",
        readonly=True,
        help="Reports that this one made about the units inside.",
    )

    def _reverse_inside(self):
        """What was empty with this unit was not empty either."""
        for inner in self.inner_ids.filtered(lambda log: log.state != "reversed"):
            if inner.life == inner.package_id.backflush_life:
                inner.package_id.with_env(self.env).reverse_empty()
