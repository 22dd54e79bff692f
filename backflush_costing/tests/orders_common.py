from odoo import Command

from .common import BackflushCommon


class OrdersCommon(BackflushCommon):
    """A plant that makes batteries (6 cells) and vehicles (battery, body, cell).

    Every fact holds under a costing policy and without one: a subclass with
    ``costed = False`` states it again where core alone values stock. Balances are
    then not looked at; stock, requirements and error records are.
    """

    costed = True
    trigger_set = "purchase_completion_sale"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.material = cls._category("Components")
        cls.finished = cls._category("Vehicles")
        cls.cell = cls._product("Cell", 10.0, cls.material)
        cls.body = cls._product("Body", 90.0, cls.material)
        cls.battery = cls._product("Battery", 0.0, cls.material)
        cls.vehicle = cls._product("Vehicle", 0.0, cls.finished)
        cls.station = cls._workcenter("Battery station", 60)
        cls.bom = cls._bom(cls.battery, [(cls.cell, 6)], [(cls.station, 10)])
        cls._bom(cls.vehicle, [(cls.battery, 1), (cls.body, 1), (cls.cell, 1)])
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.policy = cls._policy(trigger_set=cls.trigger_set) if cls.costed else None
        if cls.costed:
            cls._cost(cls.material, "material")
            cls._cost(cls.finished, "finished")

    @classmethod
    def _cost(cls, category, role):
        category.write(
            {
                "property_backflush_role": role,
                "property_backflush_policy_id": cls.policy.id,
            }
        )

    @classmethod
    def _release(cls, *products):
        """Roll up and release the standards of what is made."""
        if not cls.costed:
            return
        standard = cls.env["backflush.standard.cost"]
        drafts = standard.action_roll_up([product.id for product in products])
        standard.browse(drafts).action_release()

    def _stock_up(self, cells=100, bodies=10):
        for product, quantity in ((self.cell, cells), (self.body, bodies)):
            if quantity:
                self._buy(product, quantity, product.standard_price)
        self.assertProven()

    def _order(self, product, quantity, **vals):
        """An order as a planner opens it, without any role of this addon."""
        order = self._as(self.planner, self.env["mrp.production"]).create(
            {"product_id": product.id, "product_qty": quantity, **vals}
        )
        order.action_confirm()
        return order.with_env(self.env)

    def _report(self, order, quantity, backorder=False, user=None):
        """Report ``quantity`` as an operator and complete; return the backorder."""
        before = order.production_group_id.production_ids
        order = self._as(user or self.operator, order)
        order.qty_producing = quantity
        order.set_qty_producing()
        context = {"skip_consumption": True, "skip_redirection": True}
        context["skip_backorder"] = True
        if backorder:
            context["mo_ids_to_backorder"] = order.ids
        result = order.with_context(**context).button_mark_done()
        self.assertIs(result, True)
        rest = order.production_group_id.production_ids - before
        return rest.with_env(self.env)

    def _add(self, order, product, quantity):
        """A component added by hand to a confirmed order."""
        self._as(self.planner, order).move_raw_ids = [
            Command.create(
                {
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    "product_uom": product.uom_id.id,
                }
            )
        ]
        return order.move_raw_ids.filtered(lambda m: m.product_id == product)

    def _lines(self, order):
        """Confirmation lines of an order, as they were written."""
        return order.backflush_confirmation_ids.line_ids

    def assertIssued(self, order, *expected):
        """``(component, required, deviation, issued, open)`` of its confirmations."""
        found = [
            (
                line.product_id,
                line.required_quantity,
                line.deviation_quantity,
                line.issued_quantity,
                line.open_quantity,
            )
            for line in self._lines(order).sorted("id")
        ]
        self.assertEqual(found, list(expected))

    def assertBalances(self, **expected):
        if not self.costed:
            return None
        return super().assertBalances(**expected)

    def assertProven(self, date=None):
        if self.costed:
            return super().assertProven(date)
        report = (
            self.env["backflush.reconciliation"]
            .with_user(self.accountant)
            .create({"company_id": self.company.id, "date": date})
        )
        self.assertFalse(report.line_ids.filtered("failures"))
        return report
