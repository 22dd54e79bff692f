from odoo import models
from odoo.exceptions import RedirectWarning, UserError
from odoo.tools.misc import formatLang

from ...engine.numbers import ZERO, exact

SUPERVISOR = "backflush_costing.group_backflush_supervisor"
# Workorders of this call that a supervisor lets start without their units.
ALLOWED = "backflush_start.allowed"


class MrpWorkorder(models.Model):
    """An operation starts when the units that it uses from are mounted."""

    _inherit = "mrp.workorder"

    def button_start(self, raise_on_invalid_state=False):
        """Refuse, naming what is missing, before anything is issued."""
        allowed = self.env.cr.cache.get(ALLOWED, ())
        for workorder in self:
            if workorder.id not in allowed and workorder._backflush_checks_start():
                workorder._backflush_check_units_mounted()
        return super().button_start(raise_on_invalid_state)

    def action_backflush_start_anyway(self, reason):
        """Start these operations though units are missing, as a supervisor.

        :param str reason: why, in words; kept on the order
        :return: True
        """
        self.env["backflush.error"]._check_role(SUPERVISOR)
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why the operation starts without them."))
        allowed = self.env.cr.cache.setdefault(ALLOWED, set())
        allowed.update(self.ids)
        try:
            for workorder in self:
                lacking = workorder._backflush_lacking_units()
                if lacking:
                    workorder.production_id.message_post(
                        body=self.env._(
                            "%(operation)s started without what it uses from: "
                            "%(lacking)s Reason: %(reason)s",
                            operation=workorder.name,
                            lacking=" ".join(lacking),
                            reason=reason,
                        )
                    )
            self.button_start()
        finally:
            allowed.difference_update(self.ids)
        return True

    def _backflush_checks_start(self):
        """Whether units are checked at all when this operation starts."""
        return bool(
            self.company_id.backflush_start_check
            and self.state not in ("done", "cancel")
            and not self.is_user_working
            and not self.production_id.picking_type_id.backflush_excluded
        )

    def _backflush_check_units_mounted(self):
        """Refuse if a unit is missing; show a supervisor the way round."""
        lacking = self._backflush_lacking_units()
        if not lacking:
            return
        message = self.env._(
            "%(operation)s of %(order)s cannot start on %(center)s:\n%(lacking)s",
            operation=self.name,
            order=self.production_id.name,
            center=self.workcenter_id.name,
            lacking="\n".join(lacking),
        )
        has_screen = self.env["backflush.question"]._has_user_interface()
        if has_screen and self.env.user.has_group(SUPERVISOR):
            action = self.env.ref("backflush_costing.action_backflush_start_anyway").id
            raise RedirectWarning(
                message,
                action,
                self.env._("Start Anyway…"),
                {"active_ids": self.ids, "active_model": self._name},
            )
        raise UserError(message)

    def _backflush_lacking_units(self):
        """One sentence for each component whose units are not ready."""
        self.ensure_one()
        sentences = []
        for move in self._backflush_unit_components():
            sentence = self._backflush_lacking(move)
            if sentence:
                sentences.append(sentence)
        return sentences

    def _backflush_unit_components(self):
        """Components that this operation uses from handling units.

        Those without an operation of their own are there when the first one starts.
        """
        order = self.production_id
        first = order.workorder_ids.sorted(lambda w: (w.sequence, w.id))[:1]
        return order.move_raw_ids.filtered(
            lambda m: (
                m._backflush_is_reported()
                and m.state not in ("done", "cancel")
                and (m.workorder_id or first) == self
            )
        )

    def _backflush_lacking(self, move):
        """What is wrong with the units for one component; nothing: False."""
        product, center = move.product_id, self.workcenter_id
        units = center.sudo().backflush_unit_ids.filtered(
            lambda u: (
                not u.backflush_emptied and product in u._backflush_stock().product_id
            )
        )
        if not units:
            return self.env._(
                "%(product)s: no handling unit with it is mounted. Mount one.",
                product=product.display_name,
            )
        lots = move.move_line_ids.lot_id
        free = {}
        for unit in units._backflush_units():
            free |= unit._backflush_free_stock(product)
        right = {q: n for q, n in free.items() if not lots or q.lot_id in lots}
        if lots and not right:
            return self.env._(
                "%(product)s: lot %(found)s in %(units)s, %(lots)s is asked for. Mount "
                "that one.",
                product=product.display_name,
                units=", ".join(units.mapped("name")),
                found=", ".join({q.lot_id.name or "-" for q in free}),
                lots=", ".join(lots.mapped("name")),
            )
        return self._backflush_too_little(move, units, sum(right.values(), ZERO))

    def _backflush_too_little(self, move, units, content):
        """What to say if the mounted units do not hold enough; False if they do."""
        needed = self._backflush_needed_content(move)
        own = move.product_id.uom_id
        if own.compare(float(content), float(needed)) >= 0:
            return False
        return self.env._(
            "%(product)s: %(content)s %(unit)s in %(units)s, %(needed)s %(unit)s are "
            "needed. Mount another one beside it.",
            product=move.product_id.display_name,
            units=", ".join(units.mapped("name")),
            content=formatLang(self.env, float(content), dp="Product Unit"),
            needed=formatLang(self.env, float(needed), dp="Product Unit"),
            unit=own.name,
        )

    def _backflush_needed_content(self, move):
        """What the units must hold: for the job, or for the time that is set.

        The time is one of the whole job's, whatever has been used of it by now.
        """
        whole = exact(move._backflush_demand_quantity())
        left = max(whole - exact(move._backflush_reported_before()), ZERO)
        company = self.company_id
        if company.backflush_start_check == "time" and self.duration_expected:
            part = company.backflush_start_minutes / self.duration_expected
            return min(left, whole * exact(part))
        return left
