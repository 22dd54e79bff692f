from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..engine.numbers import exact
from ..models.flush.remedy.backflush_error_correct import ACCOUNTANT, SUPERVISOR

KINDS = [
    ("retry", "Retry"),
    ("issue_from", "Issue from elsewhere"),
    ("substitute", "Use a substitute"),
    ("correct", "Correct the quantity"),
    ("lot", "Name the lot"),
    ("count", "Ask for a count"),
    ("transfer", "Transfer from a store"),
    ("reject", "Reject the report"),
]
#: Who may do it; the rest is for supervisors.
ROLES = {"correct": ACCOUNTANT}
#: Records that the form shows the effect on.
SHOWN = 100
#: Records that the answer names as still open.
NAMED = 5


class BackflushRemedy(models.TransientModel):
    """Do something about one error record or many, and see before what it does."""

    _name = "backflush.remedy"
    _description = "Remedy of Error Records"
    _inherit = ["backflush.error.choice"]

    kind = fields.Selection(
        KINDS, "Remedy", required=True, default="retry", help="What is done."
    )
    offered_kinds = fields.Json(
        compute="_compute_offered_kinds",
        help="Remedies that fit one of the records, and that the user may use.",
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_component", help="Company of the records."
    )
    component_id = fields.Many2one(
        "product.product",
        compute="_compute_component",
        help="The component; empty where the records are about several.",
    )
    product_id = fields.Many2one(
        "product.product",
        "Substitute",
        domain="[('id', 'in', allowed_product_ids)]",
        help="Approved component that was used instead.",
    )
    allowed_product_ids = fields.Many2many(
        "product.product",
        compute="_compute_component",
        help="Substitutes of approved deviations for the component.",
    )
    has_many = fields.Boolean(
        compute="_compute_component", help="Whether it is about several records."
    )
    quantity = fields.Float(
        digits="Product Unit",
        help="Of a substitute: how much of it was used; for several records it is what "
        "stands for all that is open. Of a correction: what is really open.",
    )
    uom_id = fields.Many2one(
        "uom.uom", "Unit", help="Unit of the quantity; empty: the product's own."
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        domain="[('product_id', 'in', (component_id, product_id))]",
        help="Lot or serial number that was used.",
    )
    location_id = fields.Many2one(
        "stock.location",
        "From",
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Store, or place of the substitute. Empty: the usual one.",
    )
    package_id = fields.Many2one(
        "stock.package",
        "Handling Unit",
        help="Handling unit that it is taken from. Empty: any.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Counted By",
        domain="[('share', '=', False)]",
        help="Who is asked to count.",
    )
    reason = fields.Char(help="Why, in words.")
    line_ids = fields.One2many(
        "backflush.remedy.line",
        "remedy_id",
        "Effect",
        compute="_compute_line_ids",
        help="What the remedy would do to each record now.",
    )

    @api.model
    def default_get(self, fields_list):
        """The likeliest remedy of these records that the user may use."""
        values = super().default_get(fields_list)
        offered = self._offered(self._opened_from())
        if "default_kind" not in self.env.context and offered:
            values["kind"] = offered[0]
        return values

    @api.model
    def _offered(self, errors):
        """Kinds of remedies that fit one of these at least, for this user."""
        cases = errors.grouped(lambda e: (e.cause, e._is_failure(), e._is_open()))
        fit = {code for some in cases.values() for code in some[0]._remedies()}
        user = self.env.user
        may = {role: user.has_group(role) for role in (SUPERVISOR, ACCOUNTANT)}
        return [
            kind
            for kind, _words in KINDS
            if kind in fit and may[ROLES.get(kind, SUPERVISOR)]
        ]

    @api.depends("error_ids")
    def _compute_offered_kinds(self):
        for remedy in self:
            remedy.offered_kinds = remedy._offered(remedy.error_ids._origin)

    @api.depends("error_ids")
    def _compute_component(self):
        for remedy in self:
            errors = remedy.error_ids
            remedy.has_many = len(errors) > 1
            product = errors.product_id if len(errors.product_id) == 1 else False
            remedy.company_id = errors.company_id[:1]
            remedy.component_id = product
            deviations = self.env["backflush.deviation"].search(
                [
                    ("kind", "=", "substitution"),
                    ("state", "=", "approved"),
                    ("company_id", "=", errors.company_id[:1].id),
                    ("product_id", "in", errors.product_id.ids),
                ]
            )
            remedy.allowed_product_ids = deviations.substitute_id

    @api.depends(
        *("error_ids", "kind", "quantity", "uom_id", "lot_id", "product_id"),
        *("location_id", "package_id"),
    )
    def _compute_line_ids(self):
        for remedy in self:
            effects = remedy._effects()
            remedy.line_ids = [
                Command.create(
                    {
                        "error_id": error.id or error._origin.id,
                        "quantity_open": error.quantity_open,
                        "quantity_done": effects.get(error, 0.0),
                        "quantity_left": error.quantity_open - effects.get(error, 0.0),
                    }
                )
                for error in remedy.error_ids[:SHOWN]._origin
            ]

    def _effects(self):
        """``{record: quantity that the remedy would settle now}``."""
        errors = self.error_ids._origin.filtered(lambda e: e._is_open())
        effect = getattr(self, f"_effects_{self.kind}", None)
        return effect(errors) if effect else {}

    def _effects_retry(self, errors):
        return errors._preview_issue()

    def _effects_issue_from(self, errors):
        if not self.location_id:
            return {}
        return errors._preview_issue(
            self.location_id, self.lot_id.id, self.package_id.id
        )

    def _effects_lot(self, errors):
        return errors._preview_issue(lot_id=self.lot_id.id) if self.lot_id else {}

    def _effects_correct(self, errors):
        if not errors.product_id:
            return {}
        unit = self.uom_id
        effects = {}
        for error in errors.filtered("product_id"):
            own = error.uom_id
            quantity = self.quantity
            if unit and unit._has_common_reference(own):
                quantity = unit._compute_quantity(quantity, own)
            effects[error] = error.quantity_open - quantity
        return effects

    def _effects_substitute(self, errors):
        if len(errors) > 1 and self.product_id:
            return errors[:SHOWN]._preview_substitute(
                self.product_id.sudo(), self.location_id.id, self.lot_id.id
            )
        deviation = self.env["backflush.deviation"].search(
            [
                ("kind", "=", "substitution"),
                ("state", "=", "approved"),
                ("product_id", "=", self.component_id.id),
                ("substitute_id", "=", self.product_id.id),
            ],
            limit=1,
        )
        if len(errors) != 1 or not deviation:
            return {}
        unit = self.uom_id or self.product_id.uom_id
        replaced = exact(deviation._replaced_by(self.quantity, unit))
        return {errors: min(float(replaced), errors.quantity_open)}

    def action_apply(self):
        """Do it; say what is settled and what stays open."""
        self.ensure_one()
        errors = self.error_ids
        self._apply(errors)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self._outcome(errors),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _outcome(self, errors):
        """How many are closed, and which are not, in words."""
        still = errors.filtered(lambda error: error._is_open())
        names = still[:NAMED].mapped("name") + ["…"] * (len(still) > NAMED)
        if not still:
            return self.env._("%s records closed.", len(errors))
        return self.env._(
            "%(done)s of %(all)s records closed, %(open)s still open: %(names)s",
            done=len(errors) - len(still),
            all=len(errors),
            open=len(still),
            names=", ".join(names),
        )

    def _apply(self, errors):
        getattr(self, f"_apply_{self.kind}")(errors)

    def _title(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _is_sliced(self):
        """One transfer, and one request, is for all records."""
        return self.kind not in ("transfer", "count")

    def _is_queueable(self):
        return self.kind == "retry"

    def _lock_stock(self, errors):
        if self.kind in ("retry", "lot"):
            errors._acquire_places()
        elif self.kind == "issue_from":
            errors._acquire_places(self.location_id)
        elif self.kind == "substitute":
            errors._acquire_substitutes(self.product_id.sudo(), self.location_id.id)

    def _apply_retry(self, errors):
        errors.action_retry()

    def _apply_issue_from(self, errors):
        if not self.location_id:
            raise UserError(self.env._("Say where it was taken from."))
        errors.action_issue_from(
            self.location_id.id, self.lot_id.id or None, self.package_id.id or None
        )

    def _apply_substitute(self, errors):
        if self.has_many:
            errors.action_substitute_open(
                self.product_id.id, self.location_id.id or None, self.lot_id.id or None
            )
            return
        errors.action_substitute(
            self.product_id.id,
            self.quantity,
            self.uom_id.id or None,
            self.location_id.id or None,
            self.lot_id.id or None,
        )

    def _apply_correct(self, errors):
        errors.action_correct_quantity(
            self.quantity, self.reason, self.uom_id.id or None
        )

    def _apply_lot(self, errors):
        if not self.lot_id:
            raise UserError(self.env._("Say which lot or serial number was used."))
        errors.action_assign_lot(self.lot_id.id)

    def _apply_count(self, errors):
        errors.action_request_count(self.user_id.id or None)

    def _apply_transfer(self, errors):
        errors.action_transfer(self.location_id.id or None)

    def _apply_reject(self, errors):
        errors.action_reject(self.reason)


class BackflushRemedyLine(models.TransientModel):
    """What a remedy would do to one record."""

    _name = "backflush.remedy.line"
    _description = "Effect on an Error Record"

    remedy_id = fields.Many2one("backflush.remedy", help="Remedy that is looked at.")
    error_id = fields.Many2one("backflush.error", "Record", help="Error record.")
    product_id = fields.Many2one(
        related="error_id.product_id", string="Component", help="What is missing."
    )
    uom_id = fields.Many2one(
        related="error_id.uom_id", string="Unit", help="Unit of the quantities."
    )
    quantity_open = fields.Float(
        "Open", digits="Product Unit", help="What is open now."
    )
    quantity_done = fields.Float(
        "Settled", digits="Product Unit", help="What the remedy would settle."
    )
    quantity_left = fields.Float(
        "Stays Open", digits="Product Unit", help="What would be open after it."
    )
