from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class BackflushStandardCost(models.Model):
    """Who prepares a standard and who releases it."""

    _inherit = "backflush.standard.cost"

    prepared_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Who rolled the version up or entered it last.",
    )
    released_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Who released the version, or scheduled its release.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions.sudo().prepared_by_id = self.env.user
        return versions

    def _elements_changed(self):
        by_others = self.sudo().filtered(lambda v: v.prepared_by_id != self.env.user)
        by_others.prepared_by_id = self.env.user
        return super()._elements_changed()

    def action_release(self, date=None):
        if not self.env.su:
            self._check_released_by_another()
        res = super().action_release(date)
        self.sudo().released_by_id = self.env.user
        return res

    def action_open_release(self):
        """Show what the release revalues, before it does."""
        self._check_drafts()
        releases = self.env["backflush.standard.release"]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release Standards"),
            "res_model": "backflush.standard.release",
            "view_mode": "form",
            "target": "new",
            "res_id": releases.create({"version_ids": [Command.set(self.ids)]}).id,
        }

    def _prepared_by_user(self, check):
        """Versions that the user prepared, in companies that ``check`` this."""
        return self.filtered(
            lambda version: (
                version.company_id.sudo().backflush_standard_release_check == check
                and version.prepared_by_id == self.env.user
            )
        )

    def _check_released_by_another(self):
        """Where the company asks for it, who prepares a standard does not release it.

        :raises UserError: naming the product
        """
        own = self._prepared_by_user("block")
        if own:
            raise UserError(
                self.env._(
                    "You prepared the standard of %s. Somebody else has to release it.",
                    ", ".join(own[:5].product_id.mapped("display_name")),
                )
            )
