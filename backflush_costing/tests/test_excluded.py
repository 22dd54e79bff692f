from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestExcluded(BackflushCommon):
    """Operation types without backflush: prototypes and small series."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "flush_method": "completion",
                "shortage_profile": "block",
                "component_tolerance_rule": "percent",
            }
        )
        cls.part = cls._product("Part", 10.0)
        cls.part.property_backflush_location_id = cls.line_side
        cls.thing = cls._product("Thing", 0.0)
        cls._bom(cls.thing, [(cls.part, 2)])
        cls.normal = cls.warehouse.manu_type_id
        cls.prototypes = cls.normal.copy(
            {
                "name": "Prototypes",
                "sequence_code": "PROTO",
                "backflush_excluded": True,
                "default_location_src_id": cls.store.id,
            }
        )

    def _prototype(self, quantity=1, **vals):
        return self._order(
            self.thing, quantity, picking_type_id=self.prototypes.id, **vals
        )

    def test_an_excluded_order_is_reserved_and_issued_as_in_core(self):
        self._put(self.part, 10, self.store)
        order = self._prototype()
        self.assertRecordValues(
            order.move_raw_ids,
            [
                {
                    "flush_method": False,
                    "flush_rule": False,
                    "location_id": self.store.id,
                    "quantity": 2,
                    "state": "assigned",
                }
            ],
        )
        self._complete(order)
        self.assertEqual(self._on_hand(self.part, self.store), 8)
        self.assertFalse(order.backflush_confirmation_ids)

    def test_no_profile_and_no_tolerance_as_in_core(self):
        """Stock can go negative, and any consumption passes."""
        order = self._prototype()
        order.qty_producing = 1
        order.set_qty_producing()
        order.move_raw_ids.quantity = 9
        order.with_user(self.operator).with_context(
            skip_consumption=True
        ).button_mark_done()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.part, self.store), -9)
        self.assertFalse(order.backflush_error_ids)
        self.assertFalse(order.backflush_is_used)

    def test_a_component_added_by_hand_has_no_flush_method(self):
        order = self._prototype()
        extra = self.env["stock.move"].create(
            {
                "raw_material_production_id": order.id,
                "product_id": self._product("Extra").id,
                "product_uom_qty": 1,
                "flush_method": "completion",
            }
        )
        self.assertFalse(extra.flush_method)
        self.assertEqual(extra.location_id, self.store)
        with self.assertRaisesRegex(UserError, "Prototypes excludes backflush"):
            extra.flush_method = "completion"

    def test_another_operation_type_resolves_anew(self):
        self._put(self.part, 10, self.store)
        order = self._order(self.thing, 1)
        self.assertEqual(order.move_raw_ids.location_id, self.line_side)
        order.with_user(self.operator).picking_type_id = self.prototypes
        self.assertRecordValues(
            order.move_raw_ids,
            [
                {
                    "flush_method": False,
                    "flush_rule": False,
                    "location_id": self.store.id,
                    "quantity": 2,
                }
            ],
        )
        order.picking_type_id = self.normal
        self.assertRecordValues(
            order.move_raw_ids,
            [
                {
                    "flush_method": "completion",
                    "flush_rule": "company:product",
                    "location_id": self.line_side.id,
                    "quantity": 0,
                }
            ],
        )
        stock = self.env["stock.quant"].search([("product_id", "=", self.part.id)])
        self.assertEqual(sum(stock.mapped("reserved_quantity")), 0)

    def test_what_was_entered_stays_between_types_that_backflush(self):
        other = self.normal.copy({"name": "Second", "sequence_code": "SEC"})
        order = self._order(self.thing, 1)
        order.move_raw_ids.flush_method = "manual"
        order.picking_type_id = other
        self.assertRecordValues(
            order.move_raw_ids,
            [{"flush_method": "manual", "flush_rule": "move:product"}],
        )

    def test_excluding_a_type_concerns_its_open_orders(self):
        order = self._order(self.thing, 1)
        self.normal.backflush_excluded = True
        self.assertFalse(order.move_raw_ids.flush_rule)
        self.assertFalse(order._backflush_profile())
        self.normal.backflush_excluded = False
        self.assertEqual(order.move_raw_ids.flush_method, "completion")

    def test_a_copy_on_another_type_follows_that_type(self):
        order = self._order(self.thing, 1)
        copy = order.copy({"picking_type_id": self.prototypes.id})
        self.assertFalse(copy.move_raw_ids.flush_method)
        self.assertEqual(copy.move_raw_ids.location_id, self.store)

    def test_costing_by_policy_stays(self):
        goods, parts = self._category("Goods"), self._category("Parts")
        part = self._product("Casting", 10.0, parts)
        thing = self._product("Prototype", 0.0, goods)
        self._bom(thing, [(part, 2)])
        self.policy = self._policy()
        for category, role in ((parts, "material"), (goods, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": self.policy.id,
                }
            )
        self._buy(part, 10, 10.0, self.store)
        order = self._produce(thing, 1, picking_type_id=self.prototypes.id)
        self.assertEntry(
            order.backflush_confirmation_ids.move_id, [("fg", 20.0), ("rip", -20.0)]
        )
        self.assertProven()
