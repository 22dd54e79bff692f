from lxml import etree

from odoo import fields
from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

from .common import BackflushCommon


class ErrorsCommon(BackflushCommon):
    """A line that uses one cell per pack, with a store behind it.

    ``costed`` says whether a policy with a suspense account values it; every fact about
    stock and records holds without one.
    """

    costed = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.material = cls._category("Material")
        cls.goods = cls._category("Goods")
        cls.cell = cls._product("Cell", 10.0, cls.material)
        cls.pack = cls._product("Pack", 0.0, cls.goods)
        cls._at_line(cls.cell)
        cls._bom(cls.pack, [(cls.cell, 1)])
        if cls.costed:
            cls.policy = cls._policy()
            cls._cost(cls.material, "material")
            cls._cost(cls.goods, "finished")
            cls._release(cls.pack)
        cls.counter = cls._user("counter", "stock.group_stock_user")

    @classmethod
    def _at_line(cls, product):
        product.product_tmpl_id.property_backflush_location_id = cls.line_side

    @classmethod
    def _cost(cls, category, role):
        category.write(
            {
                "property_backflush_role": role,
                "property_backflush_policy_id": cls.policy.id,
            }
        )

    @classmethod
    def _release(cls, *products):
        standard = cls.env["backflush.standard.cost"]
        drafts = standard.action_roll_up([product.id for product in products])
        standard.browse(drafts).action_release()

    def _use(self, quantity, at=None, product=None):
        """Complete an order for as many packs; its error records."""
        order = self._order(product or self.pack, quantity)
        context = {"backflush_event_time": at} if at else {}
        order = self._complete(order.with_context(**context))
        return order.with_context(backflush_event_time=False).backflush_error_ids

    def _count(
        self,
        quantity,
        product=None,
        location=None,
        user=None,
        date=None,
        accounting_date=None,
        **at,
    ):
        """Count what lies at the line, as somebody who only works in the warehouse."""
        quants = self._as(user or self.counter, self.env["stock.quant"])
        quant = quants.with_context(inventory_mode=True).create(
            {
                "product_id": (product or self.cell).id,
                "location_id": (location or self.line_side).id,
                "inventory_quantity": quantity,
                **at,
            }
        )
        if accounting_date:
            quant.accounting_date = accounting_date
        quant.action_apply_inventory(date)
        self.env.invalidate_all()

    def _remedy(self, errors, kind, user=None, **values):
        """The form, as somebody fills it in."""
        context = {"active_model": "backflush.error", "active_ids": errors.ids}
        remedies = self._as(user or self.supervisor, self.env["backflush.remedy"])
        form = Form(remedies.with_context(**context, default_kind=kind))
        for name, value in values.items():
            form[name] = value
        remedy = form.save()
        preview = [(n.quantity_open, n.quantity_done) for n in remedy.line_ids]
        result = remedy.action_apply()
        self.assertEqual(result["tag"], "display_notification")
        self.env.invalidate_all()
        return preview

    def _receive_at_line(self, quantity, product=None, location=None):
        """Bring stock from the store to the line by a transfer."""
        product = product or self.cell
        self._buy(product, quantity, product.standard_price)
        self._move(product, quantity, location)

    def _move(self, product, quantity, location=None):
        location = location or self.line_side
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": self.store.id,
                "location_dest_id": location.id,
                "move_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": self.store.id,
                            "location_dest_id": location.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def _run_cron(self):
        """Let Odoo's scheduler work the queue off."""
        cron = self.env.ref("backflush_costing.cron_retry_errors")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        # The numbers that this transaction remembers are another's by now.
        self.env["account.move"]._get_sequence_cache().clear()

    def assertBooks(self, on_hand, still_open, difference=None, product=None):
        """Stock at the line, open quantity, and what counts posted as a difference."""
        product = product or self.cell
        errors = self.env["backflush.error"].search([("product_id", "=", product.id)])
        self.assertEqual(self._on_hand(product), on_hand)
        self.assertEqual(sum(errors.mapped("quantity_open")), still_open)
        if not self.costed:
            return
        if difference is not None:
            self.assertBalances(inventory_difference=difference)
        standard = product.with_company(self.company).standard_price
        self.assertBalances(suspense=-still_open * standard)
        self.assertProven()

    def _filter(self, name, user=None):
        """Domain of a filter of the error queue, as ``user`` has it."""
        view = self.env.ref("backflush_costing.backflush_error_view_search")
        arch = self.env["backflush.error"].get_view(view.id, "search")["arch"]
        [found] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
        return safe_eval(found.get("domain"), {"uid": (user or self.env.user).id})
