from freezegun import freeze_time

from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestTwinQuants(BackflushCommon):
    """Two quants of the same stock, as core makes them, and what a flush does then."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.wheel = cls._product("Wheel", 10.0)
        cls.wheel.product_tmpl_id.property_backflush_location_id = cls.line_side
        cls.cart = cls._product("Cart", 40.0)
        cls._bom(cls.cart, [(cls.wheel, 1)])

    def _twins(self, *quantities, location=None):
        """Quants of the wheel: the later created, the older the stock."""
        for day, quantity in enumerate(quantities):
            self.env["stock.quant"].create(
                {
                    "product_id": self.wheel.id,
                    "location_id": (location or self.line_side).id,
                    "quantity": quantity,
                    "in_date": f"2026-02-{20 - day} 08:00:00",
                }
            )

    def _quants(self, location=None):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", self.wheel.id),
                ("location_id", "=", (location or self.line_side).id),
            ]
        )

    def test_working_off_an_error_leaves_no_reservation_behind(self):
        error = self._produce(self.cart, 3).backflush_error_ids
        self._twins(7, 0, location=self.store)
        error.with_user(self.supervisor).action_issue_from(self.store.id)
        self.assertEqual(error.state, "resolved")
        self.assertRecordValues(
            self._quants(self.store), [{"quantity": 4, "reserved_quantity": 0}]
        )

    def test_a_completion_takes_from_both_and_none_goes_negative(self):
        self._twins(4, 3)
        order = self._produce(self.cart, 6)
        self.assertFalse(order.backflush_error_ids)
        self.assertRecordValues(
            self._quants(), [{"quantity": 1, "reserved_quantity": 0}]
        )

    def test_twins_of_several_packages_are_merged_in_one_go(self):
        box = self.env["stock.package"].create({"name": "BOX"})
        self._twins(4, 3)
        self._twins(2, 5)
        self._quants()[:2].package_id = box
        self._produce(self.cart, 1)
        self.assertEqual(len(self._quants()), 2)
        self.assertEqual(sum(self._quants().mapped("quantity")), 13)

    def test_a_count_leaves_the_quants_that_it_is_about(self):
        self._twins(4, 3)
        first, second = self._quants().sorted("id")
        counting = second.with_context(inventory_mode=True)
        counting.inventory_quantity = 5
        self.assertEqual(first.exists() | second.exists(), self._quants())

    def test_a_count_that_odoo_calls_again_is_entered_again(self):
        """As ``retrying`` does after a serialization failure: the same arguments."""
        counts = [
            {
                "product_id": self.wheel.id,
                "location_id": self.line_side.id,
                "inventory_quantity": 9,
            }
        ]
        counting = self.env["stock.quant"].with_context(inventory_mode=True)
        savepoint = self.env.cr.savepoint()
        counting.create(counts)
        savepoint.close(rollback=True)
        counting.create(counts).action_apply_inventory()
        self.assertRecordValues(self._quants(), [{"quantity": 9}])
