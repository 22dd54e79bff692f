from .common import BackflushCommon


class ReResolutionCommon(BackflushCommon):
    """A thing whose part is taken from the line side of work centre A."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.sides = {name: cls._place(name) for name in ("A", "B", "other")}
        cls.center_a = cls._workcenter("A", 60, backflush_location_id=cls.sides["A"].id)
        cls.center_b = cls._workcenter("B", 60, backflush_location_id=cls.sides["B"].id)
        cls.part = cls._product("Part", 1.0)
        cls.screw = cls._product("Screw", 1.0)
        cls.thing = cls._product("Thing", 2.0)
        cls.bom = cls._bom(
            cls.thing, [(cls.part, 2), (cls.screw, 4)], [(cls.center_a, 5)]
        )
        cls.bom.bom_line_ids[0].operation_id = cls.bom.operation_ids

    @classmethod
    def _place(cls, name):
        return cls.env["stock.location"].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": cls.warehouse.view_location_id.id,
            }
        )

    def _line(self, order, product):
        return order.move_raw_ids.filtered(lambda m: m.product_id == product)

    def _reserved(self, product, location):
        quants = self.env["stock.quant"].search(
            [("product_id", "=", product.id), ("location_id", "=", location.id)]
        )
        return sum(quants.mapped("reserved_quantity"))
