from odoo import fields, models
from odoo.exceptions import ValidationError


class BackflushCostingPolicy(models.Model):
    """What a policy sets on locations, and its opening entry."""

    _inherit = "backflush.costing.policy"

    def _configure_locations(self):
        """Give counts and scrap an account, and keep production without one.

        :return: the changes, in words
        """
        self.ensure_one()
        locations = self.env["stock.location"].search(
            [("company_id", "=", self.company_id.id)]
        )
        production = locations.filtered(
            lambda place: place.usage == "production" and place.valuation_account_id
        )
        if production:
            raise ValidationError(
                self.env._(
                    "%(location)s has the account %(account)s: Odoo would post "
                    "consumption a second time beside %(policy)s. Empty the "
                    "account on the location first.",
                    location=production[0].display_name,
                    account=production[0].valuation_account_id.display_name,
                    policy=self.name,
                )
            )
        losses = locations.filtered(
            lambda place: place.usage == "inventory" and not place.valuation_account_id
        )
        losses.sudo()._backflush_set_account(self.inventory_difference_account_id)
        return [
            self.env._(
                "%(location)s: differences go to %(account)s",
                location=location.display_name,
                account=self.inventory_difference_account_id.display_name,
            )
            for location in losses
        ]

    def _release_locations(self):
        """The last category has left: locations are without an account as before."""
        policies = self.sudo()
        policies.invalidate_model(["category_count"])
        company = self.env.company
        if company in policies._companies():
            return
        ours = policies.search([("company_id", "=", company.id)])
        locations = self.env["stock.location"].sudo()
        locations.search(
            [
                ("company_id", "=", company.id),
                ("backflush_sets_account", "=", True),
                (
                    "valuation_account_id",
                    "in",
                    ours.inventory_difference_account_id.ids,
                ),
            ]
        ).write({"valuation_account_id": False, "backflush_sets_account": False})

    def post_opening(self, counterpart_account_id, date=None):
        """Bring the inventory accounts to the value of the stock, product by product.

        The opening entry of a plant that starts with stock on hand: what the
        reconciliation cannot explain is posted against ``counterpart_account_id``
        and recorded in the subledger, so that every later difference is new.

        :param int counterpart_account_id: account that held the stock so far, or
            an equity account
        :param date: accounting date; today when empty
        :return: the posted entry, empty where there was nothing to post
        """
        self.ensure_one()
        self.check_access("write")
        counterpart = self.env["account.account"].browse(counterpart_account_id)
        rows = self.company_id.sudo()._backflush_positions()
        return (
            self.env["backflush.poster"]
            .sudo()
            ._post_opening(
                self, counterpart, rows, date or fields.Date.context_today(self)
            )
        )
