from .common import BackflushCommon


class ValidityCommon(BackflushCommon):
    """A cart whose steel wheel gives way to a plastic one on 1 April 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.body = cls._product("Body", 100.0)
        cls.steel = cls._product("Steel wheel", 10.0)
        cls.plastic = cls._product("Plastic wheel", 4.0)
        cls.cart = cls._product("Cart", 140.0)
        cls.bom = cls._bom(cls.cart, [(cls.body, 1), (cls.steel, 4), (cls.plastic, 4)])
        cls._line(cls.steel).valid_to = "2026-03-31"
        cls._line(cls.plastic).valid_from = "2026-04-01"

    @classmethod
    def _line(cls, product, bom=None):
        return (bom or cls.bom).bom_line_ids.filtered(
            lambda line: line.product_id == product
        )

    def setUp(self):
        super().setUp()
        for product in (self.body, self.steel, self.plastic):
            self._put(product, 100, self.store)

    def assertUses(self, order, *products):
        """The open component lines of the order are of exactly these products."""
        lines = order.move_raw_ids.filtered(lambda m: m.state != "cancel")
        self.assertEqual(
            lines.product_id.sorted("id"), self.body.union(*products).sorted("id")
        )

    def _said(self, order):
        return "\n".join(order.message_ids.mapped("body"))
