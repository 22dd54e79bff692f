from odoo import models

from ..flush.completion.mrp_production_flush import Report


class MrpProduction(models.Model):
    """What was used for an order, where nobody named a handling unit."""

    _inherit = "mrp.production"

    def _backflush_use_unnamed(self, planned, used, lot):
        """Issue what lies at the line in no mounted unit, as the completion would.

        What is not there waits, whatever the shortage profile says about completions:
        it has been used. Where there is none, all is issued, as Odoo does.

        :param planned: the planned component
        :param used: exact, in the component's unit
        :param lot: that was used; empty: nobody said which
        :return: the confirmation
        """
        self.ensure_one()
        is_late, nobody = self.state == "done", self.env["stock.package"]
        issue = planned._backflush_consumption_line(nobody, used)
        issue._backflush_enter_use(float(used), lot)
        report = Report(0.0, float(used))
        draws, quants = self._backflush_allocate({issue: report})
        self._backflush_find({issue: report})
        for move, drawn in draws.items():
            move._backflush_set_draws(tuple(drawn.items()), quants)
        return self._backflush_confirm_use(planned, issue, report, nobody, is_late)

    def _backflush_acquire_unnamed(self, product):
        """Queue for all stock that such a use of these orders can draw from."""
        planned = self.move_raw_ids.filtered(lambda m: m.product_id == product)
        places = planned.location_id | planned._backflush_quants().location_id
        keys = {(product.id, place.id) for place in places if place.usage == "internal"}
        self.env["backflush.stock.lock"].sudo()._acquire(keys)
        self.env.invalidate_all()
