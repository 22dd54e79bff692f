from contextlib import contextmanager

from odoo import api, fields, models

COMPLETING = "backflush_production.completing"


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    backflush_confirmation_ids = fields.One2many(
        "backflush.confirmation",
        "production_id",
        readonly=True,
        help="What was reported, issued, parked and posted for this order.",
    )
    backflush_error_ids = fields.One2many(
        "backflush.error",
        "production_id",
        readonly=True,
        help="Components of this order that could not be issued.",
    )
    backflush_confirmation_count = fields.Integer(
        compute="_compute_backflush_counts", help="Number of confirmations."
    )
    backflush_open_error_count = fields.Integer(
        compute="_compute_backflush_counts",
        help="Number of error records that are still to be worked out.",
    )
    backflush_missing_count = fields.Integer(
        compute="_compute_backflush_missing_count",
        help="Number of components of which less is free at their location than "
        "the order needs.",
    )

    def _compute_backflush_counts(self):
        # The form asks for them whoever reads the order: numbers, no documents.
        confirmations = dict(
            self.env["backflush.confirmation"]
            .sudo()
            ._read_group(
                [("production_id", "in", self.ids)], ["production_id"], ["__count"]
            )
        )
        errors = dict(
            self.env["backflush.error"]
            .sudo()
            ._read_group(
                [
                    ("production_id", "in", self.ids),
                    ("state", "in", ("open", "in_process")),
                ],
                ["production_id"],
                ["__count"],
            )
        )
        for order in self:
            order.backflush_confirmation_count = confirmations.get(order, 0)
            order.backflush_open_error_count = errors.get(order, 0)

    @api.depends("move_raw_ids.flush_missing_quantity")
    def _compute_backflush_missing_count(self):
        for order in self:
            short = order.move_raw_ids.filtered("flush_missing_quantity")
            order.backflush_missing_count = len(short)

    # -- how and from where ----------------------------------------------------

    def _backflush_rule(self, product, bom_line, operation_id):
        """Method, location and the rule that won, for one component."""
        self.ensure_one()
        operation = self.env["mrp.routing.workcenter"].browse(operation_id or [])
        workorder = self.workorder_ids.filtered(
            lambda w: operation and w.operation_id == operation
        )[:1]
        workcenter = workorder.workcenter_id or operation.workcenter_id
        return self.env["backflush.flush.resolution"]._resolve(
            self, product, bom_line, workcenter
        )

    def _get_move_raw_values(
        self, product, product_uom_qty, product_uom, operation_id=False, bom_line=False
    ):
        vals = super()._get_move_raw_values(
            product, product_uom_qty, product_uom, operation_id, bom_line
        )
        line = bom_line or self.env["mrp.bom.line"]
        rule = self._backflush_rule(product, line, operation_id)
        location = self.env["stock.location"].browse(rule["location_id"])
        return {**vals, **rule, "warehouse_id": location.warehouse_id.id}

    def _backflush_profile(self):
        """What happens to missing components of this order; False: as core."""
        self.ensure_one()
        kind = self.picking_type_id
        if kind.backflush_excluded:
            return False
        return kind.shortage_profile or self.company_id.shortage_profile

    def _backflush_is_confirmed(self):
        """Whether completing this order leaves a confirmation."""
        self.ensure_one()
        return bool(
            self._backflush_profile()
            or self._backflush_policy()
            or any(self.move_raw_ids.mapped("flush_method"))
        )

    def set_qty_producing(self):
        """Answer something: XML-RPC reports a call without result as a fault."""
        super().set_qty_producing()
        return True

    # -- completion --------------------------------------------------------------

    def action_confirm(self):
        self._backflush_check_pairs()
        return super().action_confirm()

    def button_mark_done(self):
        """Lock first, then core's completion, then the entry: that order matters.

        The lock comes before anything is read, because waiting for it makes the
        transaction's snapshot stale; the entry comes last, because numbering it
        holds up every other posting until the transaction ends.
        """
        orders = self.filtered(lambda order: order._backflush_is_confirmed())
        if not orders:
            return super().button_mark_done()
        orders._backflush_acquire()
        # Another station may have completed them while this one waited.
        orders = orders.filtered(lambda order: order.state not in ("done", "cancel"))
        orders._backflush_check_pairs()
        orders._backflush_check_event()
        closed = orders.move_raw_ids._backflush_close_manual()
        orders.move_raw_ids._backflush_pick_unreported()
        with orders._backflush_filled(), orders._backflush_completing():
            caught_up = orders.move_raw_ids._backflush_catch_up()
            res = super().button_mark_done()
        closed._backflush_reopen_manual()
        caught_up._backflush_undo_catch_up()
        orders._backflush_post()
        return res

    def _backflush_acquire(self):
        """Queue for all stock that the batch can draw from or add to."""
        guarded = self.filtered(lambda order: order._backflush_profile())
        guarded.move_raw_ids._backflush_lock_stock(
            {
                (move.product_id.id, move.location_dest_id.id)
                for move in guarded.move_finished_ids
                if move.location_dest_id._backflush_is_guarded()
            }
        )

    @contextmanager
    def _backflush_completing(self):
        """While it lasts, operations that finish are part of the completion."""
        completing = self.env.cr.cache.setdefault(COMPLETING, set())
        completing.update(self.ids)
        try:
            yield
        finally:
            completing.difference_update(self.ids)

    def _backflush_is_completing(self):
        """Whether this order is being completed as a whole."""
        self.ensure_one()
        return self.id in self.env.cr.cache.get(COMPLETING, ())

    def _backflush_completion(
        self, moves, errors, required, links=None, rest="usage", date=None
    ):
        """What is posted later belongs to the same confirmation."""
        if links is None:
            completed = self.sudo().backflush_confirmation_ids.filtered(
                lambda c: c.trigger == "completion"
            )
            links = {"confirmation_id": completed[:1].id}
        return super()._backflush_completion(moves, errors, required, links, rest, date)

    def _post_inventory(self, cancel_backorder=False):
        orders = self.filtered(
            lambda order: (
                order.state not in ("done", "cancel")
                and order._backflush_is_confirmed()
            )
        )
        reports = orders._backflush_report()
        orders._backflush_split(reports)
        res = super()._post_inventory(cancel_backorder=cancel_backorder)
        orders._backflush_confirm(reports)
        return res
