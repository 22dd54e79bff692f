from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..engine.sscc import is_valid
from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitFilled(HandlingUnitCommon):
    """What is made is received into handling units, and taken out again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wire.flush_method = "completion"
        cls._stock(cls.wire, 100000, cls.line_side)
        cls.company.backflush_gs1_prefix = "0614141"

    def _held(self, product=None):
        """``{unit, or False: quantity}`` of the product in stock."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.cable).id),
                ("location_id.usage", "=", "internal"),
                ("quantity", "!=", 0),
            ]
        )
        found = {}
        for quant in quants.sorted(lambda q: (q.package_id.id, q.id)):
            name = quant.package_id.name
            found[name] = found.get(name, 0.0) + quant.quantity
        return found

    def _report(self, order, quantity=None):
        """Report a part of the job; the rest of it stays open as another order."""
        rest = order.production_group_id.production_ids.sorted("id")[-1]
        rest = self._as(self.operator, rest)
        rest.qty_producing = quantity or rest.product_qty
        rest.set_qty_producing()
        rest.with_context(
            skip_consumption=True,
            skip_backorder=True,
            skip_redirection=True,
            mo_ids_to_backorder=rest.ids if quantity else [],
        ).button_mark_done()
        self.assertEqual(rest.state, "done")
        return rest.with_env(self.env)

    def _units(self, order):
        return order.backflush_filled_unit_ids.sorted("id")

    def test_several_units_per_order_each_with_a_number_and_a_label(self):
        self.cable.backflush_pack_quantity = 40
        order = self._order(self.cable, 100)
        self.assertEqual(order.backflush_pack_quantity, 40)
        self._complete(order)
        units = self._units(order)
        self.assertEqual(list(self._held().values()), [40, 40, 20])
        self.assertEqual(set(self._held()), set(units.mapped("name")))
        self.assertTrue(all(is_valid(name) for name in units.mapped("name")))
        self.assertEqual(order.move_finished_ids.quantity, 100)
        self.assertRecordValues(
            order.backflush_confirmation_ids.unit_log_ids.sorted("id"),
            [
                {
                    "kind": "fill",
                    "package_id": unit.id,
                    "quantity": quantity,
                    "product_id": self.cable.id,
                    "production_id": order.id,
                    "location_to_id": order.location_dest_id.id,
                    "user_id": self.operator.id,
                }
                for unit, quantity in zip(units, (40, 40, 20), strict=True)
            ],
        )
        self.assertEqual(units.backflush_made_by_ids, order)
        self.assertFalse(units.backflush_used_by_ids)
        action = self._as(self.operator, order).action_backflush_print_units()
        self.assertEqual(action["context"]["active_ids"], units.ids)
        report = self.env["ir.actions.report"].with_user(self.operator)
        name = "backflush_costing.report_handling_unit_label"
        html, _kind = report._render_qweb_html(name, units.ids)
        for unit in units:
            self.assertIn(unit.name, html.decode())
        zpl, _kind = report._render_qweb_text(f"{name}_zpl", units.ids)
        self.assertEqual(zpl.decode().count("^XA"), 3)
        self.assertIn("^FD20 Units^FS", zpl.decode())
        self.assertProven()

    def test_a_unit_that_is_not_full_is_filled_first(self):
        """Pieces that are reported one after another share a pallet."""
        order = self._order(self.cable, 10)
        order.backflush_pack_quantity = 4
        for quantity in (1, 2, 3):
            rest = self._report(order, quantity)
        self.assertEqual(list(self._held().values()), [4, 2])
        self.assertEqual(rest.backflush_pack_quantity, 4, "the rest asks for the same")
        # It is shipped as it is: what follows begins another one.
        last = self._units(rest)[-1]
        self._as(self.operator, last).move_back(self.line_side.id)
        self._report(order)
        self.assertEqual(sorted(self._held().values()), [2, 4, 4])
        self.assertProven()

    def test_into_the_unit_that_is_named_and_nowhere_else(self):
        pallet = self.env["stock.package"].create({"name": "PALLET"})
        order, second = self._order(self.cable, 10), self._order(self.cable, 5)
        order.backflush_unit_id = pallet
        self._complete(order, 4)
        self.assertEqual(self._held(), {"PALLET": 4})
        self.assertFalse(order.backflush_unit_id, "named for one report")
        second.write({"backflush_unit_id": pallet.id, "backflush_pack_quantity": 6})
        result = self._as(self.operator, second).backflush_complete()
        self.assertEqual(result["done"], second.ids)
        self.assertEqual(list(self._held().values()), [6, 3])
        far = self._coil("FAR", 10, self.line_side)
        third = self._order(self.cable, 1)
        third.backflush_unit_id = far
        refused = self.assertRaisesRegex(UserError, "FAR is at .*Move the unit there")
        with refused, self.env.cr.savepoint():
            self._complete(third)
        third.write({"backflush_unit_id": False, "backflush_pack_quantity": 0.0005})
        self.assertEqual(third.backflush_pack_quantity, 0.0)
        self._complete(third)
        self.assertEqual(third.state, "done")
        self.assertEqual(list(self._held().values()), [1, 6, 3], "the last one loose")
        many = self._order(self.cable, 2000)
        many.backflush_pack_quantity = 1
        refused = self.assertRaisesRegex(UserError, "would make 2000 units")
        with refused, self.env.cr.savepoint():
            self._complete(many)
        self.assertProven()

    def test_lots_and_serial_numbers_inside(self):
        self.cable.tracking = "lot"
        order = self._order(self.cable, 5)
        order.backflush_pack_quantity = 3
        lot = self.env["stock.lot"].create({"name": "L1", "product_id": self.cable.id})
        order.lot_producing_ids = [Command.set(lot.ids)]
        self._complete(order)
        self.assertEqual(list(self._held().values()), [3, 2])
        self.assertEqual(self._units(order).contained_quant_ids.lot_id, lot)
        self.assertEqual(
            order.backflush_confirmation_ids.unit_log_ids.lot_ids.mapped("name"), ["L1"]
        )
        self.assertProven()
        # Of no policy: how it is packed does not depend on that.
        machine = self._product("Machine", tracking="serial")
        nut = self._product("Nut", 0.5)
        self._stock(nut, 100, self.store)
        self._bom(machine, [(nut, 1)])
        order = self._order(machine, 5)
        order.backflush_pack_quantity = 2
        numbers = self.env["stock.lot"].create(
            [{"name": f"S{n}", "product_id": machine.id} for n in range(5)]
        )
        order.qty_producing = 5
        order.lot_producing_ids = [Command.set(numbers.ids)]
        order.set_qty_producing()
        self._complete(order)
        held = [
            set(unit.contained_quant_ids.lot_id.mapped("name"))
            for unit in self._units(order)
        ]
        self.assertEqual(held, [{"S0", "S1"}, {"S2", "S3"}, {"S4"}])

    def test_a_reversal_takes_it_out_of_its_units(self):
        """Not out of what lies beside them, and not below zero."""
        loose = self._order(self.cable, 7)
        self._complete(loose)
        order = self._order(self.cable, 100)
        order.backflush_pack_quantity = 40
        self._complete(order)
        units = self._units(order)
        confirmation = order.backflush_confirmation_ids
        self.assertTrue(
            self._as(self.supervisor, confirmation).action_reverse("Wrong", False)
        )
        self.assertEqual(self._held(), {False: 7})
        self.assertEqual(set(units.mapped("backflush_state")), {"empty"})
        gone = units.backflush_log_ids.filtered(lambda log: log.kind == "takeout")
        self.assertEqual(sorted(gone.mapped("quantity")), [20, 40, 40])
        self.assertProven()
        # A part of it, by Odoo's own unbuild: the last unit first.
        order = self._order(self.cable, 100)
        order.backflush_pack_quantity = 40
        self._complete(order)
        self._unbuild(order, 30)
        self.assertEqual(list(self._held().values()), [7, 40, 30])
        self.assertProven()
        confirmation = order.backflush_confirmation_ids
        self._as(self.supervisor, confirmation).action_reverse("Wrong", False)
        self.assertEqual(self._held(), {False: 7})
        self._as(self.supervisor, loose.backflush_confirmation_ids).action_reverse("No")
        self.assertFalse(self._held())
        self.assertProven()
