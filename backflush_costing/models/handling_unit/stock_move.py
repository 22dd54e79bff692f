from odoo import fields, models

from ...engine.numbers import ZERO, amount, exact
from ...engine.posting import Posting
from ...said import said

# Set on the context by what moves units and their residues itself.
OWN_MOVES = "backflush_unit_moves"


class StockMove(models.Model):
    """What is used from a unit, and what is left in it."""

    _inherit = "stock.move"

    backflush_unit_id = fields.Many2one(
        "stock.package",
        "Reported Handling Unit",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Handling unit that was reported to have been used from.",
    )
    backflush_unit_log_id = fields.Many2one(
        "backflush.handling.unit.log",
        "Residue Of",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Report that the unit is empty, whose residue this moves.",
    )

    def _action_done(self, cancel_backorder=False):
        """A unit that is filled anew begins a new life."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        if not said(self.env, OWN_MOVES):
            done._backflush_filled_units()._backflush_begin_anew()
        return done

    def _backflush_filled_units(self):
        """Units that these put something new into; not where it came back, or moved."""
        fresh = self.filtered(lambda m: not m.origin_returned_move_id)
        lines = fresh.move_line_ids.filtered(
            lambda line: (
                line.state == "done" and line.result_package_id != line.package_id
            )
        )
        return lines.result_package_id

    def _backflush_return(self, taken, unbuild=None):
        """What comes back into a unit goes where that is now."""
        move = super()._backflush_return(taken, unbuild)
        for line in move.move_line_ids.filtered("result_package_id"):
            place = line.result_package_id._backflush_stock().location_id[:1]
            if place and place != line.location_dest_id:
                move.location_dest_id = place
                line.location_dest_id = place
        return move

    def _backflush_is_posted_apart(self):
        """The residue of a product under a policy goes to the account of its cause."""
        if self.backflush_unit_log_id:
            product = self.product_id.with_company(self.company_id)
            return bool(product._backflush_policy())
        return super()._backflush_is_posted_apart()

    # -- residue -----------------------------------------------------------------

    def _backflush_post_residue(self):
        """Post these movements of residues: inventory against their causes."""
        for (log, product), moves in self.grouped(
            lambda m: (m.backflush_unit_log_id, m.product_id)
        ).items():
            costed = product.with_company(log.company_id)
            policy = costed._backflush_policy()
            if policy:
                moves._backflush_post_residue_of(log, costed, policy)

    def _backflush_post_residue_of(self, log, product, policy):
        """One entry for the residue of one product."""
        account = log.reason_id.with_company(log.company_id).account_id
        account = account or policy.inventory_difference_account_id
        analytic = log.reason_id.analytic_distribution
        postings = []
        for move in self:
            quantity = exact(move._backflush_signed_quantity())
            value = amount(quantity * move._backflush_posting_cost())
            source = {"product_id": product.id, "stock_move_id": move.id}
            inventory = product._get_product_accounts()["stock_valuation"]
            postings.append(Posting("stock", inventory, value, quantity, source))
            source = {"product_id": product.id, "analytic_distribution": analytic}
            postings.append(Posting("residue", account, -value, ZERO, source))
        poster = self.env["backflush.poster"].sudo().with_company(log.company_id)
        self.account_move_id = poster._create_entry(
            policy,
            postings,
            self.env._("Residue of %s", log.package_id.name),
            log._posting_date(policy),
            account,
            {account: analytic} if analytic else None,
        )
