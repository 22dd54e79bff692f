from odoo import Command, api, fields, models


class BackflushStandardRelease(models.TransientModel):
    """Release standards: shows what they revalue before anything is posted."""

    _name = "backflush.standard.release"
    _description = "Release Standards"

    version_ids = fields.Many2many(
        "backflush.standard.cost",
        string="Versions",
        required=True,
        readonly=True,
        help="Drafts that become the standards of their products.",
    )
    date = fields.Date(
        "Effective From",
        help="Date of the release and of the revaluation. Empty: the date on each "
        "version, else today. A future date schedules the release.",
    )
    line_ids = fields.One2many(
        "backflush.standard.release.line",
        "release_id",
        "Revaluation",
        readonly=True,
        help="What the ledger holds now, at the present and at the new standard.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        help="Currency of the amounts.",
    )
    difference = fields.Monetary(
        "Revaluation in All",
        compute="_compute_difference",
        help="What the release posts against the revaluation account: stock dearer "
        "positive.",
    )
    is_scheduled = fields.Boolean(
        compute="_compute_is_scheduled",
        help="Whether a date lies ahead: the ledger is revalued on that day, with what "
        "it holds then.",
    )
    warning = fields.Char(
        compute="_compute_warning", help="What speaks against releasing them yourself."
    )

    @api.depends("version_ids")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.version_ids.company_id[:1].currency_id

    @api.depends("line_ids.difference")
    def _compute_difference(self):
        for wizard in self:
            wizard.difference = sum(wizard.line_ids.mapped("difference"))

    @api.depends("date", "version_ids.date_effective")
    def _compute_is_scheduled(self):
        for wizard in self:
            wizard.is_scheduled = any(
                (wizard.date or version.date_effective or version._today())
                > version._today()
                for version in wizard.version_ids
            )

    @api.depends("version_ids")
    def _compute_warning(self):
        for wizard in self:
            own = wizard.version_ids._prepared_by_user("warn")
            wizard.warning = bool(own) and self.env._(
                "You prepared the standard of %s yourself. Let somebody else look at "
                "it before it is released.",
                ", ".join(own[:5].product_id.mapped("display_name")),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """The preview is what the ledger says, whatever a caller sends."""
        wizards = super().create(
            [{k: v for k, v in vals.items() if k != "line_ids"} for vals in vals_list]
        )
        for wizard in wizards:
            wizard.sudo().line_ids = self._line_commands(wizard.version_ids)
        return wizards

    @api.model
    def _line_commands(self, versions):
        """Rows for everything that the versions revalue."""
        versions.check_access("read")
        return [
            Command.create(vals)
            for company, some in versions.sudo().grouped("company_id").items()
            for vals in some.with_company(company)._revaluation_preview()
        ]

    def action_release(self):
        """Release the versions as shown."""
        self.ensure_one()
        self.version_ids.action_release(self.date)
        return {"type": "ir.actions.act_window_close"}
