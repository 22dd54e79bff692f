from odoo import models
from odoo.tools.misc import formatLang

from .backflush_setup_assistant import Change


class BackflushSetupAssistant(models.TransientModel):
    """What the assistant does about lots that nobody names, and about tolerances."""

    _inherit = "backflush.setup.assistant"

    def _check_changes(self):
        """Lot picking and tolerances of the plant's manufacturing."""
        changes = []
        for kind in self._operation_types():
            for text, vals in self._check_settings():
                if any(kind[name] != value for name, value in vals.items()):
                    changes.append(self._check_change(kind, text, vals))
        return changes

    def _check_change(self, kind, text, vals):
        return Change(
            "flow",
            self.env._("%(type)s: %(setting)s", type=kind.display_name, setting=text),
            lambda: self._set(kind, vals),
        )

    def _check_settings(self):
        """Yield ``(in words, values)`` of what was chosen for operation types."""
        if self.lot_picking:
            picking = self._label("lot_picking")
            yield (
                self.env._("lots that nobody names: %s", picking),
                {"backflush_lot_picking": self.lot_picking},
            )
        if self.component_tolerance_rule:
            yield self._component_setting()
        if self.quantity_tolerance_rule:
            yield self._quantity_setting()

    def _component_setting(self):
        """How far a component may be from what is required."""
        if self.component_tolerance_rule == "none":
            text = self.env._("component quantities are not checked")
            return text, {"component_tolerance_rule": "none"}
        text = self.env._(
            "components up to %s%% above and below what is required",
            self._percent(self.component_tolerance),
        )
        return text, {
            "component_tolerance_rule": "percent",
            "component_tolerance": self.component_tolerance,
        }

    def _quantity_setting(self):
        """How far the produced quantity may be from the order's."""
        if self.quantity_tolerance_rule == "none":
            text = self.env._("produced quantities are not checked")
            return text, {"quantity_tolerance_rule": "none"}
        text = self.env._(
            "produced quantity up to %(over)s%% above and %(under)s%% below the order",
            over=self._percent(self.quantity_tolerance_over),
            under=self._percent(self.quantity_tolerance_under),
        )
        return text, {
            "quantity_tolerance_rule": "percent",
            "quantity_tolerance_over": self.quantity_tolerance_over,
            "quantity_tolerance_under": self.quantity_tolerance_under,
        }

    def _percent(self, number):
        return formatLang(self.env, number, digits=2)
