from odoo import models

from .backflush_setup_assistant import Change


class BackflushSetupAssistant(models.TransientModel):
    """What the assistant does for the flow: method, profile, locations."""

    _inherit = "backflush.setup.assistant"

    def _profile_changes(self):
        """Flush method of the company, shortage profile of the plant's orders."""
        changes = []
        company = self.company_id.sudo()
        if self.flush_method and company.flush_method != self.flush_method:
            method = self._label("flush_method")
            changes.append(
                Change(
                    "flow",
                    self.env._(
                        "Flush method of %(company)s: %(method)s",
                        company=company.name,
                        method=method,
                    ),
                    lambda: self._set(company, {"flush_method": self.flush_method}),
                )
            )
        for kind in self._operation_types():
            if self.shortage_profile and kind.shortage_profile != self.shortage_profile:
                changes.append(
                    Change(
                        "flow",
                        self.env._(
                            "Shortages in %(type)s: %(profile)s",
                            type=kind.display_name,
                            profile=self._label("shortage_profile"),
                        ),
                        lambda kind=kind: self._set(
                            kind, {"shortage_profile": self.shortage_profile}
                        ),
                    )
                )
        return changes

    def _location_changes(self):
        """Storage locations, supermarket, and a line side per work centre."""
        changes = []
        centers = self.workcenter_ids.filtered(lambda w: not w.backflush_location_id)
        if self.create_supermarket or centers:
            changes += self._multi_location_changes()
        if self.create_supermarket:
            changes += self._supermarket_changes()
        return changes + [self._line_side_change(center) for center in centers]

    def _multi_location_changes(self):
        """Odoo hides locations until storage locations are switched on."""
        group = self.env.ref("stock.group_stock_multi_locations")
        users = self.env.ref("base.group_user").sudo()
        if group in users.all_implied_ids:
            return []

        def switch_on():
            users._apply_group(group)
            self.env["stock.warehouse"].sudo().search([]).int_type_id.active = True
            for name in ("tree2", "form"):
                view = self.env.ref(f"stock.stock_location_view_{name}_editable", False)
                if view:
                    view.sudo().active = False
            return self.warehouse_id

        return [
            Change("flow", self.env._("Storage locations are switched on"), switch_on)
        ]

    def _supermarket_changes(self):
        """The supermarket, and whether orders take components from it."""
        name = self.env._("Supermarket")
        changes = []
        if not self._find_location(name):
            changes.append(
                Change(
                    "flow",
                    self.env._("New location %s", self._location_path(name)),
                    lambda: self._ensure_location(name),
                )
            )
        for kind in self._operation_types() if self.is_supermarket_source else ():
            if kind.default_location_src_id != self._find_location(name) or changes:
                changes.append(
                    Change(
                        "flow",
                        self.env._(
                            "%(type)s takes components from %(location)s",
                            type=kind.display_name,
                            location=self._location_path(name),
                        ),
                        lambda kind=kind: self._set(
                            kind,
                            {"default_location_src_id": self._ensure_location(name).id},
                        ),
                    )
                )
        return changes

    def _line_side_change(self, center):
        """A location of its own, from which the work centre is supplied."""
        name = self.env._("Line %s", center.name)
        if self._find_location(name):
            text = self.env._(
                "%(workcenter)s takes components from %(location)s",
                workcenter=center.name,
                location=self._location_path(name),
            )
        else:
            text = self.env._(
                "New location %(location)s, from which %(workcenter)s takes components",
                workcenter=center.name,
                location=self._location_path(name),
            )
        return Change(
            "flow",
            text,
            lambda: self._set(
                center, {"backflush_location_id": self._ensure_location(name).id}
            ),
        )

    def _operation_types(self):
        """The plant's manufacturing operation types."""
        return self.env["stock.picking.type"].search(
            [
                ("warehouse_id", "=", self.warehouse_id.id),
                ("code", "=", "mrp_operation"),
            ]
        )

    def _location_path(self, name):
        return f"{self.warehouse_id.view_location_id.display_name}/{name}"

    def _find_location(self, name):
        """The plant's location of that name beside its stock, if it is there."""
        return self.env["stock.location"].search(
            [
                ("location_id", "=", self.warehouse_id.view_location_id.id),
                ("name", "=", name),
                ("usage", "=", "internal"),
            ],
            limit=1,
        )

    def _ensure_location(self, name):
        """Find or create a location beside the stock: deliveries don't reserve it."""
        return self._find_location(name) or self.env["stock.location"].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": self.warehouse_id.view_location_id.id,
                "company_id": self.company_id.id,
            }
        )
