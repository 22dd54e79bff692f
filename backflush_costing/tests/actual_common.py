from freezegun import freeze_time

from odoo import Command

from .common import BackflushCommon


@freeze_time("2026-03-02 10:00:00")
class ActualCommon(BackflushCommon):
    """A battery at standard 70 takes 6 cells at average cost; welding is 10.

    The standard was rolled up when a cell cost 10.
    """

    METHOD = "average"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.bought = cls._category("Bought", "material")
        cls.made = cls._category("Made", "finished")
        cls.station = cls._workcenter("Station", 60)
        cls.policy = cls._policy()
        cls.bought.write(
            {
                "property_cost_method": cls.METHOD,
                "property_backflush_cost_basis": "actual",
                "property_backflush_policy_id": cls.policy.id,
            }
        )
        cls.cell = cls._product(
            "Cell", 10.0, cls.bought, company_id=cls.company.id, **cls._cell_vals()
        )
        cls.battery = cls._product("Battery", 0.0, cls.made)
        cls.bom = cls._bom(cls.battery, [(cls.cell, 6)], [(cls.station, 10)])
        cls.made.property_backflush_policy_id = cls.policy

    @classmethod
    def _cell_vals(cls):
        return {
            "purchase_method": "purchase",
            "property_backflush_location_id": cls.line_side.id,
        }

    def _kinds(self, product=None):
        """``{kind: amount}`` of the subledger, zero amounts left out."""
        domain = [("company_id", "=", self.company.id)]
        if product:
            domain.append(("product_id", "=", product.id))
        rows = self.env["backflush.posting.line"]._read_group(
            domain, ["kind"], ["amount:sum"]
        )
        return {kind: round(total, 6) for kind, total in rows if round(total, 6)}

    def _order_cells(self, quantity, price, currency=None, **vals):
        """A confirmed order of cells; ``vals`` are those of its line."""
        return self._purchase(self.cell, quantity, price, currency, **vals)

    def _receive_some(self, order, quantity, location=None):
        """A partial receipt at the line side; the rest waits in a backorder."""
        return super()._receive_some(order, quantity, location or self.line_side)

    def _receive_without_order(self, quantity):
        """A receipt of cells at the line side that nobody ordered."""
        kind = self.warehouse.in_type_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": self.vendor.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.line_side.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.cell.id,
                            "product_uom_qty": quantity,
                            "location_id": self.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": self.line_side.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.write({"quantity": quantity, "picked": True})
        picking.button_validate()
        return picking

    def _bill_some(self, order, quantity, price):
        order.action_create_invoice()
        bill = order.invoice_ids.filtered(lambda m: m.state == "draft")
        bill.invoice_date = bill.date
        bill.invoice_line_ids.write({"quantity": quantity, "price_unit": price})
        bill.action_post()
        return bill
