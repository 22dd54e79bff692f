from odoo.tests import tagged

from .common import BackflushCommon


@tagged("post_install", "-at_install")
class TestFlushResolution(BackflushCommon):
    """Component line, BoM line, work centre, product, company, order: in this order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.center = cls._workcenter("Welding", 60)
        cls.part = cls._product("Part", 1.0)
        cls.thing = cls._product("Thing", 2.0)
        cls.bom = cls._bom(cls.thing, [(cls.part, 1)], [(cls.center, 5)])
        cls.line = cls.bom.bom_line_ids
        cls.line.operation_id = cls.bom.operation_ids
        cls.places = {
            name: cls.env["stock.location"].create(
                {
                    "name": name,
                    "usage": "internal",
                    "location_id": cls.warehouse.view_location_id.id,
                }
            )
            for name in ("product", "workcenter", "bom_line")
        }

    def _raw(self):
        return self._order(self.thing, 1).move_raw_ids

    def test_the_most_specific_place_wins(self):
        self.assertRecordValues(
            self._raw(),
            [
                {
                    "flush_method": False,
                    "flush_rule": False,
                    "location_id": self.store.id,
                }
            ],
        )
        self.company.flush_method = "completion"
        self._assert_rule("completion", "company:order", self.store)
        template = self.part.product_tmpl_id
        template.flush_method = "manual"
        template.property_backflush_location_id = self.places["product"]
        self._assert_rule("manual", "product:product", self.places["product"])
        self.center.flush_method = "completion"
        self.center.backflush_location_id = self.places["workcenter"]
        self._assert_rule(
            "completion", "workcenter:workcenter", self.places["workcenter"]
        )
        self.line.flush_method = "manual"
        self.line.backflush_location_id = self.places["bom_line"]
        self._assert_rule("manual", "bom_line:bom_line", self.places["bom_line"])

    def _assert_rule(self, method, rule, location):
        self.assertRecordValues(
            self._raw(),
            [{"flush_method": method, "flush_rule": rule, "location_id": location.id}],
        )

    def test_method_and_location_are_looked_up_apart(self):
        self.company.flush_method = "completion"
        self.center.backflush_location_id = self.places["workcenter"]
        self._assert_rule("completion", "company:workcenter", self.places["workcenter"])

    def test_the_line_says_in_words_which_rule_won(self):
        self.company.flush_method = "completion"
        self.center.backflush_location_id = self.places["workcenter"]
        self.assertEqual(
            self._raw().flush_explanation,
            "At completion (default of the company). Taken from "
            f"{self.places['workcenter'].display_name} (set on the work center "
            "Welding).",
        )

    def test_what_was_entered_on_the_line_wins(self):
        self.company.flush_method = "completion"
        raw = self._raw()
        raw.flush_method = "manual"
        self.assertEqual(raw.flush_rule, "move:order")
        self.assertIn("entered on the component line", raw.flush_explanation)

    def test_a_component_added_by_hand_follows_the_rules(self):
        self.company.flush_method = "completion"
        extra = self._product("Extra", 1.0)
        extra.product_tmpl_id.property_backflush_location_id = self.places["product"]
        order = self._order(self.thing, 1)
        raw = self.env["stock.move"].create(
            {
                "raw_material_production_id": order.id,
                "product_id": extra.id,
                "product_uom_qty": 1,
                "product_uom": extra.uom_id.id,
            }
        )
        self.assertRecordValues(
            raw,
            [
                {
                    "flush_method": "completion",
                    "flush_rule": "company:product",
                    "location_id": self.places["product"].id,
                }
            ],
        )

    def test_a_new_components_location_leaves_line_sides_alone(self):
        self.company.flush_method = "completion"
        self.center.backflush_location_id = self.places["workcenter"]
        order = self._order(self.thing, 1)
        order.location_src_id = self.line_side
        self.assertEqual(order.move_raw_ids.location_id, self.places["workcenter"])

    def test_rules_are_per_company(self):
        other = self._create_company(name="Other plant")
        template = self.part.product_tmpl_id
        template.flush_method = "manual"
        self.assertFalse(template.with_company(other).flush_method)
        self.line.flush_method = "manual"
        self.assertFalse(self.line.with_company(other).flush_method)

    def test_a_location_entered_on_the_line_stays(self):
        self.company.flush_method = "completion"
        order = self._order(self.thing, 1)
        raw = order.move_raw_ids
        raw.location_id = self.places["product"]
        self.assertEqual(raw.flush_rule, "company:move")
        order.location_src_id = self.line_side
        self.assertEqual(raw.location_id, self.places["product"])
