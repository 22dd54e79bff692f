from odoo import Command, fields, models
from odoo.exceptions import UserError

from ...engine.numbers import ZERO, exact
from ...said import Said
from .stock_move import OWN_MOVES
from .stock_package_empty import SUPERVISOR


class BackflushHandlingUnitLog(models.Model):
    """What the books held and nobody used: out of stock, to an account of its cause."""

    _inherit = "backflush.handling.unit.log"

    def action_confirm(self):
        """Say that a residue above the limits is right: it leaves stock now."""
        self.env["backflush.error"]._check_role(SUPERVISOR)
        self.check_access("read")
        for log in self.sudo().filtered(lambda log: log.state == "waiting"):
            if log.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Who reported the residue does not confirm it: ask another "
                        "supervisor."
                    )
                )
            unit = log.package_id
            products = unit._backflush_products(log.life)
            unit._backflush_acquire_history(products, life=log.life)
            if log.state == "waiting":
                log.state = "done"
                unit._backflush_balance_all(products, log.life)
        return True

    def _issue_residue(self, product, quantity):
        """Take ``quantity`` of the residue out of stock and post it."""
        if self.state == "waiting":
            return
        draws, left = [], quantity
        for quant, free in self.package_id._backflush_free_stock(product).items():
            part = min(left, free)
            if part > ZERO:
                draws.append((quant, part))
                left -= part
        self._move_residue(product, draws)

    def _move_residue(self, product, draws):
        """One movement per place out of the unit.

        :param draws: ``[(quant, exact quantity)]``
        """
        moves = self.env["stock.move"]
        company = self.company_id
        loss = product.with_company(company).property_stock_inventory
        for quant, quantity in draws:
            moves |= moves.create(
                self._residue_vals(product, quantity, quant.location_id, loss)
                | {
                    "move_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_id": product.uom_id.id,
                                "quantity": float(quantity),
                                "lot_id": quant.lot_id.id,
                                "package_id": quant.package_id.id,
                                "owner_id": quant.owner_id.id,
                                "location_id": quant.location_id.id,
                                "location_dest_id": loss.id,
                            }
                        )
                    ]
                }
            )
        self._finish_residue(moves)

    def _return_residue(self, product, quantity):
        """Bring ``quantity`` of the residue back into the unit and post it."""
        moves = self.env["stock.move"]
        issues = self.move_ids.filtered(
            lambda m: (
                m.product_id == product
                and m.state == "done"
                and not m.origin_returned_move_id
            )
        )
        for issue in issues.sorted("id", reverse=True):
            taken = issue._backflush_take(quantity, issue._backflush_left_by_line())
            for line, number in taken:
                quantity -= exact(number)
                moves |= moves.create(self._residue_return_vals(issue, line, number))
        self._finish_residue(moves)

    def _residue_vals(self, product, quantity, source, target):
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": float(quantity),
            "location_id": source.id,
            "location_dest_id": target.id,
            "company_id": self.company_id.id,
            "procure_method": "make_to_stock",
            "origin": self.package_id.name,
            "backflush_unit_log_id": self.id,
        }

    def _residue_return_vals(self, issue, line, quantity):
        stock = line.package_id._backflush_stock()
        place = stock.location_id[:1] or line.location_id
        vals = self._residue_vals(
            issue.product_id, quantity, line.location_dest_id, place
        )
        return {
            **vals,
            "origin_returned_move_id": issue.id,
            "move_line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_uom_id": line.product_id.uom_id.id,
                        "quantity": quantity,
                        "lot_id": line.lot_id.id,
                        "owner_id": line.owner_id.id,
                        "result_package_id": line.package_id.id,
                        "location_id": line.location_dest_id.id,
                        "location_dest_id": place.id,
                    }
                )
            ],
        }

    def _finish_residue(self, moves):
        """Carry the movements out on the day of the report, and post them."""
        if not moves:
            return
        moves.reference = self.package_id.name
        moves._action_confirm(merge=False, create_proc=False)
        moves.picked = True
        moves.with_context(**{OWN_MOVES: Said(True)})._action_done()
        for product, own in moves.grouped("product_id").items():
            moment = {"date": self._moment(product)}
            own.write(moment)
            own.move_line_ids.write(moment)
        moves._backflush_post_residue()

    def _posting_date(self, policy):
        """Day of the report in the plant's time zone; today, once that is closed."""
        if self._is_closed(policy):
            return self.company_id._backflush_today()
        return self._day()

    def _day(self):
        """Day that the report belongs to."""
        return self.env["backflush.shift"]._of(self.company_id, self.date_event)[1]

    def _is_closed(self, policy):
        """Whether nothing is posted on the day of the report any more."""
        journal = policy._journal()
        return bool(
            self.company_id._get_violated_lock_dates(self._day(), False, journal)
        )

    def _moment(self, product):
        """When the residue of a product moves: on the day of its entry."""
        policy = product.with_company(self.company_id)._backflush_policy()
        if policy and self._is_closed(policy):
            return fields.Datetime.now()
        end = self.company_id._backflush_end_of_day(self._day())
        return min(self.date_event, end)
