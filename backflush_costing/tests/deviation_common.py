from .common import BackflushCommon


class DeviationCommon(BackflushCommon):
    """Deviations recorded and applied by the people who do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.reason = cls.env.ref("backflush_costing.deviation_reason_other")
        cls.second = cls._user("second", "group_backflush_supervisor")

    def _record(self, order, kind, product, quantity, user=None, **vals):
        """A deviation as an operator records it."""
        deviation = (
            self.env["backflush.deviation"]
            .with_user(user or self.operator)
            .create(
                {
                    "kind": kind,
                    "production_id": order.id,
                    "product_id": product.id,
                    "quantity": quantity,
                    "reason_id": self.reason.id,
                    **vals,
                }
            )
        )
        deviation.action_record()
        return deviation.sudo()

    def _substitution(self, product, substitute, approve=True, **vals):
        """A substitution that the supervisor approved, asked for by an operator."""
        deviation = (
            self.env["backflush.deviation"]
            .with_user(self.operator)
            .create(
                {
                    "kind": "substitution",
                    "product_id": product.id,
                    "substitute_id": substitute.id,
                    "reason_id": self.reason.id,
                    **vals,
                }
            )
        )
        if approve:
            deviation.with_user(self.supervisor).action_approve()
        return deviation.sudo()

    def _apply(self, deviation, order, quantity=None, **kwargs):
        deviation.with_user(self.operator).action_apply(order.id, quantity, **kwargs)
        return order.move_raw_ids.filtered(
            lambda m: m.backflush_deviation_id == deviation
        )

    def _report(self, order, quantity, used):
        """Report the quantity, and what was really used where it differs."""
        order = order.with_user(self.operator)
        order.qty_producing = quantity
        order.set_qty_producing()
        for product, amount in used.items():
            move = order.move_raw_ids.filtered(lambda m, p=product: m.product_id == p)
            move.quantity = amount
            move.picked = True
        order.with_context(
            skip_consumption=True, skip_backorder=True, skip_redirection=True
        ).button_mark_done()
        return order.sudo()

    def _line(self, order, product):
        return order.backflush_confirmation_ids.line_ids.filtered(
            lambda line: line.product_id == product
        )

    def assertLine(self, order, product, required, deviation, documented):
        """The equation of a line, and who explains its deviation."""
        self.assertRecordValues(
            self._line(order, product),
            [
                {
                    "required_quantity": required,
                    "deviation_quantity": deviation,
                    "documented_quantity": documented,
                    "undocumented_quantity": deviation - documented,
                    "difference_quantity": 0,
                }
            ],
        )


class SubstitutionCommon(DeviationCommon):
    """Ten kilograms of A go into a mix; B may stand in for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kg = cls.env.ref("uom.product_uom_kgm")
        cls.kg, cls.gram = kg, cls.env.ref("uom.product_uom_gram")
        cls.a = cls._product("A", 4.0, uom_id=kg.id)
        cls.b = cls._product("B", 5.0, uom_id=kg.id)
        cls.b.product_tmpl_id.property_backflush_location_id = cls.line_side
        cls.mix = cls._product("Mix", 40.0)
        cls.bom = cls._bom(cls.mix, [(cls.a, 10)])

    def setUp(self):
        super().setUp()
        self._put(self.a, 1000, self.store)
        self._put(self.b, 1000)
