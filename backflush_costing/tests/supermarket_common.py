from odoo import Command

from .common import BackflushCommon


class SupermarketCommon(BackflushCommon):
    """Screws by the hundred, two containers at the line, filled from the store."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.area = cls._area("Supermarket", from_stock=True, bin_names="A-01\nA-02")
        cls.bin, cls.other_bin = cls.area.child_ids.sorted("name")
        cls.from_stock = cls.area.backflush_route_ids
        cls.screw = cls._product("Screw", 0.05)
        cls.stand = cls._workcenter("Stand", 60, backflush_location_id=cls.area.id)
        cls.lamp = cls._product("Lamp")
        bom = cls._bom(cls.lamp, [(cls.screw, 10)], [(cls.stand, 1)])
        bom.bom_line_ids.operation_id = bom.operation_ids

    @classmethod
    def _area(cls, name, **vals):
        """A supply area, made as the assistant makes it."""
        values = {"name": name, "from_stock": False, **vals}
        wizard = cls.env["backflush.supply.area"].create(values)
        action = wizard.action_create()
        return cls.env["stock.location"].browse(
            action["context"]["default_supply_area_id"]
        )

    @classmethod
    def _cycle(cls, **vals):
        return cls.env["backflush.control.cycle"].create(
            {
                "product_id": cls.screw.id,
                "supply_area_id": cls.area.id,
                "bin_id": cls.bin.id,
                "route_id": cls.from_stock.id,
                "container_quantity": 100,
                "container_count": 2,
                "signal_lock": 0,
                **vals,
            }
        )

    def _started(self, content=200, **vals):
        """A loop in circulation, and stock behind it."""
        self._put(self.screw, 1000, self.store)
        if content:
            self._put(self.screw, content, self.bin)
        cycle = self._cycle(**vals)
        self._as(self.supervisor, cycle).action_start()
        return cycle.with_env(self.env)

    def _bought(self, has_vendor=True, **vals):
        """A loop that buys its screws, in circulation."""
        if has_vendor:
            self._vendor_for(self.screw)
        return self._circulating(self._area("Dock", by_purchase=True), **vals)

    def _made(self, **vals):
        """A loop of kits that are made in house, in circulation."""
        area = self._area("Sub-assembly", by_production=True)
        kit = self._product("Kit")
        self._bom(kit, [(self.screw, 2)])
        self._put(self.screw, 1000, self.store)
        vals = {"product_id": kit.id, "container_quantity": 5, **vals}
        return self._circulating(area, **vals)

    def _circulating(self, area, **vals):
        cycle = self._cycle(
            supply_area_id=area.id,
            bin_id=area.id,
            route_id=area.backflush_route_ids.id,
            **vals,
        )
        self._as(self.supervisor, cycle).action_start()
        return cycle.with_env(self.env)

    def _states(self, cycle):
        return sorted(cycle.kanban_ids.mapped("state"))

    def _scan(self, card, user=None):
        cards = self._as(user or self.operator, self.env["backflush.kanban"])
        answer = cards.scan(card.name)
        self.env.invalidate_all()
        return answer

    def _background(self):
        """What the server does by itself a moment later."""
        with self.enter_registry_test_mode():
            self.env.ref("backflush_costing.cron_kanban_supply").method_direct_trigger()
        self.env.invalidate_all()

    def _vendor_for(self, product, **vals):
        product.seller_ids = [
            Command.create({"partner_id": self.vendor.id, "price": 1.0, **vals})
        ]

    def assertWithinLimit(self, cycle):
        """What a loop holds and awaits stays within its limits, however it is meant."""
        self.assertWithinCardLimit(cycle)

    def assertWithinCardLimit(self, cycle):
        """The number of containers and what is in them stay within the limits."""
        self.env.invalidate_all()
        self.assertLessEqual(len(cycle._regular_cards()), cycle.container_count)
        held = "\n".join(
            f"{card.name} {card.state} {card.quantity} + {card.quantity_on_the_way}"
            for card in cycle.kanban_ids
        )
        self.assertLessEqual(
            cycle.quantity_contained + cycle.quantity_on_the_way, cycle.wip_limit, held
        )
        for card in cycle.kanban_ids:
            self.assertFalse(card.quantity and card.state in ("empty", "wait"))
