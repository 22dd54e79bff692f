from odoo import Command, api, fields, models

#: So many records are settled with one commit.
SLICE = 50


class BackflushErrorChoice(models.AbstractModel):
    """A form about the error records that it was opened from, those still open.

    What it does to many records it does slice by slice, each in a call, and so in a
    transaction, of its own: the screen shows how far it is, and can stop in between.
    What was done stays done; a slice is never done twice.
    """

    _name = "backflush.error.choice"
    _description = "Choice of Error Records"

    error_ids = fields.Many2many(
        "backflush.error",
        string="Error Records",
        required=True,
        help="Open records that something is done about.",
    )
    handled = fields.Json(
        readonly=True, help="Ids of the records that it was done to already."
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "backflush.error":
            values["error_ids"] = [Command.set(self._opened_from().ids)]
        return values

    @api.model
    def _opened_from(self):
        """The open records that the form was opened from."""
        context = self.env.context
        of_errors = context.get("active_model") == "backflush.error"
        ids = context.get("active_ids", []) if of_errors else []
        errors = self.env["backflush.error"].browse(ids)
        return errors.filtered(lambda error: error._is_open())

    def action_start(self):
        """Do it; where there are many records, with its progress on the screen."""
        self.ensure_one()
        if len(self.error_ids) <= SLICE or not self._is_sliced():
            return self.action_apply()
        return {
            "type": "ir.actions.client",
            "tag": "backflush_remedy_progress",
            "name": self._title(),
            "target": "new",
            "params": {
                "model": self._name,
                "id": self.id,
                "total": len(self.error_ids),
                "can_queue": self._is_queueable(),
            },
        }

    def action_apply(self):
        """Do it to all records at once, and close the form."""
        self.ensure_one()
        self._apply(self.error_ids)
        return {"type": "ir.actions.act_window_close"}

    def apply_slice(self):
        """Do it to the next records, the oldest first.

        A record that it fails for stays as it is, and is named; the others of its
        slice are settled all the same.

        :return: ``{"handled", "total", "closed": numbers of records, "failed": list of
            {"name", "message"}}``; it is at its end when all are handled
        """
        self.ensure_one()
        errors = self._next()
        # First of all: whoever waits for stock needs to see it as it is then.
        self._lock_stock(errors)
        self.lock_for_update()
        failed = []
        self._apply_or_halve(errors.filtered(lambda e: e._is_open()), failed)
        self.handled = [*(self.handled or []), *errors.ids]
        return self._progress(failed)

    def queue_rest(self):
        """Leave the records that are still to be handled to the background."""
        self.ensure_one()
        waiting = self._left().filtered(lambda error: error._is_open())
        waiting.action_queue()
        return len(waiting)

    def _left(self):
        return self.error_ids - self.error_ids.browse(self.handled or [])

    def _next(self):
        """The slice that comes next."""
        return self._left().sorted(lambda e: (e.event_date, e.id))[:SLICE]

    def _progress(self, failed):
        """How far it is; see :meth:`apply_slice`."""
        handled = self.error_ids - self._left()
        return {
            "handled": len(handled),
            "total": len(self.error_ids),
            "closed": len(handled.filtered(lambda e: not e._is_open())),
            "failed": failed,
        }

    def _apply_or_halve(self, errors, failed):
        """Do it to all at once; where that fails to each half, down to one record."""
        if not errors:
            return
        problem = errors._attempt(self._apply)
        if problem is None:
            return
        if len(errors) == 1:
            failed.append({"name": errors.name, "message": str(problem)})
            return
        middle = len(errors) // 2
        self._apply_or_halve(errors[:middle], failed)
        self._apply_or_halve(errors[middle:], failed)

    # -- what each form says of itself -------------------------------------------------

    def _apply(self, errors):
        """Hook: do it to these records."""
        raise NotImplementedError

    def _title(self):
        """Hook: what is being done, in words."""
        return self.env._("Remedy")

    def _is_sliced(self):
        """Hook: whether it can be done to some records first, and to others later."""
        return True

    def _is_queueable(self):
        """Hook: whether the background can do it, too."""
        return False

    def _lock_stock(self, errors):
        """Hook: queue for the stock that it takes."""
