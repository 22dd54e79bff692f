from odoo import api, fields, models
from odoo.exceptions import UserError


class BackflushConfirmation(models.Model):
    """Taking a confirmation back as a whole: stock, error records and entry.

    A report at an operation is taken back where its product has not been received;
    a completion by unbuilding what is still in stock. What cannot be undone stays,
    and is said.
    """

    _inherit = "backflush.confirmation"

    reversed_quantity = fields.Float(
        "Reversed",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="How much of the reported quantity has been taken back.",
    )
    state = fields.Selection(
        [
            ("posted", "Posted"),
            ("partly_reversed", "Partly Reversed"),
            ("reversed", "Reversed"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        help="Whether the report stands, or was taken back.",
    )
    reversal_reason = fields.Char(
        readonly=True, copy=False, help="Why it was taken back."
    )
    reversal_user_id = fields.Many2one(
        "res.users", "Reversed By", readonly=True, copy=False, help="Who took it back."
    )
    date_reversed = fields.Datetime(
        "Reversed On", readonly=True, copy=False, help="When it was last taken back."
    )
    reversal_rest = fields.Char(
        "Not Reversed", readonly=True, copy=False, help="What could not be undone."
    )
    unbuild_ids = fields.One2many(
        "mrp.unbuild",
        "backflush_confirmation_id",
        "Unbuilds",
        readonly=True,
        help="Orders that took this completion back.",
    )

    @api.depends("reversed_quantity", "quantity")
    def _compute_state(self):
        for confirmation in self:
            unit = confirmation.uom_id
            left = confirmation.quantity - confirmation.reversed_quantity
            if unit.is_zero(confirmation.reversed_quantity):
                confirmation.state = "posted"
            elif unit.compare(left, 0.0) > 0:
                confirmation.state = "partly_reversed"
            else:
                confirmation.state = "reversed"

    def action_reverse(self, reason, reopen=True):
        """Take confirmations back: components, product, error records and entries.

        :param str reason: why, in words
        :param bool reopen: whether a new order asks for the quantity again where the
            order had been completed; an open order asks again in any case
        :return: True if all of it was undone; False if something could not be, which
            ``reversal_rest`` then says
        :raises UserError: without a reason, if it was taken back already, or if
            nothing of it can be undone
        """
        self._check_reversal(reason)
        self.sudo()._acquire_reversal()
        # Somebody else may have taken them back while this call waited.
        self._check_reversal(reason)
        for confirmation in self.sudo():
            confirmation.with_company(confirmation.company_id)._reverse(reason, reopen)
        return not any(self.mapped("reversal_rest"))

    def _reversal_preview(self):
        """``(quantity that a reversal would undo now, what it would not)``."""
        self.ensure_one()
        if not self._is_completion():
            return self._report_reversal()
        order = self.production_id
        wanted = self.quantity - self.reversed_quantity
        free = sum(max(row[2], 0.0) for row in order._backflush_unbuildable())
        undone = min(self.uom_id.round(free, rounding_method="DOWN"), wanted)
        rest = False
        if self.uom_id.compare(wanted, undone) > 0:
            rest = order._backflush_left_stock(wanted - undone)
        return undone, rest

    def _check_reversal(self, reason):
        """Supervisors take back, with a reason, what stands."""
        self.check_access("read")
        role = "backflush_costing.group_backflush_supervisor"
        self.env["backflush.error"]._check_role(role)
        if not (reason or "").strip():
            raise UserError(self.env._("A reversal needs a reason."))
        gone = self.filtered(lambda c: c.state == "reversed")
        if gone:
            raise UserError(
                self.env._(
                    "Reversed already: %s.", ", ".join(gone.mapped("display_name"))
                )
            )

    def _reverse(self, reason, reopen):
        """:meth:`action_reverse` for one confirmation."""
        self.ensure_one()
        if self._is_completion():
            undone, rest = self._reverse_completion()
        else:
            undone, rest = self._reverse_report()
        if self.uom_id.compare(undone, 0.0) <= 0:
            raise UserError(rest)
        self.write(
            {
                "reversed_quantity": self.reversed_quantity + undone,
                "reversal_reason": reason,
                "reversal_user_id": self.env.uid,
                "date_reversed": fields.Datetime.now(),
                "reversal_rest": rest,
            }
        )
        order = self.production_id
        again = order.browse()
        if reopen and self._is_completion():
            again = order._backflush_ask_again(undone)
        order.message_post(body=self._reversal_note(undone, again))

    def _reversal_note(self, undone, again):
        """What the order's log says about the reversal."""
        note = self.env._(
            "%(quantity)s %(unit)s of the confirmation of %(date)s taken back: "
            "%(reason)s",
            quantity=undone,
            unit=self.uom_id.name,
            date=fields.Datetime.context_timestamp(self, self.date_event).strftime(
                "%Y-%m-%d %H:%M"
            ),
            reason=self.reversal_reason,
        )
        if again:
            note += " " + self.env._("%s asks for it again.", again.name)
        return f"{note} {self.reversal_rest or ''}".strip()

    # -- reports at operations ---------------------------------------------------

    def _report_reversal(self):
        """``(quantity of an operation's report to undo, what cannot be)``."""
        shares = self.share_ids._open()
        undone = sum(shares.mapped("quantity"))
        received = self.share_ids.filtered(
            lambda part: part.date_completed and part._is_for_product()
        )
        rest = False
        if received:
            rest = self.env._(
                "The product of %(quantity)s %(unit)s has been received: reverse the "
                "completion of %(orders)s.",
                quantity=sum(received.mapped("quantity")),
                unit=self.uom_id.name,
                orders=", ".join(received.production_id.mapped("name")),
            )
        return undone, rest

    def _reverse_report(self):
        """Take an operation's report back; ``(quantity undone, what was not)``."""
        undone, rest = self._report_reversal()
        if undone:
            shares = self.share_ids._open()
            shares._return()
            self._post_again()
            shares._reopen()
        return undone, rest

    def _acquire_reversal(self):
        """Queue, in one go, for all stock that taking these back can change."""
        reports = self.filtered(lambda c: not c._is_completion())
        keys = reports._return_keys()
        for completion in self - reports:
            keys |= completion._unbuild_keys()
        self.env["backflush.stock.lock"].sudo()._acquire(keys)

    def _acquire_return(self):
        """Queue for the stock that the components come back to."""
        self.env["backflush.stock.lock"].sudo()._acquire(self._return_keys())

    def _return_keys(self):
        """``(product id, location id)`` of where the components come back to."""
        return {
            (line.product_id.id, line.location_id.id)
            for line in self.line_ids.move_ids.move_line_ids
            if line.location_id._backflush_is_guarded()
        }

    def _post_again(self):
        """Let the ledger follow what changed on a report that is partly received."""
        for report in self:
            order = report.share_ids.filtered("date_completed").production_id[:1]
            if order and order._backflush_policy():
                completion = order._backflush_completion(
                    report.line_ids._early_moves(), report.error_ids, None
                )
                poster = self.env["backflush.poster"].sudo()
                poster.with_company(order.company_id)._post_completions([completion])

    # -- completions ---------------------------------------------------------------

    def _reverse_completion(self):
        """Unbuild what is in stock; ``(quantity undone, what was not)``."""
        order = self.production_id
        wanted = self.quantity - self.reversed_quantity
        undone = 0.0
        for location, lot, free in order._backflush_unbuildable():
            # Never more than is there: eight pieces are not 0.67 dozen.
            free = self.uom_id.round(free, rounding_method="DOWN")
            quantity = min(free, wanted - undone)
            if self.uom_id.compare(quantity, 0.0) > 0:
                self._unbuild(location, lot, quantity)
                undone += quantity
        rest = False
        if self.uom_id.compare(wanted - undone, 0.0) > 0:
            rest = order._backflush_left_stock(wanted - undone)
        return undone, rest

    def _unbuild_keys(self):
        """Keys of the product, and of the stock that the components come back to."""
        order = self.production_id
        lines = order.move_raw_ids.move_line_ids
        keys = {(line.product_id.id, line.location_id.id) for line in lines}
        return keys | {
            (quant.product_id.id, quant.location_id.id)
            for quant in order._backflush_product_quants()
        }

    def _unbuild(self, location, lot, quantity):
        """One unbuild order for ``quantity`` of the product at ``location``."""
        order = self.production_id
        unbuild = self.env["mrp.unbuild"].create(
            {
                "mo_id": order.id,
                "product_id": order.product_id.id,
                "company_id": order.company_id.id,
                "bom_id": order.bom_id.id,
                "product_qty": quantity,
                "product_uom_id": self.uom_id.id,
                "lot_id": lot.id,
                "location_id": location.id,
                "location_dest_id": order.location_src_id.id,
                "backflush_confirmation_id": self.id,
            }
        )
        unbuild.action_unbuild()

    def _note_cancelled(self):
        """Reports whose order was cancelled are taken back with it."""
        for report in self:
            kept = sum(report.share_ids._kept().mapped("quantity"))
            report.write(
                {
                    "reversed_quantity": report.quantity - kept,
                    "reversal_reason": self.env._("Order cancelled"),
                    "reversal_user_id": self.env.uid,
                    "date_reversed": fields.Datetime.now(),
                }
            )
