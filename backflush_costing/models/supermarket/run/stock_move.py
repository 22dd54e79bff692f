from odoo import models


class StockMove(models.Model):
    """Transfers that bring containers: one per card, or one per run."""

    _inherit = "stock.move"

    def _key_assign_picking(self):
        key = super()._key_assign_picking()
        if area := self._backflush_run_area():
            bin_ = self.location_dest_id
            return tuple(area if part == bin_ else part for part in key)
        return (*key, self.backflush_kanban_id) if self._backflush_is_alone() else key

    def _search_picking_for_assignation_domain(self):
        domain = super()._search_picking_for_assignation_domain()
        if area := self._backflush_run_area():
            place = ("location_dest_id", "=", area.id)
            return [place if leaf[0] == place[0] else leaf for leaf in domain]
        if self._backflush_is_alone():
            card = self.backflush_kanban_id
            return [*domain, ("move_ids.backflush_kanban_id", "=", card.id)]
        return domain

    def _get_new_picking_values(self):
        """A run's transfer goes to the supply area, its lines to their bins."""
        areas = self.env["stock.location"].union(
            *(move._backflush_run_area() for move in self)
        )
        if not areas:
            return super()._get_new_picking_values()
        # Core would ask for one destination of all; the first has the others' place.
        first = super(StockMove, self[:1])._get_new_picking_values()
        return {**first, "location_dest_id": areas.id}

    def _backflush_run_area(self):
        """The supply area that one transfer of a run goes to, else no location."""
        cycle = self.backflush_kanban_id.sudo().cycle_id
        area = cycle.supply_area_id
        of_run = cycle.documents == "run" and self.reference_ids
        arrives = of_run and self.location_dest_id._child_of(area)
        return area if arrives else area.browse()

    def _backflush_is_alone(self):
        """Whether its card has documents of its own."""
        return self.backflush_kanban_id.sudo().cycle_id.documents == "card"
