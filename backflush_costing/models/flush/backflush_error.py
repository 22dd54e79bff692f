from odoo import Command, fields, models
from odoo.exceptions import UserError

from ...engine.allocation import Requirement, allocate
from ...engine.numbers import exact


class BackflushError(models.Model):
    _inherit = "backflush.error"

    confirmation_line_id = fields.Many2one(
        "backflush.confirmation.line", readonly=True, index="btree_not_null",
        ondelete="restrict", help="Component of the confirmation that is missing.",
    )
    confirmation_id = fields.Many2one(
        related="confirmation_line_id.confirmation_id", store=True,
        index="btree_not_null", help="Confirmation of the completed order.",
    )
    flush_free_quantity = fields.Float(
        "Free Now", digits="Product Unit", compute="_compute_flush_free_quantity",
        help="What is free at the backflush location now: what a retry can issue.",
    )

    def _compute_flush_free_quantity(self):
        for error in self:
            quants = error._quants(error.location_id)
            error.flush_free_quantity = sum(
                max(quant.quantity - quant.reserved_quantity, 0.0) for quant in quants
            )

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
                    "record.", location.display_name,
                )
            )
        errors = self.sorted(lambda e: (e.event_date, e.id)).sudo()
        errors._reissue(location, lot_id, package_id)
        return True

    def _retry(self):
        """Issue after all what is free at the backflush location now."""
        for company, errors in self.grouped("company_id").items():
            errors.with_company(company)._reissue()
        return super()._retry()

    def _reissue(self, location=None, lot_id=None, package_id=None):
        """Work records of one company off from stock, in their order."""
        where = {error: location or error.location_id for error in self}
        self._acquire_stock(where)
        quants = {
            error: error._quants(where[error], lot_id, package_id) for error in self
        }
        stock = self.env["stock.quant"].union(*quants.values())
        result = allocate(
            [
                Requirement(
                    error.id, exact(error.quantity_open), tuple(quants[error].ids)
                )
                for error in self
            ],
            {q.id: exact(q.quantity) - exact(q.reserved_quantity) for q in stock},
        )
        issued = self.filtered(lambda error: result[error.id].draws)
        for error in issued:
            error._issue(result[error.id], where[error])
        issued._post_work_off()

    def _acquire_stock(self, where):
        """Take the lock of all stock that these records can draw from."""
        keys = {(e.product_id.id, location.id) for e, location in where.items()}
        for error, location in where.items():
            keys |= {
                (quant.product_id.id, quant.location_id.id)
                for quant in error._quants(location)
            }
        self.env["backflush.stock.lock"]._acquire(keys)

    def _quants(self, location, lot_id=None, package_id=None):
        """Own stock of the component in ``location``, oldest first."""
        domain = [
            ("product_id", "=", self.product_id.id),
            ("location_id", "child_of", location.id),
            ("owner_id", "=", False),
        ]
        if lot_id or self.lot_id:
            domain.append(("lot_id", "=", lot_id or self.lot_id.id))
        if package_id or self.package_id:
            domain.append(("package_id", "=", package_id or self.package_id.id))
        return self.env["stock.quant"].sudo().search(domain, order="in_date, id")

    def _issue(self, allocation, location):
        """Issue to the finished order, and extend the genealogy by it."""
        order = self.production_id
        move = self.env["stock.move"].create(self._issue_vals(allocation, location))
        move._action_confirm(merge=False, create_proc=False)
        quants = self.env["stock.quant"].browse(q for q, _n in allocation.draws)
        move._backflush_set_draws(allocation.draws, quants)
        move.picked = True
        move._action_done()
        move.backflush_confirmation_line_id = self.confirmation_line_id
        self.quantity_issued += float(allocation.issued)
        order.move_finished_ids.move_line_ids.consume_line_ids = [
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
            "flush_rule": "move:move",
            "flush_method": "manual",
            "additional": True,
        }

    def _post_work_off(self):
        """Release suspense against inventory, and close what is worked off."""
        completions = []
        for production, errors in self.grouped("production_id").items():
            if production._backflush_policy():
                moves = errors.confirmation_line_id.move_ids.filtered(
                    lambda m: m.state == "done"
                )
                completions.append(
                    production._backflush_completion(moves, errors, None)
                )
        if completions:
            self.env["backflush.poster"].sudo()._post_completions(completions)
        self.filtered(lambda e: not e.production_id._backflush_policy())._set_memo()
        self._settle("resolved")
