from collections.abc import Callable
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.flush.lot.flush_lot_picking import lot_picking_field
from ..models.flush.resolution.flush_resolution import flush_method_field
from ..models.flush.resolution.stock_picking_type import SHORTAGE_PROFILES
from ..models.flush.tolerance.flush_tolerance import settings_fields

ADMINISTRATOR = "backflush_costing.group_backflush_administrator"
ACCOUNTANT = "backflush_costing.group_cost_accountant"
TOLERANCES = settings_fields("Empty: stays as it is.")


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
        "center nor product says otherwise. Concerns all plants of the company. "
        "Empty: stays as it is.",
    )
    shortage_profile = fields.Selection(
        SHORTAGE_PROFILES,
        default="park",
        help="What this plant's manufacturing does when a component is short. "
        "Empty: stays as it is.",
    )
    lot_picking = lot_picking_field("Empty: stays as it is.")
    component_tolerance_rule = TOLERANCES["component_tolerance_rule"]
    component_tolerance = TOLERANCES["component_tolerance"]
    quantity_tolerance_rule = TOLERANCES["quantity_tolerance_rule"]
    quantity_tolerance_over = TOLERANCES["quantity_tolerance_over"]
    quantity_tolerance_under = TOLERANCES["quantity_tolerance_under"]
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
        help="Each of these work centers gets a line-side location beside the "
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
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._("%s is not one of your companies.", self.company_id.name)
            )
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
            changes += self._profile_changes() + self._check_changes()
            changes += self._location_changes()
        if self.can_cost and self.is_costed:
            changes += self._costing_changes()
        return changes

    # -- doing it ----------------------------------------------------------------

    def _set(self, record, vals):
        record.write(vals)
        return record

    def _label(self, name):
        """The chosen value of a selection, in words."""
        return dict(self._fields[name]._description_selection(self.env))[self[name]]
