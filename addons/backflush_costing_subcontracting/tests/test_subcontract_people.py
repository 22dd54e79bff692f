from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import SubcontractingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestSubcontractPeople(SubcontractingCommon):
    """Who does what: receivers, the subcontractor himself, other companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._cost()
        cls.portal = new_test_user(
            cls.env, "backflush_painter", "base.group_portal", name="Painter's clerk"
        )
        cls.portal.partner_id.parent_id = cls.painter

    def _made(self, order):
        return self._open_receipt(order)._get_subcontract_production()

    def test_a_receiver_sees_no_amounts_and_needs_no_manufacturing_rights(self):
        self.assertFalse(self.receiver.has_group("mrp.group_mrp_user"))
        picking = self._take_in(self._order_from(self.painter, self.frame, 1))
        mine = picking.with_user(self.receiver)
        self.assertEqual(mine.backflush_open_error_count, 2)
        with self.assertRaises(AccessError):
            self.env["backflush.error"].with_user(self.receiver).search([])
        arch = mine.get_view(view_type="form")["arch"]
        self.assertNotIn("action_open_backflush_errors", arch)
        arch = picking.with_user(self.supervisor).get_view(view_type="form")["arch"]
        self.assertIn("action_open_backflush_errors", arch)

    def test_the_subcontractor_reads_his_order_without_our_remarks(self):
        made = self._made(self._order_from(self.painter, self.frame, 2))
        mine = made.with_user(self.portal)
        view = self.env.ref(
            "mrp_subcontracting.mrp_production_subcontracting_portal_form_view"
        )
        ours = made.get_view(view.id, "form")["arch"]
        self.assertIn("backflush", ours)
        arch = mine.get_view(view.id, "form")["arch"]
        self.assertNotIn("backflush", arch)
        names = etree.fromstring(arch).xpath("//field[not(ancestor::field)]/@name")
        read = mine.web_read({name: {} for name in names})
        self.assertEqual(read[0]["product_qty"], 2)

    def test_the_subcontractor_names_the_lots_that_he_used(self):
        self.primer.tracking = "lot"
        old, new = self.env["stock.lot"].create(
            [{"name": name, "product_id": self.primer.id} for name in ("OLD", "NEW")]
        )
        self._put(self.blank, 5, self.at_painter)
        self._put_lot(old, 9)
        self._put_lot(new, 1)
        order = self._order_from(self.painter, self.frame, 1)
        made = self._made(order)
        made.with_user(self.portal).move_line_raw_ids = [
            Command.create(
                {
                    "product_id": self.primer.id,
                    "lot_id": new.id,
                    "quantity": 2,
                    "company_id": self.company.id,
                    "location_id": self.at_painter.id,
                    "location_dest_id": made.production_location_id.id,
                }
            )
        ]
        picking = self._take_in(order)
        self.assertRecordValues(
            self._errors(picking), [{"lot_id": new.id, "quantity_open": 1}]
        )
        self.assertEqual(self._on_hand(self.primer, self.at_painter), 9)
        self.assertProven()

    def test_the_rules_are_read_for_a_subcontractor_who_adds_a_component(self):
        made = self._made(self._order_from(self.painter, self.frame, 1))
        vals = made.with_user(self.portal)._get_move_raw_values(
            self.primer, 1, self.primer.uom_id
        )
        self.assertEqual(vals["location_id"], self.at_painter.id)
        self.assertEqual(vals["flush_rule"], "receipt:subcontractor")

    def test_each_company_has_its_own_subcontractors_stock(self):
        other = self._create_company(name="Other plant")
        self.assertFalse(
            self.painter.with_company(other).property_stock_subcontractor
            == self.at_painter
        )
        other.write({"flush_method": "completion", "shortage_profile": "park"})
        env = self.env(context={**self.env.context, "allowed_company_ids": other.ids})
        part, thing = env["product.product"].create(
            [
                {"name": name, "is_storable": True, "company_id": other.id}
                for name in ("Part", "Thing")
            ]
        )
        env["mrp.bom"].create(
            {
                "product_tmpl_id": thing.product_tmpl_id.id,
                "type": "subcontract",
                "company_id": other.id,
                "subcontractor_ids": [Command.set(self.painter.ids)],
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": 2})
                ],
            }
        )
        warehouse = env["stock.warehouse"].search([("company_id", "=", other.id)])
        picking = env["stock.picking"].create(
            {
                "picking_type_id": warehouse[:1].in_type_id.id,
                "partner_id": self.painter.id,
                "move_ids": [
                    Command.create({"product_id": thing.id, "product_uom_qty": 3})
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": 3, "picked": True})
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertRecordValues(
            self._errors(picking),
            [
                {
                    "company_id": other.id,
                    "location_id": other.subcontracting_location_id.id,
                    "quantity_open": 6,
                }
            ],
        )
        self.assertFalse(
            self.env["backflush.error"]
            .with_user(self.supervisor)
            .search([("product_id", "=", part.id)])
        )
