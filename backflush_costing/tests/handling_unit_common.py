from odoo import Command

from .common import BackflushCommon


class HandlingUnitCommon(BackflushCommon):
    """Cables cut from coils: 10 m of wire each, reported by who mounts the coil."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        parts, goods = cls._category("Parts"), cls._category("Goods")
        cls.meter = cls.env.ref("uom.product_uom_meter")
        cls.wire = cls._product(
            "Wire",
            0.1,
            parts,
            uom_id=cls.meter.id,
            flush_method="reported",
        )
        cls.plug = cls._product("Plug", 0.5, parts)
        cls.cable = cls._product("Cable", 0.0, goods)
        cls.saw = cls._workcenter("Saw", 60, backflush_location_id=cls.line_side.id)
        cls.bom = cls._bom(cls.cable, [(cls.wire, 10), (cls.plug, 2)], [(cls.saw, 1)])
        cls.bom.bom_line_ids[0].operation_id = cls.bom.operation_ids
        cls.policy = cls._policy()
        for category, role in ((parts, "material"), (goods, "finished")):
            category.write(
                {
                    "property_backflush_role": role,
                    "property_backflush_policy_id": cls.policy.id,
                }
            )
        cls.coil = cls._coil("COIL-1", 10000)
        cls._stock(cls.plug, 5000, cls.store)

    @classmethod
    def _stock(cls, product, quantity, location, **vals):
        """Stock from before the first report, by a count."""
        cls.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": location.id,
                "inventory_quantity": quantity,
                **vals,
            }
        ).action_apply_inventory()

    @classmethod
    def _coil(cls, name, content, location=None, product=None):
        """A coil with so much wire, in the store."""
        coil = cls.env["stock.package"].create({"name": name})
        if content:
            cls._stock(
                product or cls.wire,
                content,
                location or cls.store,
                package_id=coil.id,
            )
        return coil

    def _wind(self, quantity, unit=None):
        """Wire from the store to the line side, onto a unit that stands there."""
        line = {
            "product_id": self.wire.id,
            "quantity": quantity,
            "location_id": self.store.id,
            "location_dest_id": self.line_side.id,
            "result_package_id": unit.id if unit else False,
        }
        move = self.env["stock.move"].create(
            {
                "product_id": self.wire.id,
                "product_uom_qty": quantity,
                "location_id": self.store.id,
                "location_dest_id": self.line_side.id,
                "move_line_ids": [Command.create(line)],
            }
        )
        move._action_confirm()
        move.picked = True
        move._action_done()
        self.assertEqual(move.state, "done")

    def _mount(self, coil, center=None, **vals):
        unit = self._as(self.operator, coil)
        return self._log(unit.mount((center or self.saw).id, **vals))

    def _use(self, coil, quantity, order, **vals):
        """Report what was used, as an operator; the document."""
        unit = self._as(self.operator, coil)
        return self._log(
            unit.report_consumption(quantity, self.meter.id, order.id, **vals)
        )

    def _empty(self, coil, reason=None, user=None, **vals):
        unit = self._as(user or self.supervisor, coil)
        return self._log(unit.report_empty(reason, **vals))

    def _log(self, log_id):
        self.assertIsInstance(log_id, int)
        return self.env["backflush.handling.unit.log"].browse(log_id)

    def _left(self, coil):
        """What the books hold in a coil."""
        quants = self.env["stock.quant"].search(
            [("package_id", "=", coil.id), ("location_id.usage", "=", "internal")]
        )
        return sum(quants.mapped("quantity"))

    def _finish(self, order, quantity=None):
        return self._complete(order, quantity)

    @classmethod
    def _accounts(cls, *names):
        """An expense account per cause."""
        return {
            name: cls.env["account.account"].create(
                {
                    "name": f"Residue {name}",
                    "code": f"69{index:04d}",
                    "account_type": "expense",
                    "company_ids": [Command.set(cls.company.ids)],
                }
            )
            for index, name in enumerate(names)
        }
