from odoo import api, fields, models
from odoo.tools import format_datetime

from ....said import Said, said


class BackflushControlCycle(models.Model):
    """Documents of a loop: one per card, or one for all that a run orders.

    A run orders for the empty containers of a whole supply area. Its documents share a
    reference, Odoo's own record of documents that belong together.
    """

    _inherit = "backflush.control.cycle"

    documents = fields.Selection(
        [
            ("open", "Added to what is open"),
            ("card", "One per card"),
            ("run", "One per run of the supply area"),
        ],
        default="open",
        required=True,
        tracking=True,
        help="Each card has lines of its own in any case. Added to what is open: to a "
        "transfer into the bin, or a request for quotation, that is open already. One "
        "per card: in a document of its own. One per run: empty containers wait for "
        "the next run (hourly, or by Order Together), which makes one transfer from a "
        "store to the supply area, and one request per vendor. What is made in house "
        "has an order per card.",
    )

    def action_supply_run(self):
        """Order for the empty containers of these loops together, now.

        :return: True
        """
        self.env["backflush.kanban"]._check_operator()
        self.check_access("read")
        self.sudo()._supply_all()
        return True

    def action_start(self):
        """The first filling of loops that wait for runs is a run."""
        res = super().action_start()
        self.sudo().filtered(lambda c: c.documents == "run")._supply_all()
        return res

    def _supply(self):
        """What waits for a run is ordered by the run."""
        now = self
        if "backflush_run" not in self.env.context:
            now = self.filtered(lambda cycle: cycle.documents != "run")
        return super(BackflushControlCycle, now)._supply()

    def _supply_all(self):
        """The run of these loops, supply area by supply area."""
        run = self.filtered(lambda cycle: cycle.documents == "run")
        super(BackflushControlCycle, self - run)._supply_all()
        for area, cycles in run.grouped("supply_area_id").items():
            asking = cycles.filtered(lambda cycle: cycle._has_enough())
            reference = self.env["stock.reference"]
            if asking:
                reference = reference.create({"name": self._run_name(area)})
            # Without a reference nothing is ordered: cards begin to wait for more.
            cycles.with_context(backflush_run=Said(reference.id))._supply()

    def _has_enough(self):
        """Whether a run orders something for this loop."""
        self.ensure_one()
        cards = self._empty_cards() if self.active else ()
        return bool(cards) and len(cards) >= self._enough()

    def _run_name(self, area):
        """Such as “Line 1, 02/03/2026, 06:00”."""
        moment = format_datetime(self.env, fields.Datetime.now(), dt_format="short")
        return self.env._("%(area)s, %(moment)s", area=area.name, moment=moment)

    def _procurement(self, card, quantity, due):
        procurement = super()._procurement(card, quantity, due)
        if self.documents == "run":
            run = said(self.env, "backflush_run")
            procurement.values["reference_ids"] = self.env["stock.reference"].browse(
                run
            )
        return procurement

    @api.model
    def _asking(self):
        return super()._asking().filtered(lambda cycle: cycle.documents != "run")

    @api.model
    def _cron_supply_run(self):
        """The run: supply area by supply area."""
        waiting = super()._asking().filtered(lambda cycle: cycle.documents == "run")
        self._supply_in_background(waiting.grouped("supply_area_id").values())
