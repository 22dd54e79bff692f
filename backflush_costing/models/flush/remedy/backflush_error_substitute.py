from odoo import Command, fields, models
from odoo.exceptions import UserError

from ....engine.allocation import Requirement, allocate
from ....engine.numbers import ZERO, exact
from .backflush_error_correct import SUPERVISOR


class BackflushError(models.Model):
    """Another component was used: it is issued, within an approval."""

    _inherit = "backflush.error"

    def action_substitute(
        self, product_id, quantity, uom_id=None, location_id=None, lot_id=None
    ):
        """Issue an approved substitute instead of what is open, or of a part of it.

        :param int product_id: the substitute
        :param float quantity: how much of it was used, in ``uom_id``
        :param int uom_id: unit of ``quantity``; the substitute's own where empty
        :param int location_id: where it was taken from; where the order takes it
            from, where empty
        :param int lot_id: its lot, where it is tracked
        :return: True; what it does not stand for stays open
        :raises UserError: without an approval that covers it, if it stands for more
            than is open, or if less is free
        """
        self._check_role(SUPERVISOR)
        self._check_open()
        self._check_components()
        self.ensure_one()
        substitute = self.env["product.product"].browse(product_id)
        used = self._in_own_unit(quantity, uom_id, substitute)
        if substitute.uom_id.compare(used, 0.0) <= 0:
            raise UserError(self.env._("Enter how much of the substitute was used."))
        self.env["stock.location"].browse(location_id or []).check_access("read")
        error = self.sudo().with_company(self.company_id)
        place = error._substitute_place(substitute.sudo(), location_id)
        error._acquire_substitute(substitute.sudo(), place)
        error._check_open()
        deviation = error._approval(substitute.sudo(), used)
        error._use_substitute(deviation, used, place, lot_id)
        return True

    def _approval(self, substitute, used):
        """The approved deviation that covers ``used`` of the substitute.

        :raises UserError: if there is none, naming why
        """
        deviation, refusals = self._find_approval(substitute, used)
        if deviation:
            return deviation
        raise UserError(
            self.env._(
                "No approved deviation lets %(substitute)s be used instead of "
                "%(product)s for %(name)s. Have one approved. %(why)s",
                substitute=substitute.display_name,
                product=self.product_id.display_name,
                name=self.name,
                why="; ".join(refusals),
            ).strip()
        )

    def _find_approval(self, substitute, used):
        """``(approved deviation that covers it, why others do not)``."""
        deviations = self.env["backflush.deviation"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "substitution"),
                ("state", "=", "approved"),
                ("product_id", "=", self.product_id.id),
                ("substitute_id", "=", substitute.id),
            ],
            order="date_requested, id",
        )
        move = self.confirmation_line_id.move_id.with_context(
            backflush_event_time=min(self.event_date, fields.Datetime.now())
        )
        refusals = []
        for deviation in deviations:
            refusal = deviation._refusal(move) or self._too_much(deviation, used)
            if not refusal:
                return deviation, refusals
            refusals.append(f"{deviation.name}: {refusal}")
        return deviations.browse(), refusals

    def _too_much(self, deviation, used):
        """Why the approval does not cover ``used``, in words; or False."""
        replaced = deviation._replaced_by(used, deviation.substitute_id.uom_id)
        unit = self.uom_id
        if deviation.quantity:
            left = float(deviation._left_of_component())
            if unit.compare(replaced, left) > 0:
                return self.env._(
                    "%(left)s %(unit)s may still be replaced", left=left, unit=unit.name
                )
        # A unit of the substitute that cannot be divided may be more than is needed.
        needed = deviation._substitute_quantity(self.quantity_open, unit)
        own = deviation.substitute_id.uom_id
        needed = deviation.substitute_uom_id._compute_quantity(needed, own)
        if own.compare(used, needed) > 0:
            return self.env._(
                "%(open)s %(unit)s are open, %(needed)s %(own)s stand for that",
                open=self.quantity_open,
                unit=unit.name,
                needed=needed,
                own=own.name,
            )
        return False

    def _substitute_place(self, substitute, location_id):
        """Where the substitute is taken from."""
        if location_id:
            place = self.env["stock.location"].browse(location_id)
            if place.usage != "internal" or place.company_id != self.company_id:
                raise UserError(
                    self.env._(
                        "%s is not an internal location of the company of the error "
                        "record.",
                        place.display_name,
                    )
                )
            return place
        issue = self.confirmation_line_id.move_id
        rule = self.production_id._backflush_rule(
            substitute, self.env["mrp.bom.line"], issue.operation_id.id
        )
        place = self.env["stock.location"].browse(rule["location_id"])
        if place == self.production_id.location_src_id:
            return self.location_id
        return place

    def _substitute_stock(self, substitute, place, lot_id=None):
        """Quants that the substitute can be taken from, in the order of taking."""
        domain = [
            ("product_id", "=", substitute.id),
            ("location_id", "child_of", place.id),
            ("location_id.backflush_is_blocked", "=", False),
            *self._owner_domain(),
        ]
        if lot_id or substitute.tracking != "none":
            domain.append(("lot_id", "=", lot_id or -1))
        stock = self.env["stock.quant"].search(domain, order="in_date, id")
        return self._drawable(stock._backflush_own_first())

    def _acquire_substitute(self, substitute, place):
        """Queue for the stock of the substitute, and for the record's own."""
        keys = self._substitute_keys(substitute, place)
        self.env["backflush.stock.lock"]._acquire(keys)

    def _substitute_keys(self, substitute, place):
        """``(product id, location id)`` of that stock."""
        stock = self.env["stock.quant"].search(
            [("product_id", "=", substitute.id), ("location_id", "child_of", place.id)]
        )
        keys = {(substitute.id, place.id), (self.product_id.id, self.location_id.id)}
        return keys | {(substitute.id, quant.location_id.id) for quant in stock}

    def _use_substitute(self, deviation, used, place, lot_id):
        """Issue it, and document both sides of the exchange."""
        substitute = deviation.substitute_id
        result = self._draw_substitute(substitute, used, place, lot_id)
        if result.missing > ZERO:
            raise UserError(
                self.env._(
                    "%(free)s %(unit)s of %(product)s are free at %(place)s, "
                    "%(used)s are asked for.",
                    free=float(result.issued),
                    unit=deviation.substitute_id.uom_id.name,
                    product=deviation.substitute_id.display_name,
                    place=place.display_name,
                    used=used,
                )
            )
        move = self._issue_substitute(deviation, used, place, result)
        replaced = self._document_substitute(deviation, used, move)
        said = self._as_remedy("substitute", stock_move_id=move.id)
        said.quantity_substituted += replaced
        self._post_substitute(deviation, used, replaced, move)

    def _draw_substitute(self, substitute, used, place, lot_id):
        """Hook: what ``used`` of the substitute is drawn from, and lacks."""
        stock = self._substitute_stock(substitute, place, lot_id)
        wanted = Requirement(self.id, exact(used), tuple(stock.ids))
        free = {quant.id: number for quant, number in stock._backflush_free().items()}
        return allocate([wanted], free)[self.id]

    def _issue_substitute(self, deviation, used, place, result):
        """A done component line of the order that the substitute left stock by."""
        component = self.confirmation_line_id.move_id
        values = {
            **self._issue_vals(result, place),
            "product_id": deviation.substitute_id.id,
            "product_uom": deviation.substitute_id.uom_id.id,
            "product_uom_qty": used,
            "bom_line_id": False,
            "backflush_deviation_id": deviation.id,
            "backflush_substituted_move_id": component.id,
        }
        move = self.env["stock.move"].create(values)
        move._action_confirm(merge=False, create_proc=False)
        quants = self.env["stock.quant"].browse(q for q, _n in result.draws)
        move._backflush_set_draws(result.draws, quants)
        move.picked = True
        move._action_done()
        finished = self.production_id.move_finished_ids.move_line_ids
        finished.consume_line_ids = [
            Command.link(line.id) for line in move.move_line_ids
        ]
        return move

    def _document_substitute(self, deviation, used, move):
        """Lines of the confirmation, and what the approval explains of them.

        :return: what the substitute stands for, in the component's unit
        """
        replaced = deviation._replaced_by(used, deviation.substitute_id.uom_id)
        replaced = min(self.uom_id.round(replaced), self.quantity_open)
        component = self.confirmation_line_id
        line = component.create(
            {
                "confirmation_id": component.confirmation_id.id,
                "product_id": deviation.substitute_id.id,
                "move_id": move.id,
                "location_id": move.location_id.id,
                "deviation_quantity": used,
                "flush_method": move.flush_method,
                "flush_rule": move.flush_rule,
                "explanation": move.flush_explanation,
            }
        )
        move.backflush_confirmation_line_id = line
        component.deviation_quantity -= replaced
        uses = self.env["backflush.deviation.use"]
        uses._make(deviation, line, exact(used))
        uses._make(deviation, component, -exact(replaced))
        # Whoever else draws on the same approval at this moment must see it.
        deviation.date_applied = fields.Datetime.now()
        deviation._close_exhausted()
        return replaced

    def _post_substitute(self, deviation, used, replaced, move):
        """Suspense is released; what the substitute costs more is substitution."""
        order = self.production_id
        if order._backflush_policy():
            due = self.confirmation_id._due
            products = {
                deviation.substitute_id.with_company(self.company_id): due(used),
                self.product_id.with_company(self.company_id): -due(replaced),
            }
            completion = order._backflush_completion(move, self, None)
            self.env["backflush.poster"]._post_completions(
                [completion._replace(deviations={"substitution": products})]
            )
        else:
            self._set_memo()
        self._settle("resolved")
