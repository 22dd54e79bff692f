from odoo import api, fields, models

from ....engine.numbers import ZERO, exact
from ....facts import refuse_entered, refuse_facts


class MrpUnbuild(models.Model):
    _inherit = "mrp.unbuild"

    backflush_confirmation_id = fields.Many2one(
        "backflush.confirmation",
        "Reverses",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Confirmation that this order takes back. Its components return to where "
        "each of them was taken from.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        unbuilds = super().create(vals_list)
        refuse_entered(unbuilds, {"backflush_confirmation_id"})
        return unbuilds

    def write(self, vals):
        """Taking a confirmation back is its own action, which notes it there."""
        if not self.env.su:
            refuse_facts(self, {"backflush_confirmation_id"} & set(vals))
        return super().write(vals)

    def action_unbuild(self):
        """What never left stock cannot come back: the error records shrink."""
        reversed_errors = self._backflush_reverse_errors()
        self._backflush_return_carried()
        res = super().action_unbuild()
        self._backflush_reverse_lines(reversed_errors)
        reversed_errors._settle("resolved")
        self._backflush_note_reversal()
        return res

    def _backflush_completion(self, policy):
        """Scrap and substitutions go back to the variances they came from."""
        completion = super()._backflush_completion(policy)
        reported = self.mo_id.sudo().backflush_confirmation_ids.filtered(
            lambda c: c.trigger == "completion"
        )[:1]
        part = float(self._backflush_part()) if reported else 0.0
        return completion._replace(
            deviations={
                kind: {product: -part * number for product, number in some.items()}
                for kind, some in reported._deviation_quantities().items()
            }
        )

    def _backflush_note_reversal(self):
        """An unbuild of an order takes back its completion, whoever asked for it."""
        for unbuild in self.filtered(lambda u: not u.backflush_confirmation_id):
            completion = unbuild.mo_id.sudo().backflush_confirmation_ids.filtered(
                lambda c: c.trigger == "completion"
            )[:1]
            completion.reversed_quantity += unbuild.product_uom_id._compute_quantity(
                unbuild.product_qty, completion.uom_id or unbuild.product_uom_id
            )

    def _backflush_part(self):
        """Share of the order's product that this unbuilds, exact."""
        order = self.mo_id
        produced = order.product_uom_id._compute_quantity(
            order.qty_produced, self.product_uom_id
        )
        return exact(self.product_qty) / exact(produced) if produced else ZERO

    def _backflush_part_of(self, report):
        """Share of what is still out, or open, of ``report`` that this takes back.

        Of what there is now, and not of what there was once: what is worked off after
        a part was unbuilt belongs to the rest alone, and what rounding leaves of
        several parts comes back with the last of them.

        :param report: confirmation of the order, or one that it has a share of
        :return: exact, from 0 to 1
        """
        order, part = self.mo_id.sudo(), self._backflush_part()
        if not order._backflush_report_part(report):
            return ZERO
        mine, out = exact(1), order._backflush_part_left()
        if report._is_early():
            kept = report.share_ids._kept()
            own = kept.filtered(
                lambda s: s.production_id == order and s._is_for_product()
            )
            mine = sum(map(exact, own.mapped("quantity")), ZERO)
            out = sum((share._quantity_out() for share in kept), ZERO)
        return min(mine * part / out, exact(1)) if out > ZERO else ZERO

    def _backflush_reverse_errors(self):
        """Reduce the order's open records by the share that is unbuilt.

        What is open times share, rounded to the unit.
        """
        order = self.mo_id.sudo()
        reports = order.backflush_share_ids.confirmation_id
        errors = (order.backflush_error_ids | reports.error_ids).filtered(
            lambda e: e._is_open()
        )
        for error in errors:
            part = self._backflush_part_of(error.confirmation_id)
            share = error.uom_id.round(float(exact(error.quantity_open) * part))
            error.quantity_reversed += share
            error.confirmation_line_id.deviation_quantity -= share
        return errors

    def _backflush_return_carried(self):
        """Bring back what operations of an earlier order issued for the product.

        Core looks for what comes back among the order's own components.
        """
        order = self.mo_id.sudo()
        shares = order.backflush_share_ids.filtered("date_completed")
        early = shares.confirmation_id.line_ids._early_moves()
        issues = early.filtered(lambda m: m._backflush_is_issue())
        moves = self.env["stock.move"].sudo()
        for issue in issues - order.move_raw_ids:
            report = issue.backflush_confirmation_line_id.confirmation_id
            part = float(self._backflush_part_of(report))
            taken = issue._backflush_taken_lines(part * issue._backflush_net_quantity())
            if taken:
                moves |= issue._backflush_return(taken, unbuild=self)
        moves._backflush_finish_return()

    def _generate_move_from_existing_move(
        self, move, factor, location_id, location_dest_id
    ):
        report = move.sudo().backflush_confirmation_line_id.confirmation_id
        if move.raw_material_production_id and report:
            factor = self._backflush_factor_of(move.sudo(), report)
        if move.raw_material_production_id and self.backflush_confirmation_id:
            location_dest_id = move.location_id
        return super()._generate_move_from_existing_move(
            move, factor, location_id, location_dest_id
        )

    def _backflush_factor_of(self, issue, report):
        """How much of an issue this brings back, as a part of what was issued."""
        taken = -issue._backflush_moved_quantity()
        if not taken:
            return 0.0
        part = float(self._backflush_part_of(report))
        return part * issue._backflush_net_quantity() / taken

    def _backflush_errors(self):
        reports = self.mo_id.backflush_share_ids.confirmation_id
        return (
            super()._backflush_errors()
            | self.mo_id.backflush_error_ids
            | reports.error_ids
        )

    def _backflush_reverse_lines(self, errors):
        """Returned components are a negative deviation of their confirmation."""
        for move in self.sudo().produce_line_ids:
            line = move.origin_returned_move_id.backflush_confirmation_line_id
            if line and move.state == "done":
                line.deviation_quantity -= move._backflush_moved_quantity()
                move.backflush_confirmation_line_id = line
