from freezegun import freeze_time

from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestDeviationReopen(BackflushCommon):
    """An approval that was used up holds again what a reversal gives back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.a = cls._product("A", 4.0)
        cls.b = cls._product("B", 5.0)
        cls.mix = cls._product("Mix", 40.0)
        cls._bom(cls.mix, [(cls.a, 10)])
        cls.reason = cls.env.ref("backflush_costing.deviation_reason_other")
        for product in (cls.a, cls.b):
            cls.env["stock.quant"]._update_available_quantity(product, cls.store, 500)

    def setUp(self):
        super().setUp()
        self.approval = (
            self.env["backflush.deviation"]
            .with_user(self.operator)
            .create(
                {
                    "kind": "substitution",
                    "product_id": self.a.id,
                    "substitute_id": self.b.id,
                    "quantity": 20,
                    "reason_id": self.reason.id,
                }
            )
        )
        self.approval.with_user(self.supervisor).action_approve()
        self.approval = self.approval.sudo()

    def _use_up(self, quantity=2):
        order = self._order(self.mix, quantity)
        self.approval.with_user(self.operator).action_apply(order.id)
        self._complete(order)
        self.assertRecordValues(
            self.approval, [{"state": "closed", "is_used_up": True, "quantity_left": 0}]
        )
        return order

    def _reverse(self, order):
        confirmation = order.backflush_confirmation_ids.with_user(self.supervisor)
        confirmation.action_reverse("wrong", reopen=False)

    def test_a_reversal_approves_it_again(self):
        self._reverse(self._use_up())
        self.assertRecordValues(
            self.approval,
            [{"state": "approved", "is_used_up": False, "quantity_left": 20}],
        )
        self._use_up()

    def test_so_does_an_unbuild_for_its_part(self):
        order = self._use_up()
        self.env["mrp.unbuild"].create(
            {
                "product_id": self.mix.id,
                "product_qty": 1,
                "mo_id": order.id,
                "bom_id": order.bom_id.id,
                "location_id": self.store.id,
                "location_dest_id": self.store.id,
            }
        ).action_unbuild()
        self.assertRecordValues(
            self.approval, [{"state": "approved", "quantity_left": 10}]
        )

    def test_what_somebody_closed_stays_closed(self):
        order = self._order(self.mix, 1)
        self.approval.with_user(self.operator).action_apply(order.id)
        self._complete(order)
        self.approval.with_user(self.supervisor).action_close()
        self._reverse(order)
        self.assertEqual(self.approval.state, "closed")

    def test_it_is_closed_again_where_somebody_closes_it(self):
        order = self._use_up()
        self._reverse(order)
        self.approval.with_user(self.supervisor).action_close()
        self.assertRecordValues(
            self.approval, [{"state": "closed", "is_used_up": False}]
        )
