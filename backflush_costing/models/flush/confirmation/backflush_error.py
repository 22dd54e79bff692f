from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ....engine.allocation import Requirement, allocate
from ....engine.numbers import ZERO, exact


class BackflushError(models.Model):
    _inherit = "backflush.error"

    confirmation_line_id = fields.Many2one(
        "backflush.confirmation.line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Component of the confirmation that is missing.",
    )
    confirmation_id = fields.Many2one(
        related="confirmation_line_id.confirmation_id",
        store=True,
        index="btree_not_null",
        help="Confirmation of the completed order.",
    )
    flush_free_quantity = fields.Float(
        "Free Now",
        digits="Product Unit",
        compute="_compute_flush_free_quantity",
        help="What is free at the backflush location now: what a retry can issue.",
    )

    flush_is_retryable = fields.Boolean(
        "Can Be Retried Now",
        compute="_compute_flush_is_retryable",
        search="_search_flush_is_retryable",
        help="Whether a retry would issue something now.",
    )

    def _compute_flush_free_quantity(self):
        free = self._free_quantities()
        for error in self:
            error.flush_free_quantity = free[error]

    def _free_quantities(self):
        """``{record: what a retry can issue now}``, each looked at by itself."""
        where = {error: error.location_id for error in self if error.location_id}
        stock = self._quants(where)
        free = {quant.id: max(n, ZERO) for quant, n in stock._backflush_free().items()}
        by_product = stock.grouped("product_id")
        result = dict.fromkeys(self, 0.0)
        for error in where:
            some = by_product.get(error.product_id, stock.browse())
            pools = error._pools(some, error.location_id)
            result[error] = float(sum(free[pool] for pool in pools))
        return result

    @api.depends("flush_free_quantity", "state")
    def _compute_flush_is_retryable(self):
        for error in self:
            error.flush_is_retryable = error._is_open() and bool(
                error.flush_free_quantity
            )

    def _search_flush_is_retryable(self, operator, value):
        """Open records that a retry would issue something for.

        One query leaves out what has no free stock below its location; what of that
        stock a record may use (lots, owners, places of others) is for
        :meth:`_pools` alone to say.
        """
        if operator != "in":
            return NotImplemented
        self.env["stock.quant"].flush_model()
        self.flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT error.id FROM backflush_error error
                     JOIN stock_location place ON place.id = error.location_id
                     JOIN stock_location sub
                       ON sub.parent_path LIKE place.parent_path || '%%'
                     JOIN stock_quant quant ON quant.location_id = sub.id
                      AND quant.product_id = error.product_id
                      AND quant.quantity > quant.reserved_quantity
                    WHERE error.state IN ('open', 'in_process')"""
            )
        )
        # What somebody finds does not depend on which locations he may see.
        candidates = self.sudo().browse(row[0] for row in rows)
        free = candidates._free_quantities()
        retryable = [error.id for error in candidates if free[error]]
        return Domain("id", "in" if True in value else "not in", retryable)

    def _backflush_due_quantity(self):
        """Suspense holds what a received product lacks, and nothing before."""
        return self.sudo().confirmation_id._due_open(super()._backflush_due_quantity())

    def action_issue_from(self, location_id, lot_id=None, package_id=None):
        """Issue the open quantity from another location, lot or handling unit.

        :param int location_id: location of the company to take from
        :param int lot_id: only this lot or serial number
        :param int package_id: only from this handling unit
        :return: True; what could not be issued there stays open
        """
        self._check_role("backflush_costing.group_backflush_supervisor")
        self._check_open()
        location = self.env["stock.location"].browse(location_id)
        location.check_access("read")
        if location.usage != "internal" or location.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "%s is not an internal location of the company of the error "
                    "record.",
                    location.display_name,
                )
            )
        errors = self.sorted(lambda e: (e.event_date, e.id)).sudo()
        errors._as_remedy("issue_from")._reissue(location, lot_id, package_id)
        return True

    def _retry(self):
        """Issue after all what is free at the backflush location now.

        Where an order failed as a whole, it is completed.
        """
        failures = self.filtered(lambda error: error._is_failure())
        for event, some in failures.grouped("event_date").items():
            orders = some.production_id.with_context(backflush_event_time=event)
            orders.backflush_complete()
        for company, errors in (self - failures).grouped("company_id").items():
            errors.with_company(company)._reissue()
        return super()._retry()

    def _reissue(self, location=None, lot_id=None, package_id=None):
        """Work records of one company off from stock, in their order."""
        where = {error: location or error.location_id for error in self}
        # Also where nothing is there to issue: the attempt is noted on the record,
        # which a count of the same stock may be about to work off.
        self._acquire_stock(where)
        if not any(n > ZERO for n in self._quants(where)._backflush_free().values()):
            return
        # Others may have worked some off, or taken the report back, while we waited.
        errors = self.filtered(lambda error: error._is_open())
        if not errors:
            self._check_open()
        stock = errors._quants(where)
        result = allocate(
            [
                Requirement(
                    error.id,
                    exact(error.quantity_open),
                    error._pools(stock, where[error], lot_id, package_id),
                )
                for error in errors
            ],
            {quant.id: free for quant, free in stock._backflush_free().items()},
        )
        issued = errors.filtered(lambda error: result[error.id].draws)
        if issued:
            issued._post_work_off(issued._issue(result, where))

    def _acquire_stock(self, where):
        """Take the lock of all stock that these records can draw from."""
        keys = {(e.product_id.id, location.id) for e, location in where.items()}
        keys |= {
            (quant.product_id.id, quant.location_id.id) for quant in self._quants(where)
        }
        self.env["backflush.stock.lock"].sudo()._acquire(keys)

    def _quants(self, where):
        """Stock in the locations of ``where``: own first, then oldest first."""
        locations = self.env["stock.location"].union(*where.values())
        return (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "child_of", locations.ids),
                    ("location_id.backflush_is_blocked", "=", False),
                    *self._owner_domain(),
                ],
                order="in_date, id",
            )
            ._backflush_own_first()
        )

    def _owner_domain(self):
        """Hook: whose stock one of these records at least may use."""
        return [("owner_id", "in", [False, *self.company_id.partner_id.ids])]

    def _drawable(self, stock):
        """Hook: those of these quants whose owner lets this record use them."""
        return stock.filtered(lambda quant: quant._backflush_is_own())

    def _pools(self, stock, location, lot_id=None, package_id=None):
        """Ids of the quants that this record may draw on."""
        return tuple(self._matching(stock, location, lot_id, package_id).ids)

    def _matching(self, stock, location, lot_id=None, package_id=None):
        """Those of these quants that hold what this record asks for."""
        lot_id = lot_id or self.lot_id.id
        package_id = package_id or self.package_id.id
        return self._drawable(stock).filtered(
            lambda quant: (
                quant.product_id == self.product_id
                and quant._backflush_is_under(location)
                and (not lot_id or quant.lot_id.id == lot_id)
                and (not package_id or quant.package_id.id == package_id)
            )
        )

    def _issue(self, result, where):
        """Issue to the finished orders, and extend the genealogy by it.

        :return: the done stock moves
        """
        moves = self.env["stock.move"].create(
            [error._issue_vals(result[error.id], where[error]) for error in self]
        )
        moves._action_confirm(merge=False, create_proc=False)
        quants = self.env["stock.quant"]
        for error, move in zip(self, moves, strict=True):
            draws = result[error.id].draws
            move._backflush_set_draws(draws, quants.browse(q for q, _n in draws))
        moves.picked = True
        moves._action_done()
        for error, move in zip(self, moves, strict=True):
            error._link_issue(move, result[error.id])
        return moves

    def _link_issue(self, move, allocation):
        """Count the issue, and let the finished good know what it is made of."""
        self.quantity_issued += float(allocation.issued)
        finished = self.production_id.move_finished_ids.move_line_ids
        finished.consume_line_ids = [
            Command.link(line.id) for line in move.move_line_ids
        ]

    def _issue_vals(self, allocation, location):
        """Values of the component line that works the record off."""
        order = self.production_id
        return {
            "raw_material_production_id": order.id,
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": float(allocation.issued),
            "location_id": location.id,
            "location_dest_id": order.production_location_id.id,
            "company_id": self.company_id.id,
            "picking_type_id": order.picking_type_id.id,
            "bom_line_id": self.confirmation_line_id.move_id.bom_line_id.id,
            "backflush_confirmation_line_id": self.confirmation_line_id.id,
            "flush_rule": "error:move",
            "flush_method": "manual",
            "additional": True,
        }

    def _post_work_off(self, issues):
        """Release suspense against inventory, and close what is worked off."""
        by_order = issues.grouped("raw_material_production_id")
        completions = [
            production._backflush_completion(
                by_order.get(production, issues.browse()), errors, None
            )
            for production, errors in self.grouped("production_id").items()
            if production._backflush_policy()
        ]
        if completions:
            self.env["backflush.poster"].sudo()._post_completions(completions)
        self.filtered(lambda e: not e.production_id._backflush_policy())._set_memo()
        self._settle("resolved")
