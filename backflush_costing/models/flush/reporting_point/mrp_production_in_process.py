from odoo import Command, fields, models

from ....engine.numbers import ZERO, exact


class MrpProduction(models.Model):
    """What was issued before the product is received follows the product."""

    _inherit = "mrp.production"

    backflush_share_ids = fields.One2many(
        "backflush.confirmation.share",
        "production_id",
        "In Process",
        readonly=True,
        help="Reports at operations whose product this order receives.",
    )

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, **kwargs):
        """A backorder takes over what was issued beyond what its order completes."""
        demands = {
            order: {
                move._backflush_component_key(): move._backflush_unit_quantity()
                for move in order.move_raw_ids
                if not move.additional and move.state not in ("done", "cancel")
            }
            for order in self
            if order.sudo().backflush_share_ids
        }
        orders = super()._split_productions(amounts, cancel_remaining_qty, **kwargs)
        for order, parts in self._backflush_parts(orders).items():
            if order in demands:
                order.sudo().backflush_share_ids._open()._spread(parts)
                parts._backflush_spread_demand(demands[order])
        return orders

    def _backflush_parts(self, orders):
        """``{order that was split: it and its backorders}``, as core orders them."""
        parts, current = {}, self.browse()
        for order in orders:
            current = order if order in self else current
            parts[current] = parts.get(current, self.browse()) | order
        return parts

    def _backflush_spread_demand(self, demands):
        """Give each order the demand for what no report at an operation covers.

        :param dict demands: ``{component: quantity per unit of product}``
        """
        for move in self.move_raw_ids:
            demand = demands.get(move._backflush_component_key())
            if demand is None or move.additional or move.state in ("done", "cancel"):
                continue
            order = move.raw_material_production_id
            left = max(order.product_qty - move._backflush_covered(), 0.0)
            move.with_context(
                no_procurement=True
            ).product_uom_qty = move.product_uom.round(left * demand)

    def _update_raw_moves(self, factor):
        """A new quantity of the order asks for what was not issued early already."""
        demands = {
            move: move._backflush_unit_quantity()
            for move in self.move_raw_ids
            if move._backflush_covered()
        }
        covered = self.env["stock.move"].concat(*demands)
        old = {move: move.product_uom_qty for move in covered}
        info = super()._update_raw_moves(factor)
        for move, demand in demands.items():
            # Core writes the order's quantity after this.
            left = max(self.product_qty * factor - move._backflush_covered(), 0.0)
            move.product_uom_qty = move.product_uom.round(left * demand)
        known = [row for row in info if row[0] not in covered]
        return known + [(move, old[move], move.product_uom_qty) for move in covered]

    def _get_consumption_issues(self):
        """What an operation issued or parked early was consumed as planned."""
        issues = super()._get_consumption_issues()
        return [
            issue
            for issue in issues
            if not issue[0].sudo()._backflush_is_as_reported(*issue[1:])
        ]

    def _backflush_is_as_reported(self, product, consumed, expected):
        """Whether ``consumed`` is ``expected``, with early reports counted in full."""
        shares = self.backflush_share_ids.filtered(
            lambda s: not s.date_completed or not s._is_for_product()
        )
        lines = shares.confirmation_id.line_ids.filtered(
            lambda line: line.product_id == product
        )
        if not lines:
            return False
        early = self.move_raw_ids & lines.move_ids
        consumed -= sum(-move._backflush_moved_quantity() for move in early)
        for share in shares._open():
            report = share.confirmation_id
            for line in report.line_ids & lines:
                said = line.required_quantity + line.deviation_quantity
                consumed += said * share.quantity / report.quantity
        return product.uom_id.compare(consumed, expected) == 0

    def _backflush_link_early_issues(self):
        """The product's genealogy goes back to what its operations consumed."""
        for order in self:
            early = order.backflush_share_ids.confirmation_id.line_ids._early_moves()
            order.move_finished_ids.move_line_ids.consume_line_ids = [
                Command.link(line.id) for line in early.move_line_ids
            ]

    def _backflush_report_part(self, report):
        """Which part of what ``report`` issued went into this order's product."""
        self.ensure_one()
        if not report._is_early():
            return exact(1)
        kept = report.share_ids._kept()
        shares = kept.filtered(
            lambda s: s.production_id == self and s._is_for_product()
        )
        total = sum(map(exact, kept.mapped("quantity")), ZERO)
        mine = sum(map(exact, shares.mapped("quantity")), ZERO)
        return mine / total if total else ZERO

    def _backflush_issue_part(self, issue):
        """Which part of ``issue``'s quantity unbuilding this order brings back."""
        report = issue.sudo().backflush_confirmation_line_id.confirmation_id
        if not report or not report._is_early():
            return 1.0
        taken = -issue._backflush_moved_quantity()
        before = issue.returned_move_ids.filtered(
            lambda m: m.state == "done" and not m.unbuild_id
        )
        kept = taken - sum(move._backflush_moved_quantity() for move in before)
        part = float(self._backflush_report_part(report))
        return part * kept / taken if taken else 0.0

    def _cal_price(self, consumed_moves):
        """At actual cost the product takes along what its operations issued."""
        res = super()._cal_price(consumed_moves)
        for order in self.filtered(lambda o: o.sudo().backflush_share_ids):
            if not order._backflush_at_actual():
                order._backflush_add_early_cost()
        return res

    def _backflush_add_early_cost(self):
        """Spread what was issued early as core spreads what the completion consumes."""
        made = self.move_finished_ids.filtered(
            lambda m: m.state not in ("done", "cancel") and m.quantity > 0
        )
        at_cost = made.filtered(
            lambda m: m.product_id.cost_method in ("fifo", "average")
        )
        finished = at_cost.filtered(lambda m: m.product_id == self.product_id)
        if not finished:
            return
        value = self._backflush_early_value()
        by_products = made & self.move_byproduct_ids
        parts = {move: move.cost_share / 100 for move in by_products & at_cost}
        parts[finished] = 1 - sum(by_products.mapped("cost_share")) / 100
        for move, part in parts.items():
            quantity = move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id
            )
            move.price_unit += value * part / quantity

    def _backflush_early_value(self):
        """Value of what was issued early for this order and not brought back."""
        reports = self.sudo().backflush_share_ids._open().confirmation_id
        issues = reports.line_ids._early_moves().filtered("is_out")
        return sum(issue.value * self._backflush_issue_part(issue) for issue in issues)
