from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.backflush_costing.tests.common import BackflushCommon


class SubcontractingCommon(BackflushCommon):
    """A painter who paints frames of ours: two litres of primer and one blank each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.outside = cls.company.subcontracting_location_id
        cls.painter, cls.other_painter = cls.env["res.partner"].create(
            [{"name": "Painter"}, {"name": "Other Painter"}]
        )
        cls.at_painter, cls.at_other = cls.env["stock.location"].create(
            [
                {"name": name, "usage": "internal", "location_id": cls.outside.id}
                for name in ("Painter", "Other Painter")
            ]
        )
        cls.painter.property_stock_subcontractor = cls.at_painter
        cls.other_painter.property_stock_subcontractor = cls.at_other
        cls.receiver = cls._worker("receiver", "stock.group_stock_user")
        # Odoo asks for manufacturing rights where a receipt leaves a backorder.
        cls.foreman = cls._worker(
            "foreman", "stock.group_stock_user,mrp.group_mrp_user"
        )
        cls.material = cls._category("Components")
        cls.finished = cls._category("Frames")
        cls.blank = cls._product("Blank", 40.0, cls.material)
        cls.primer = cls._product("Primer", 5.0, cls.material)
        cls.frame = cls._product("Frame", 65.0, cls.finished)
        cls.bom = cls._subcontract_bom(
            cls.frame, [(cls.blank, 1), (cls.primer, 2)], cls.painter
        )

    @classmethod
    def _worker(cls, login, groups):
        return new_test_user(
            cls.env,
            f"backflush_{login}",
            groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _cost(cls):
        """Put both categories under a policy."""
        cls.policy = cls._policy()
        for category, role in ((cls.material, "material"), (cls.finished, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.policy.id,
                }
            )

    @classmethod
    def _subcontract_bom(cls, product, components, *partners, **vals):
        return cls._bom(
            product,
            components,
            type="subcontract",
            subcontractor_ids=[Command.set([partner.id for partner in partners])],
            **vals,
        )

    def _put_lot(self, lot, quantity, location=None):
        """Stock of a lot that was at the painter's before it was used, by a count."""
        self._count_stock(
            lot.product_id,
            quantity,
            location or self.at_painter,
            self._before_open(lot.product_id),
            lot_id=lot.id,
        )

    def _order_from(self, partner, product, quantity, price=15.0):
        """A confirmed purchase order to a subcontractor."""
        vendor, self.vendor = self.vendor, partner
        try:
            return self._purchase(product, quantity, price)
        finally:
            self.vendor = vendor

    def _open_receipt(self, order):
        return order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))

    def _take_in(self, order, quantity=None, user=None):
        """Receive ``quantity`` (all by default) with a backorder for the rest."""
        picking = self._open_receipt(order)
        if quantity is not None:
            picking.with_user(user or self.receiver).move_ids.quantity = quantity
        picking.move_ids.picked = True
        result = (
            picking.with_user(user or self.receiver)
            .with_context(skip_backorder=True)
            .button_validate()
        )
        self.assertIs(result, True)
        self.assertEqual(picking.state, "done")
        return picking.sudo()

    def _return(self, picking, quantity):
        """Send ``quantity`` of what was received back to the subcontractor."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = quantity
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.write({"quantity": quantity, "picked": True})
        back.button_validate()
        self.assertEqual(back.state, "done")
        return back

    def _errors(self, picking):
        return picking._get_subcontract_production().backflush_error_ids

    def assertNothingNegative(self):
        self.assertFalse(
            self.env["stock.quant"].search(
                [
                    ("quantity", "<", 0),
                    ("location_id.usage", "=", "internal"),
                    ("company_id", "=", self.company.id),
                ]
            )
        )
