from odoo import Command, fields, models
from odoo.exceptions import UserError

from .backflush_error_correct import SUPERVISOR


class BackflushError(models.Model):
    """Having the missing stock brought, or what is there counted."""

    _inherit = "backflush.error"

    transfer_id = fields.Many2one(
        "stock.picking",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Transfer that brings the missing quantity. The record is issued when it "
        "arrives.",
    )
    transfer_state = fields.Selection(
        related="transfer_id.state", help="How far the transfer is."
    )

    def action_transfer(self, location_id=None):
        """Order the open quantities from a store; they are issued on arrival.

        Records that take from one location share a transfer.

        :param int location_id: the store; the stock location of each plant if empty
        :return: True
        :raises UserError: if a transfer is on its way already
        """
        self._check_role(SUPERVISOR)
        self._check_open()
        self._check_components()
        for error in self.filtered(lambda e: e._transfer_is_open()):
            raise UserError(
                self.env._(
                    "%(transfer)s brings what %(name)s lacks already. Finish or "
                    "cancel it first.",
                    transfer=error.sudo().transfer_id.name,
                    name=error.name,
                )
            )
        store = self.env["stock.location"].browse(location_id or [])
        if store:
            store.check_access("read")
        errors = self.sudo()
        for target, some in errors.grouped("location_id").items():
            some.with_company(target.company_id)._order_transfer(
                store.sudo() or target.warehouse_id.lot_stock_id, target
            )
        return True

    def _transfer_is_open(self):
        self.ensure_one()
        state = self.sudo().transfer_id.state
        return bool(state) and state not in ("done", "cancel")

    def _order_transfer(self, store, target):
        """One transfer for these records, from ``store`` to ``target``."""
        if store.usage != "internal" or store.company_id != target.company_id:
            raise UserError(
                self.env._(
                    "%s is no store of the same company: choose an internal location.",
                    store.display_name or self.env._("Nothing"),
                )
            )
        if store._child_of(target):
            raise UserError(
                self.env._(
                    "%(store)s is part of %(target)s, where the component is missing. "
                    "Choose another store.",
                    store=store.display_name,
                    target=target.display_name,
                )
            )
        kind = (target.warehouse_id or store.warehouse_id).int_type_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "location_id": store.id,
                "location_dest_id": target.id,
                "origin": ", ".join(self[:5].mapped("name")),
                "company_id": target.company_id.id,
                "move_ids": [
                    Command.create(vals) for vals in self._transfer_vals(store, target)
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.transfer_id = picking
        self._note("transfer", picking_id=picking.id)

    def _transfer_vals(self, store, target):
        """Values of one movement per component."""
        return [
            {
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": sum(errors.mapped("quantity_open")),
                "location_id": store.id,
                "location_dest_id": target.id,
                "company_id": target.company_id.id,
            }
            for product, errors in self.grouped("product_id").items()
        ]

    def action_request_count(self, user_id=None, date=None):
        """Ask for a count of the component where it is missing.

        It is Odoo's own request: the stock appears on the list of physical inventory.

        :param int user_id: who is to count
        :param date: day on which; today if empty
        :return: True
        """
        self._check_role(SUPERVISOR)
        self._check_open()
        self._check_components()
        errors = self.sudo()
        quants = self.env["stock.quant"].sudo().union(*map(self._to_count, errors))
        request = self.env["stock.request.count"].sudo()
        request.create(
            {
                "quant_ids": [Command.set(quants.ids)],
                "user_id": user_id,
                "inventory_date": date or fields.Date.context_today(self),
            }
        ).action_request_count()
        errors._note("count_request")
        return True

    def _to_count(self, error):
        """The stock that the record waits for; where nothing is, that is counted."""
        stock = self.env["stock.quant"].sudo()
        values = {"product_id": error.product_id.id, "lot_id": error.lot_id.id}
        found = stock.search(
            [
                ("product_id", "=", error.product_id.id),
                ("location_id", "child_of", error.location_id.id),
            ]
        )
        return found or stock.create({**values, "location_id": error.location_id.id})
