from odoo import Command

from .triggers_common import TriggersCommon


class CutoverSteps:
    """What a cost accountant does, and what is true after each of it."""

    def _cutover(self, kind, **vals):
        """A draft, as the cost accountant prepares it."""
        cutovers = self._as(self.accountant, self.env["backflush.cutover"])
        commands = {
            name: [Command.set(value.ids)]
            for name, value in vals.items()
            if name.endswith("_categ_ids")
        }
        return cutovers.create(
            {"policy_id": self.policy.id, "kind": kind, **vals, **commands}
        )

    def _cut_over(self, kind, **vals):
        """Prepared and posted; everything is explained after it."""
        cutover = self._cutover(kind, **vals)
        cutover.action_post()
        self.assertEqual(cutover.state, "posted")
        self.assertFalse(cutover.unexplained)
        self.assertProven()
        return cutover.with_env(self.env)

    def _reverse(self, cutover):
        self._as(self.accountant, cutover).action_reverse("It was a trial")
        self.assertEqual(cutover.state, "reversed")
        self.assertFalse(cutover.unexplained)
        self.assertProven()

    def _lines(self, cutover, kind="stock"):
        """``{product name: (from, old value, to, new value)}``."""
        return {
            line.product_id.name: (
                line.old_account_id,
                line.old_value,
                line.new_account_id,
                line.new_value,
            )
            for line in cutover.line_ids.filtered(lambda item: item.kind == kind)
        }

    def _accounts(self):
        """Balances of everything that a policy holds stock and suspense on."""
        names = ("rip", "fg", "material_clearing", "suspense")
        return {n: self._balance(self.policy[f"{n}_account_id"]) for n in names}


class CutoverCommon(CutoverSteps, TriggersCommon):
    """A plant whose policy comes, changes and leaves while stock is there."""

    def _open_everything(self):
        """Stock of all kinds, a receipt without a bill, a delivery without an invoice.

        Two vehicles, one of them delivered; a battery that lacks four of its cells.
        """
        self._stock_up()
        self._make_vehicles(2)
        self._deliver(self._sell(self.vehicle, 1, 500))
        self._put(self.cell, 2, self.store)
        self._produce(self.battery, 1)
        self._receive(self._purchase(self.body, 3, 95))
        self.assertProven()
