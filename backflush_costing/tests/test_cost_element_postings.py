from freezegun import freeze_time

from odoo.tests import tagged

from .triggers_common import TriggersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestCostElementPostings(TriggersCommon):
    """Cost elements are dimensions of the subledger: one account, several reasons."""

    def test_allocated_conversion_is_kept_by_element(self):
        standard = self.env["backflush.standard.cost"]
        draft = standard.create(
            {
                "product_id": self.battery.id,
                "bom_id": self.battery.bom_ids.id,
                "element_ids": [
                    (0, 0, {"element": element, "level": cost, "cumulated": cost})
                    for element, cost in (
                        ("material", 60.0),
                        ("labour", 7.0),
                        ("fixed_overhead", 3.3333),
                    )
                ],
            }
        )
        draft.action_release()
        self._stock_up()
        self._produce(self.battery, 3)
        self.assertProven()
        lines = self.env["backflush.posting.line"].search(
            [("kind", "=", "conversion"), ("product_id", "=", self.battery.id)]
        )
        self.assertRecordValues(
            lines.sorted("amount"),
            [
                {"cost_element": "labour", "amount": -21.0, "quantity": -3},
                {"cost_element": "fixed_overhead", "amount": -9.9999, "quantity": -3},
            ],
        )
        self.assertEqual(lines.move_line_id.balance, -31.0)
