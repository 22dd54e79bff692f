from .common import BackflushCommon


class TriggersCommon(BackflushCommon):
    """A plant that is costed by one trigger set: a battery goes into a vehicle.

    The battery (material 60, conversion 10) is a sub-assembly, the vehicle adds
    material 100 and conversion 30; the cell is shared by both. Subclasses name the
    ``trigger_set``.
    """

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
        station = cls._workcenter("Battery station", 60)
        line = cls._workcenter("Assembly", 90)
        cls._bom(cls.battery, [(cls.cell, 6)], [(station, 10)])
        cls._bom(
            cls.vehicle, [(cls.battery, 1), (cls.body, 1), (cls.cell, 1)], [(line, 20)]
        )
        cls.policy = cls._policy(trigger_set=cls.trigger_set)
        cls._cost(cls.material, "material")
        cls._cost(cls.finished, "finished")

    @classmethod
    def _cost(cls, category, role, policy=None):
        """Put a category under the policy."""
        category.write(
            {
                "property_backflush_role": role,
                "property_backflush_policy_id": (policy or cls.policy).id,
            }
        )

    @property
    def cogs(self):
        """Balance of the vehicle's cost of goods sold."""
        return self._balance(self.vehicle._get_product_accounts()["expense"])

    def _stock_up(self):
        for product, quantity in ((self.cell, 100), (self.body, 10)):
            self._buy(product, quantity, product.standard_price)
            self.assertProven()

    def _make_vehicles(self, quantity):
        """Batteries first, then vehicles; proven after each."""
        for product in (self.battery, self.vehicle):
            order = self._produce(product, quantity)
            self.assertProven()
        return order

    def _sell_vehicles(self, quantity):
        """Delivered, then invoiced; proven after each. Returns the invoice."""
        sale = self._sell(self.vehicle, quantity, 500)
        self._deliver(sale)
        self.assertProven()
        invoice = self._invoice(sale)
        self.assertProven()
        return invoice

    def _over_use(self, product, component, quantity):
        """Complete one ``product`` with ``quantity`` of ``component``."""
        order = self._order(product, 1)
        order = order.with_user(self.operator)
        order.qty_producing = 1
        order.set_qty_producing()
        order.move_raw_ids.filtered(
            lambda move: move.product_id == component
        ).quantity = quantity
        order.with_context(skip_consumption=True).button_mark_done()
        return order.sudo()
