from odoo import fields, models


class BackflushControlCycle(models.Model):
    """Proposals of this loop."""

    _inherit = "backflush.control.cycle"

    proposal_ids = fields.One2many(
        "backflush.sizing.proposal",
        "cycle_id",
        "Proposals",
        help="What was proposed, and what became of it.",
    )

    def action_propose(self):
        """Keep the calculated numbers as proposals, to be reviewed side by side.

        A loop whose number is right gets none; what was proposed before and nobody has
        decided on is dropped.

        :return: action that shows the proposals
        """
        self._check_planner()
        own = self.sudo()
        open_ones = own.proposal_ids.filtered(lambda p: p.state == "proposed")
        open_ones._set_state("dropped", user_id=self.env.uid)
        proposals = self.env["backflush.sizing.proposal"].sudo()
        proposals = proposals.create(
            [
                cycle._prepare_proposal_vals()
                for cycle in own
                if cycle.proposed_count
                and cycle.proposed_count != cycle.container_count
            ]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_sizing_proposal"
        )
        return {**action, "domain": [("id", "in", proposals.ids)], "context": {}}

    def _prepare_proposal_vals(self):
        """What the calculation says now, and what it adds to work in process."""
        more = self.proposed_count - self.container_count
        return {
            "cycle_id": self.id,
            "reason": self._calculation_in_words(),
            "exact": self.proposed_exact,
            "count_before": self.container_count,
            "count": self.proposed_count,
            "change_quantity": more * self.container_quantity,
            "change_value": self.proposed_value,
        }

    def _calculation_in_words(self):
        """Such as “Two bins: 40 per day, 0.5 days, containers of 20”."""
        rules = dict(self._fields["sizing_rule"]._description_selection(self.env))
        dynamic = self.sizing_rule == "dynamic"
        return self.env._(
            "%(rule)s: %(demand)g, lead time %(days)g days, containers of %(size)g, "
            "safety %(safety)g %%, safety stock %(stock)g",
            rule=rules[self.sizing_rule],
            demand=self.dynamic_demand if dynamic else self.demand,
            days=self.lead_time,
            size=self.container_quantity,
            safety=self.safety,
            stock=self.safety_stock + self.service_stock,
        )
