from odoo import api, fields, models
from odoo.exceptions import UserError

# What is chosen, and what follows from posting and reversing.
CHOICES = {
    *("policy_id", "kind", "trigger_set", "difference_account_id"),
    *("material_categ_ids", "finished_categ_ids", "leaving_categ_ids"),
}
FACTS = {
    *("state", "reason", "line_ids", "item_ids", "move_id", "reversal_move_id"),
    *("before", "date", "unexplained"),
}


class BackflushCutover(models.Model):
    """A costing policy comes, changes its trigger points, or leaves, with stock open.

    A draft shows what stands open and what the entry is going to be; posting changes
    the set-up and moves what the ledger holds in one entry; the reversal does both
    backwards, at what things are worth then.
    """

    _name = "backflush.cutover"
    _description = "Costing Cutover"
    _inherit = ["mail.thread", "backflush.posted.document"]
    _order = "id desc"
    _check_company_auto = True

    policy_id = fields.Many2one(
        "backflush.costing.policy",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('trigger_set', '!=', 'none')]",
        help="Policy that comes, changes or leaves.",
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, index=True, help="Its company."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the amounts."
    )
    kind = fields.Selection(
        [
            ("enter", "Categories come under the policy"),
            ("change", "The trigger points change"),
            ("leave", "Categories leave the policy"),
        ],
        "Cutover",
        required=True,
        default="enter",
        tracking=True,
        help="What is changed, with everything that the ledger holds.",
    )
    material_categ_ids = fields.Many2many(
        "product.category",
        "backflush_cutover_material_rel",
        string="Components and Sub-assemblies",
        help="Categories that come under the policy as components.",
    )
    finished_categ_ids = fields.Many2many(
        "product.category",
        "backflush_cutover_finished_rel",
        string="Finished Goods",
        help="Categories that come under the policy as finished goods.",
    )
    leaving_categ_ids = fields.Many2many(
        "product.category",
        "backflush_cutover_leaving_rel",
        string="Leaving",
        help="Categories that leave the policy; empty: all of them.",
    )
    trigger_set = fields.Selection(
        lambda self: [
            choice
            for choice in self.env["backflush.costing.policy"]
            ._fields["trigger_set"]
            ._description_selection(self.env)
            if choice[0] != "none"
        ],
        "New Trigger Points",
        help="What the policy journalises from now on.",
    )
    difference_account_id = fields.Many2one(
        "account.account",
        "Differences To",
        required=True,
        check_company=True,
        compute="_compute_difference_account_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Takes what the new values differ by from the old ones: revaluation, "
        "conversion that is no longer carried, what an account held without stock.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("reversed", "Reversed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Draft: a preview, nothing is changed. Posted: set-up and ledger are "
        "changed. Reversed: both are changed back.",
    )
    date = fields.Date(
        "Posted On", readonly=True, copy=False, help="Accounting date of the entry."
    )
    item_ids = fields.One2many(
        "backflush.cutover.item",
        "cutover_id",
        readonly=True,
        copy=False,
        help="Orders, purchases, deliveries and records that stand open.",
    )
    line_ids = fields.One2many(
        "backflush.cutover.line",
        "cutover_id",
        readonly=True,
        copy=False,
        help="What stood where, and what stands where afterwards.",
    )
    difference = fields.Monetary(
        compute="_compute_difference",
        help="Sum of the lines: goes to the account for differences.",
    )
    is_blocked = fields.Boolean(
        compute="_compute_is_blocked", help="Whether something must be settled first."
    )
    unexplained = fields.Monetary(
        readonly=True,
        copy=False,
        help="What the reconciliation could not explain after the entry. Must be 0.00.",
    )
    move_id = fields.Many2one(
        "account.move", "Entry", readonly=True, copy=False, help="Entry of the cutover."
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        "Entry of the Reversal",
        readonly=True,
        copy=False,
        help="Entry that took it back.",
    )
    reason = fields.Char(
        "Reversed Because", readonly=True, copy=False, help="Why it was taken back."
    )
    before = fields.Json(
        readonly=True,
        copy=False,
        help="Set-up that the cutover found: trigger points, and the policy and role "
        "of each category.",
    )

    @api.depends("policy_id")
    def _compute_difference_account_id(self):
        for cutover in self:
            cutover.difference_account_id = cutover.policy_id.revaluation_account_id

    @api.depends("line_ids.difference")
    def _compute_difference(self):
        for cutover in self:
            cutover.difference = sum(cutover.line_ids.mapped("difference"))

    @api.depends("item_ids.is_blocking")
    def _compute_is_blocked(self):
        for cutover in self:
            cutover.is_blocked = any(cutover.item_ids.mapped("is_blocking"))

    @api.depends("policy_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for cutover in self:
            cutover.display_name = self.env._(
                "%(policy)s: %(kind)s",
                policy=cutover.policy_id.name or "",
                kind=kinds.get(cutover.kind, ""),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Every cutover begins as a preview."""
        cutovers = super().create(
            [{k: v for k, v in vals.items() if k not in FACTS} for vals in vals_list]
        )
        cutovers.action_preview()
        return cutovers

    def write(self, vals):
        if not self.env.su and FACTS & set(vals):
            raise UserError(
                self.env._("A cutover changes by being posted or reversed.")
            )
        if CHOICES & set(vals):
            self._check_state("draft")
        res = super().write(vals)
        if CHOICES & set(vals):
            self.action_preview()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        self._check_state("draft")

    def action_preview(self):
        """Compute anew what stands open and what posting would do.

        :return: True
        """
        self._check_cost_accountant()
        for cutover in self.filtered(lambda c: c.state == "draft"):
            cutover.with_company(cutover.company_id).sudo()._preview()
        return True

    def action_post(self):
        """Change the set-up, and post the entry as it is now.

        :return: True
        :raises UserError: if nothing is chosen, or something must be settled first
        """
        self._check_cost_accountant()
        for cutover in self:
            cutover = cutover.with_company(cutover.company_id).sudo()
            cutover._check_state("draft")
            cutover._check_choice()
            cutover._check_blocked()
            cutover._post()
            cutover._set_state("posted")
        return True

    def action_reverse(self, reason):
        """Change the set-up back, and move what the ledger holds now.

        :param str reason: why
        :return: True
        """
        self._check_cost_accountant()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the cutover is taken back."))
        for cutover in self:
            cutover = cutover.with_company(cutover.company_id).sudo()
            cutover._check_state("posted")
            cutover._check_last()
            cutover._reverse()
            cutover.reason = reason
            cutover._set_state("reversed")
        return True

    # -- checks ----------------------------------------------------------------

    def _check_choice(self):
        """Refuse a cutover that changes nothing, or contradicts itself."""
        if not self._is_chosen():
            raise UserError(
                self.env._(
                    "Choose what changes: the categories that come or leave, or the "
                    "new trigger points."
                )
            )
        both = self.material_categ_ids & self.finished_categ_ids
        if self.kind == "enter" and both:
            raise UserError(
                self.env._(
                    "%s: a category holds either components or finished goods.",
                    ", ".join(both.mapped("display_name")),
                )
            )

    def _check_blocked(self):
        self._refresh_items()
        blocking = self.item_ids.filtered("is_blocking")
        if blocking:
            raise UserError(
                self.env._(
                    "Settle this first: %(items)s. Open the list beside it.",
                    items=", ".join(blocking.mapped("name")),
                )
            )

    def _check_last(self):
        """Set-ups are taken back from the last one."""
        later = self.search(
            [
                ("policy_id", "=", self.policy_id.id),
                ("state", "=", "posted"),
                ("id", ">", self.id),
            ],
            limit=1,
        )
        if later:
            raise UserError(
                self.env._("Reverse «%s» first.", later.display_name),
            )
