from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ....engine.numbers import exact
from ..deviation.backflush_deviation import PRODUCT_SCRAP


class BackflushDeviation(models.Model):
    """Scrap of the product: pieces that were lost on the way, reported with a reason.

    Unlike scrap of a component it takes effect at once, as a report of its own: when
    it is recorded, or, above the company's limit, when a supervisor approves it.
    """

    _inherit = "backflush.deviation"

    workorder_id = fields.Many2one(
        "mrp.workorder",
        "Reporting Point",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('production_id', '=', production_id), ('state', '!=', 'cancel')]",
        tracking=True,
        help="Operation at which the pieces were scrapped: they have consumed the "
        "components up to it, this one included. Empty: at the end of the order.",
    )
    date_event = fields.Datetime(
        "Happened On",
        readonly=True,
        copy=False,
        help="When the pieces were scrapped, according to the report.",
    )
    scrap_value = fields.Monetary(
        "Value When Recorded",
        compute="_compute_scrap_value",
        store=True,
        help="Standard material and conversion of scrapped pieces up to their "
        "reporting point, when they were recorded.",
    )
    confirmation_ids = fields.One2many(
        "backflush.confirmation",
        "deviation_id",
        "Reported By",
        readonly=True,
        help="Confirmation that issued what the scrapped pieces had consumed.",
    )

    # -- computes --------------------------------------------------------------------

    @api.depends("kind", "production_id", "workorder_id", "quantity", "uom_id")
    def _compute_scrap_value(self):
        for deviation in self:
            value = 0.0
            if deviation.kind == PRODUCT_SCRAP and deviation.production_id:
                value = deviation._pieces_value()
            deviation.scrap_value = value

    @api.depends("scrap_value")
    def _compute_value(self):
        pieces = self.filtered(lambda d: d.kind == PRODUCT_SCRAP)
        res = super(BackflushDeviation, self - pieces)._compute_value()
        for deviation in pieces:
            deviation.value = deviation.scrap_value
        return res

    def _pieces_value(self):
        """Cost of the pieces: components consumed, and conversion under a policy."""
        order = self.production_id.with_company(self.company_id).sudo()
        pieces = self._in_order_unit()
        value = sum(
            move.product_uom._compute_quantity(
                pieces * move._backflush_unit_quantity(),
                move.product_id.uom_id,
                round=False,
            )
            * move.product_id.standard_price
            for move in order._backflush_scrap_components(self.workorder_id.sudo())
            if move.product_id.is_storable
        )
        if order._backflush_policy():
            standards = self.env["backflush.standard.cost"].with_env(order.env)
            standard = standards._current(order.product_id).get(order.product_id)
            rate = standard.conversion_level if standard else 0.0
            part = order._backflush_performed(self.workorder_id)
            value += float(exact(self._in_product_unit()) * part * exact(rate))
        return value

    @api.depends("confirmation_ids.reversed_quantity")
    def _compute_quantity_used(self):
        pieces = self.filtered(lambda d: d.kind == PRODUCT_SCRAP)
        res = super(BackflushDeviation, self - pieces)._compute_quantity_used()
        for deviation in pieces:
            deviation.quantity_used = sum(
                report.uom_id._compute_quantity(report._standing(), deviation.uom_id)
                for report in deviation.confirmation_ids
            )
        return res

    def _in_order_unit(self):
        """The quantity in the unit of the order."""
        return self.uom_id._compute_quantity(
            self.quantity, self.production_id.product_uom_id, round=False
        )

    # -- checks ----------------------------------------------------------------------

    @api.constrains("production_id", "product_id", "kind", "workorder_id")
    def _check_component(self):
        pieces = self.filtered(lambda d: d.kind == PRODUCT_SCRAP)
        res = super(BackflushDeviation, self - pieces)._check_component()
        for deviation in pieces:
            deviation._check_pieces()
        for deviation in self.filtered("workorder_id") - pieces:
            raise ValidationError(
                self.env._(
                    "%s: a reporting point belongs to scrap of the product. Leave it "
                    "empty.",
                    deviation.name,
                )
            )
        return res

    def _check_pieces(self):
        """Refuse pieces of another product, and operations of another order."""
        order, workorder = self.production_id, self.workorder_id
        if self.product_id != order.product_id:
            raise ValidationError(
                self.env._(
                    "%(order)s makes %(made)s, not %(product)s. Record scrap of a "
                    "component as what it is.",
                    order=order.name,
                    made=order.product_id.display_name,
                    product=self.product_id.display_name,
                )
            )
        if workorder and (
            workorder.production_id != order or workorder.state == "cancel"
        ):
            raise ValidationError(
                self.env._(
                    "%(workorder)s is not an operation of %(order)s that is carried "
                    "out. Choose one of the order, or none: the end of the order.",
                    workorder=workorder.display_name,
                    order=order.name,
                )
            )
        self._check_open_order()

    def _check_convertible(self, unit, product):
        """A product that is not kept in stock can be scrapped while it is made."""
        is_piece = self.kind == PRODUCT_SCRAP and product == self.product_id
        if is_piece and not product.is_storable:
            if unit._has_common_reference(product.uom_id):
                return
        super()._check_convertible(unit, product)

    # -- records ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """The product, the company and the time follow from order and report."""
        for vals in vals_list:
            if vals.get("kind") == PRODUCT_SCRAP:
                order = self.env["mrp.production"].browse(vals.get("production_id"))
                vals.setdefault("product_id", order.product_id.id)
                vals.setdefault("company_id", order.company_id.id)
        documents = super().create(vals_list)
        for document in documents.filtered(lambda d: d.kind == PRODUCT_SCRAP):
            moment = document.production_id._backflush_event_time(fields.Datetime.now())
            document.sudo().date_event = moment
        return documents

    # -- actions ---------------------------------------------------------------------

    def action_record(self):
        """Scrapped pieces leave with the record: ask first where something lacks."""
        pieces = self._pieces_locked()
        if not pieces:
            return super().action_record()
        return self.env["backflush.question"]._around(
            self, "action_record", super().action_record
        )

    def action_approve(self):
        """Let the deviations take effect; scrapped pieces at once.

        :return: True, or the action that asks about missing components
        """
        approve = super().action_approve
        pieces = self._pieces_locked()
        if not pieces:
            return approve()
        return self.env["backflush.question"]._around(
            self, "action_approve", lambda: pieces._approve_and_report(approve)
        )

    def _approve_and_report(self, approve):
        """Approve, and carry out what these scrapped pieces report."""
        res = approve()
        for deviation in self:
            deviation._report_pieces()
        return res

    def _pieces_locked(self):
        """Scrap of the product among these, with the lock of its stock taken first."""
        self.check_access("read")
        pieces = self.filtered(lambda d: d.kind == PRODUCT_SCRAP)
        pieces.production_id._backflush_acquire()
        return pieces

    def _report_pieces(self):
        """Carry the report out: stock, error records, entry; then it is closed."""
        order = self.production_id.with_company(self.company_id)
        order = order.with_context(backflush_event_time=self.date_event)
        quantity = order.product_uom_id.round(self._in_order_unit())
        if order.product_uom_id.compare(quantity, 0.0) <= 0:
            raise UserError(
                self.env._(
                    "%(name)s: less than one %(unit)s cannot be scrapped of %(order)s.",
                    name=self.name,
                    unit=order.product_uom_id.name,
                    order=order.name,
                )
            )
        self._check_open_order()
        confirmation = order._backflush_scrap(self.with_env(order.env), quantity)
        self.sudo()._set_state("closed")
        order.message_post(body=confirmation._scrap_note())
