import json

from odoo import fields, models

from ....engine.numbers import ZERO


class BackflushCutover(models.Model):
    """What stands open when a policy comes, changes or leaves."""

    _inherit = "backflush.cutover"

    def _refresh_items(self):
        """Look anew at what stands open."""
        products = self._products().with_company(self.company_id)
        vals_list = [vals for vals in self._open_items(products) if vals["count"]]
        self.item_ids = [
            fields.Command.clear(),
            *(fields.Command.create(vals) for vals in vals_list),
        ]

    def _open_items(self, products):
        """Hook: values of the items; those without a record are not kept.

        A room above adds what it knows of.
        """
        return [
            self._negative_item(products),
            *([self._method_item(products)] if self.kind == "enter" else []),
            *self._order_items(products),
            *self._document_items(products),
            self._error_item(products),
        ]

    def _item(self, name, meaning, records, value=ZERO, is_blocking=False):
        """Values of one item."""
        return {
            "name": name,
            "meaning": meaning,
            "count": len(records),
            "value": float(value),
            "is_blocking": is_blocking and bool(records),
            "res_model": records._name,
            "res_domain": json.dumps([["id", "in", records.ids]]),
        }

    def _worth(self, quantities):
        """Value of ``{product: quantity}`` at what the ledger carries."""
        return sum(
            (
                quantity * product._backflush_carrying_cost()
                for product, quantity in quantities.items()
            ),
            ZERO,
        )

    def _negative_item(self, products):
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", self.company_id.id),
                ("location_id.usage", "in", ("internal", "transit")),
                ("quantity", "<", 0),
            ]
        )
        return self._item(
            self.env._("Negative stock"),
            self.env._(
                "Count these locations before: no flush makes stock negative, and none "
                "can take from it."
            ),
            quants,
            is_blocking=self.kind == "enter",
        )

    def _method_item(self, products):
        found = products.filtered(
            lambda p: (
                p.cost_method != "standard"
                and p.categ_id.property_backflush_cost_basis != "actual"
                and not p.uom_id.is_zero(p.qty_available)
            )
        )
        return self._item(
            self.env._("Stock at average or FIFO"),
            self.env._(
                "Is at standard afterwards: the present cost. The lines show the "
                "difference."
            ),
            found,
            sum(found.mapped("total_value")),
        )

    def _order_items(self, products):
        orders = self.env["mrp.production"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "not in", ("draft", "done", "cancel")),
                "|",
                ("product_id", "in", products.ids),
                ("move_raw_ids.product_id", "in", products.ids),
            ]
        )
        in_process = self.company_id._backflush_in_process(products, None)
        value = self._worth({p: in_process[p.id] for p in products})
        return [
            self._item(
                self.env._("Open manufacturing orders"),
                self.env._(
                    "Are completed as it is set up then. What they were issued already "
                    "is in process and moves along."
                ),
                orders,
                value,
            )
        ]

    def _document_items(self, products):
        """Receipts without a bill, deliveries without an invoice, and the reverse."""
        company = self.company_id
        flows = company._backflush_partner_flows(products, None)
        documents = company._backflush_documents(products, None)
        unbilled, uninvoiced = (
            {p: flows[p.id][side] - documents[p.id][side] for p in products}
            for side in (0, 1)
        )
        return [self._unbilled_item(unbilled), self._uninvoiced_item(uninvoiced)]

    def _unbilled_item(self, unbilled):
        """What of ``{product: quantity}`` is received and not billed."""
        lines = self._order_lines("purchase.order.line", "purchase", unbilled)
        return self._item(
            self.env._("Received and not billed, or the reverse"),
            self.env._(
                "Under a policy it stays out of inventory until the bill, or stands "
                "on goods received. Without one the bill debits inventory again."
            ),
            lines.filtered(lambda line: line.qty_received != line.qty_invoiced),
            self._worth(unbilled),
        )

    def _uninvoiced_item(self, uninvoiced):
        """What of ``{product: quantity}`` is delivered and not invoiced."""
        lines = self._order_lines("sale.order.line", "sale", uninvoiced)
        return self._item(
            self.env._("Delivered and not invoiced, or the reverse"),
            self.env._(
                "Under a policy it stays in inventory until the invoice. Without one "
                "the invoice credits inventory again."
            ),
            lines.filtered(lambda line: line.qty_delivered != line.qty_invoiced),
            self._worth(uninvoiced),
        )

    def _order_lines(self, model, state, quantities):
        """Lines of orders over products of which ``{product: quantity}`` is open."""
        return self.env[model].search(
            [
                ("product_id", "in", [p.id for p, n in quantities.items() if n]),
                ("company_id", "=", self.company_id.id),
                ("state", "=", state),
            ]
        )

    def _error_item(self, products):
        errors = self.env["backflush.error"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("open", "in_process")),
                "|",
                ("product_id", "in", products.ids),
                ("production_id.product_id", "in", products.ids),
            ]
        )
        return self._item(
            self.env._("Open error records"),
            self.env._(
                "What is parked for them moves along. What no policy parks is a memo: "
                "working it off moves stock only."
            ),
            errors,
            sum(errors.mapped("amount")),
        )
