from collections.abc import Callable
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.flush.flush_resolution import flush_method_field
from ..models.flush.stock_picking_type import SHORTAGE_PROFILES

ADMINISTRATOR = "backflush_costing.group_backflush_administrator"
ACCOUNTANT = "backflush_costing.group_cost_accountant"


class Change(NamedTuple):
    """One thing that the assistant is going to do.

    :param area: ``flow`` or ``costing``
    :param text: what changes, in words
    :param apply: does it, and returns the record to look at
    """

    area: str
    text: str
    apply: Callable


class BackflushSetupAssistant(models.TransientModel):
    """Set a plant up: choose, look at every change, then make them.

    What it is going to do is computed from what is there (:meth:`_changes`), so a
    second run changes nothing that a first one did. Flow settings need the role
    Administrator, costing needs Cost Accountant; whoever holds one of them sees
    and changes that part.
    """

    _name = "backflush.setup.assistant"
    _description = "Backflush Set-up Assistant"

    state = fields.Selection(
        [("choose", "Choose"), ("preview", "Review"), ("done", "Done")],
        default="choose",
        required=True,
        help="Step of the assistant.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        help="Company that is set up.",
    )
    can_flow = fields.Boolean(
        compute="_compute_roles", help="Whether the user may set up the flow."
    )
    can_cost = fields.Boolean(
        compute="_compute_roles", help="Whether the user may set up costing."
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Plant",
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self.env["stock.warehouse"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
        help="A plant is a warehouse.",
    )
    flush_method = flush_method_field(
        default="completion",
        help="How components are issued where neither bill of materials line, work "
        "centre nor product says otherwise. Concerns all plants of the company. "
        "Empty: stays as it is.",
    )
    shortage_profile = fields.Selection(
        SHORTAGE_PROFILES,
        default="park",
        help="What this plant's manufacturing does when a component is short. "
        "Empty: stays as it is.",
    )
    create_supermarket = fields.Boolean(
        "Supermarket",
        default=True,
        help="A location beside the stock from which the lines are refilled.",
    )
    is_supermarket_source = fields.Boolean(
        "Orders take from the supermarket",
        help="Makes the supermarket the components location of the plant's orders: "
        "what has no line side is taken from there instead of from the stock.",
    )
    workcenter_ids = fields.Many2many(
        "mrp.workcenter",
        string="Line Sides for",
        domain="[('company_id', 'in', (False, company_id))]",
        groups="mrp.group_mrp_user",
        help="Each of these work centres gets a line-side location beside the "
        "stock, from which the components of its operations are taken.",
    )
    is_costed = fields.Boolean(
        "Set Up Costing",
        default=lambda self: not self.env.user.has_group(ADMINISTRATOR),
        help="Journalise production by a costing policy. Without it Odoo values as "
        "it does now.",
    )
    policy_id = fields.Many2one(
        "backflush.costing.policy",
        "Existing Policy",
        domain="[('company_id', '=', company_id), ('trigger_set', '!=', 'none')]",
        default=lambda self: self._default_policy(),
        help="Empty: a new policy is made.",
    )
    policy_name = fields.Char(
        "New Policy",
        default=lambda self: self.env._("Backflush at completion"),
        help="Name of the new policy.",
    )
    component_categ_ids = fields.Many2many(
        "product.category",
        "backflush_setup_component_categ_rel",
        string="Components and Sub-assemblies",
        help="Categories whose products are kept on raw and in-process inventory.",
    )
    finished_categ_ids = fields.Many2many(
        "product.category",
        "backflush_setup_finished_categ_rel",
        string="Finished Goods",
        help="Categories whose products are kept on finished goods inventory.",
    )
    change_ids = fields.One2many(
        "backflush.setup.change",
        "assistant_id",
        "Changes",
        readonly=True,
        help="What is going to be changed, then what was.",
    )

    @api.model
    def _default_policy(self):
        if not self.env.user.has_group(ACCOUNTANT):
            return False
        return self.env["backflush.costing.policy"].search(
            [("company_id", "=", self.env.company.id), ("trigger_set", "!=", "none")],
            limit=1,
        )

    @api.depends_context("uid")
    def _compute_roles(self):
        self.can_flow = self.env.user.has_group(ADMINISTRATOR)
        self.can_cost = self.env.user.has_group(ACCOUNTANT)

    def action_preview(self):
        """Show what is going to be changed."""
        self._check_choice()
        self._write_changes([(change, None) for change in self._changes()])
        self.state = "preview"
        return self._reopen()

    def action_back(self):
        """Choose again."""
        self.change_ids.sudo().unlink()
        self.state = "choose"
        return self._reopen()

    def action_apply(self):
        """Make the changes, and list them with what they made."""
        self._check_choice()
        self._write_changes([(change, change.apply()) for change in self._changes()])
        self.state = "done"
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Up a Plant"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_choice(self):
        """Refuse choices that contradict each other, and users without a role."""
        self.ensure_one()
        if not (self.can_flow or self.can_cost):
            raise AccessError(
                self.env._("This needs the role Administrator or Cost Accountant.")
            )
        both = self.component_categ_ids & self.finished_categ_ids
        if self.is_costed and both:
            raise UserError(
                self.env._(
                    "%s: a category holds either components or finished goods.",
                    ", ".join(both.mapped("display_name")),
                )
            )

    def _write_changes(self, changes):
        """Write the list of ``(change, record or None)`` for the user to read."""
        self.change_ids.sudo().unlink()
        self.env["backflush.setup.change"].sudo().create(
            [
                {
                    "assistant_id": self.id,
                    "area": change.area,
                    "name": change.text,
                    "res_model": record._name if record else False,
                    "res_id": record.id if record else False,
                }
                for change, record in changes
            ]
        )

    # -- what is to be done ----------------------------------------------------

    def _changes(self):
        """What differs between the choice and what is there, in order.

        A room that adds choices extends this and appends its own changes.
        """
        self.ensure_one()
        changes = []
        if self.can_flow and self.warehouse_id:
            changes += self._profile_changes() + self._location_changes()
        if self.can_cost and self.is_costed:
            changes += self._costing_changes()
        return changes

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

    def _costing_changes(self):
        """The policy, its accounts, and the categories under it."""
        changes = []
        policy = self.policy_id
        name = policy.name or self.policy_name or self.env._("Backflush at completion")
        if not policy:
            changes.append(
                Change(
                    "costing",
                    self.env._(
                        "New costing policy %s, with accounts from the chart of "
                        "accounts or new ones",
                        name,
                    ),
                    self._ensure_policy,
                )
            )
        elif policy._backflush_lacks_accounts():
            changes.append(
                Change(
                    "costing",
                    self.env._("%s: accounts for the empty ones", name),
                    self._ensure_policy,
                )
            )
        for categories, role in (
            (self.component_categ_ids, "material"),
            (self.finished_categ_ids, "finished"),
        ):
            for category in categories.with_company(self.company_id):
                if (
                    policy
                    and category.property_backflush_policy_id == policy
                    and (category.property_backflush_role == role)
                ):
                    continue
                changes.append(self._category_change(category, role, name))
        return changes

    def _category_change(self, category, role, policy_name):
        """Put a category under the policy; the policy configures the rest."""
        accounts = {
            "material": self.env._("raw and in-process inventory"),
            "finished": self.env._("finished goods inventory"),
        }
        text = self.env._(
            "%(category)s: costed by %(policy)s, on %(account)s",
            category=category.display_name,
            policy=policy_name,
            account=accounts[role],
        )
        # The role says who may decide on costing; categories belong to others.
        return Change(
            "costing",
            text,
            lambda: self._set(
                category.sudo(),
                {
                    "property_backflush_policy_id": self._ensure_policy().id,
                    "property_backflush_role": role,
                },
            ),
        )

    # -- doing it ----------------------------------------------------------------

    def _set(self, record, vals):
        record.write(vals)
        return record

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

    def _ensure_policy(self):
        """The chosen policy, or a new one; with every account it needs."""
        if not self.policy_id:
            self.policy_id = self.env["backflush.costing.policy"].create(
                {
                    "name": self.policy_name or self.env._("Backflush at completion"),
                    "company_id": self.company_id.id,
                }
            )
        if self.policy_id._backflush_lacks_accounts():
            self.policy_id.action_propose_accounts()
        return self.policy_id

    def _label(self, name):
        """The chosen value of a selection, in words."""
        return dict(self._fields[name]._description_selection(self.env))[self[name]]
