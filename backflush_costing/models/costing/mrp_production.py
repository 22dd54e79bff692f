from odoo import models
from odoo.exceptions import UserError

from .completion import Completion


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    def _backflush_policy(self):
        """The costed policy of the finished product in the order's company."""
        product = self.product_id.with_company(self.company_id)
        return (
            product._backflush_policy()
            if product
            else (self.env["backflush.costing.policy"])
        )

    def _backflush_completion(
        self, moves, errors, required, links=None, rest="usage", date=None
    ):
        """What the poster has to know of this order."""
        self.ensure_one()
        order = self.with_company(self.company_id).sudo()
        return Completion(
            policy=order._backflush_policy(),
            product=order.product_id,
            moves=moves.with_company(self.company_id).sudo(),
            errors=errors.with_company(self.company_id).sudo(),
            required=required,
            links={**(links or {}), "production_id": self.id},
            reference=self.name,
            rest=rest,
            date=date,
        )

    def _backflush_check_pairs(self):
        """Refuse pairs of finished product and component that cannot work together.

        A component without a policy inside a product that one costs would credit
        an account that the proof does not cover; a component under a policy
        inside a product without one would leave stock without an entry.
        """
        for order in self:
            policy = order._backflush_policy()
            products = (
                order.move_raw_ids.product_id | order.move_byproduct_ids.product_id
            )
            for product in products.filtered("is_storable"):
                product = product.with_company(order.company_id)
                other = product._backflush_policy()
                if bool(policy) != bool(other):
                    order._backflush_refuse_pair(product, policy, other)
                elif policy:
                    order._backflush_check_triggers(product, policy, other)

    def _backflush_check_triggers(self, product, policy, other):
        """Refuse a component, or by-product, whose trigger points do not fit.

        A completion that is no trigger posts nothing, so both must be held on one
        account; one that is puts the full standard into inventory, so that nothing
        may be allocated at the component's own sale only.
        """
        if policy._capitalises():
            if not other._capitalises() and product.bom_ids:
                self._backflush_refuse_triggers(
                    product,
                    other,
                    self.env._("is carried without its conversion cost"),
                )
            return
        finished = self.product_id.with_company(self.company_id)
        held = product._get_product_accounts()["stock_valuation"]
        if held != finished._get_product_accounts()["stock_valuation"]:
            self._backflush_refuse_triggers(
                product, other, self.env._("is held on %s", held.display_name)
            )

    def _backflush_refuse_triggers(self, product, other, reason):
        """Name both policies and the remedy."""
        raise UserError(
            self.env._(
                "%(order)s: %(finished)s is costed by %(policy)s (%(triggers)s), but "
                "%(component)s by %(other)s (%(others)s) %(reason)s. These trigger "
                "points cannot work together: choose a policy with the same trigger "
                "points for category %(category)s.",
                order=self.name,
                finished=self.product_id.display_name,
                policy=self._backflush_policy().name,
                triggers=self._backflush_policy()._trigger_label(),
                component=product.display_name,
                other=other.name,
                others=other._trigger_label(),
                reason=reason,
                category=product.categ_id.display_name,
            )
        )

    def _backflush_refuse_pair(self, component, policy, other):
        """Name both sides of a pair that cannot work together, and the remedy."""
        costed, bare = self.product_id, component
        if other:
            costed, bare = component, self.product_id
        raise UserError(
            self.env._(
                "%(order)s: %(costed)s is costed by %(policy)s, but %(bare)s (category "
                "%(category)s) has no costing policy, so the entry would not balance "
                "with the stock. Set a policy on that category.",
                order=self.name,
                costed=costed.display_name,
                policy=(policy or other).name,
                bare=bare.display_name,
                category=bare.categ_id.display_name,
            )
        )

    def _backflush_post_correction(self, moves):
        """Post what changed on done moves of these orders after their completion."""
        for company, orders in self.grouped("company_id").items():
            completions = [
                order._backflush_completion(
                    some, self.env["backflush.error"], None, date=day
                )
                for order in orders
                if order._backflush_policy()
                for day, some in order._backflush_correction_days(moves).items()
            ]
            if completions:
                poster = self.env["backflush.poster"].sudo().with_company(company)
                poster._post_completions(completions)

    def _backflush_correction_days(self, moves):
        """``{day: moves}``: an edited movement is corrected on its own day.

        Stock has changed on that day. Where it is locked, the key is None: closed
        periods are corrected in the open one.
        """
        own = moves & (self.move_raw_ids | self.move_finished_ids)
        company = self.company_id.sudo()
        journal = self.sudo()._backflush_policy()._journal()

        def open_day(move):
            day = move._backflush_accounting_date()
            return None if company._backflush_locks(day, journal) else day

        return own.grouped(open_day)

    def _split_productions(self, amounts=False, cancel_remaining_qty=False, **kwargs):
        """Let an operator make a backorder.

        Core touches analytic lines and work-in-progress entries on the way, which
        people of the shop floor have no right to read.
        """
        self.check_access("write")
        orders = super(MrpProduction, self.sudo())._split_productions(
            amounts, cancel_remaining_qty, **kwargs
        )
        return orders.with_env(self.env)

    def _post_labour(self):
        """Conversion is allocated by the poster at standard, not by time booked."""
        return super(
            MrpProduction, self.filtered(lambda o: not o._backflush_policy())
        )._post_labour()
