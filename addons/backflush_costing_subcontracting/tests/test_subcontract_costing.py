from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SubcontractingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestSubcontractCosting(SubcontractingCommon):
    """The product enters at standard with its receipt, the fee is conversion cost.

    A frame holds 50 of components and 15 of the painter's work.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.painter.id,
                "product_tmpl_id": cls.frame.product_tmpl_id.id,
                "price": 15.0,
            }
        )
        cls._cost()

    def _supply(self, blanks=10, primer=20):
        self._buy(self.blank, blanks, 40, self.at_painter)
        self._buy(self.primer, primer, 5, self.at_painter)
        self.assertProven()

    def _entry(self, picking):
        made = picking._get_subcontract_production()
        return made.backflush_confirmation_ids.move_id

    # -- standards -----------------------------------------------------------------

    def test_the_standard_holds_components_and_fee(self):
        standard = self.env["backflush.standard.cost"]._current(self.frame)
        self.assertRecordValues(
            standard[self.frame],
            [
                {
                    "bom_id": self.bom.id,
                    "material_level": 50,
                    "material": 50,
                    "conversion_level": 15,
                    "conversion": 15,
                    "total": 65,
                }
            ],
        )
        self.assertEqual(
            self.env["backflush.standard.cost"]._conversion_by_element(self.frame),
            {self.frame: {"external": 15}},
        )
        fee = standard[self.frame].line_ids.filtered(lambda row: row.kind == "external")
        self.assertRecordValues(
            fee, [{"partner_id": self.painter.id, "price": 15, "amount": 15}]
        )

    def test_the_fee_follows_currency_unit_discount_and_batch(self):
        currency = self.env["res.currency"].create({"name": "PNT", "symbol": "P"})
        currency.rate_ids = [Command.create({"name": "2026-01-01", "rate": 2.0})]
        dozen = self.env.ref("uom.product_uom_dozen")
        self.seller.write(
            {
                "currency_id": currency.id,
                "product_uom_id": dozen.id,
                "price": 480.0,
                "discount": 10.0,
            }
        )
        self.bom.product_qty = 24
        for line in self.bom.bom_line_ids:
            line.product_qty *= 24
        costs = self.env["backflush.standard.cost"]
        draft = costs.browse(costs.action_roll_up(self.frame.ids))
        self.assertRecordValues(draft, [{"material": 50, "conversion_level": 18}])
        self.assertEqual(
            draft.difference_ids.mapped(lambda row: (row.kind, row.change, row.amount)),
            [("external", "price", 3)],
        )

    def test_made_both_ways_the_first_bill_of_materials_is_the_standard(self):
        station = self._workcenter("Own paint shop", 60)
        own = self._bom(
            self.frame, [(self.blank, 1), (self.primer, 2)], [(station, 20)]
        )
        costs = self.env["backflush.standard.cost"]
        self.assertFalse(costs.action_roll_up(self.frame.ids))
        own.sequence, self.bom.sequence = 1, 2
        draft = costs.browse(costs.action_roll_up(self.frame.ids))
        self.assertRecordValues(draft, [{"bom_id": own.id, "conversion_level": 20}])

    # -- receipt and bill ------------------------------------------------------------

    def test_receipt_without_bill(self):
        self._supply()
        picking = self._take_in(self._order_from(self.painter, self.frame, 4))
        self.assertProven()
        self.assertEntry(
            self._entry(picking),
            [("fg", 260.0), ("rip", -200.0), ("conversion_allocated", -60.0)],
        )
        self.assertBalances(
            rip=300.0,
            fg=260.0,
            conversion_allocated=-60.0,
            conversion_control=0.0,
            usage_variance=0.0,
            standard_variance=0.0,
        )

    def test_the_fee_is_conversion_cost_at_what_is_billed(self):
        self._supply()
        order = self._order_from(self.painter, self.frame, 4)
        self._take_in(order)
        bill = self._bill(order, 17.0)
        self.assertTrue(bill.invoice_line_ids.backflush_is_fee)
        self.assertEqual(
            bill.invoice_line_ids.account_id, self.policy.conversion_control_account_id
        )
        report = self.assertProven()
        self.assertBalances(
            rip=300.0,
            fg=260.0,
            conversion_allocated=-60.0,
            conversion_control=68.0,
            price_variance=0.0,
        )
        finished = report.line_ids.filtered(
            lambda line: line.account_id == self.policy.fg_account_id
        )
        self.assertEqual(finished.received_not_billed, 0)

    def test_a_bill_before_the_receipt_is_a_fee_too(self):
        self._supply()
        self.frame.purchase_method = "purchase"
        order = self._order_from(self.painter, self.frame, 4)
        self._bill(order)
        self.assertProven()
        self.assertBalances(fg=0.0, conversion_control=60.0)
        self._take_in(order)
        self.assertProven()
        self.assertBalances(fg=260.0, rip=300.0)

    def test_shortage_and_retry(self):
        self._supply(primer=5)
        order = self._order_from(self.painter, self.frame, 4)
        picking = self._take_in(order)
        self.assertProven()
        self.assertEntry(
            self._entry(picking),
            [
                ("fg", 260.0),
                ("rip", -185.0),
                ("suspense", -15.0),
                ("conversion_allocated", -60.0),
            ],
        )
        self._bill(order)
        self.assertProven()
        self._buy(self.primer, 2, 5, self.at_painter)
        error = self._errors(picking)
        error.with_user(self.supervisor).action_retry()
        self.assertProven()
        self.assertBalances(suspense=-5.0)
        self._buy(self.primer, 9, 6, self.store)
        error.with_user(self.supervisor).action_issue_from(self.store.id)
        self.assertProven()
        self.assertEqual(error.state, "resolved")
        self.assertBalances(suspense=0.0, price_variance=9.0)

    def test_partial_and_surplus_receipts(self):
        self._supply()
        order = self._order_from(self.painter, self.frame, 6)
        self._take_in(order, 2, self.foreman)
        self.assertProven()
        self._take_in(order, 5)
        self.assertProven()
        self.assertBalances(fg=455.0, rip=150.0, conversion_allocated=-105.0)
        self._bill(order)
        self.assertProven()
        self.assertBalances(conversion_control=105.0)

    def test_return_and_credit_note(self):
        self._supply()
        order = self._order_from(self.painter, self.frame, 4)
        picking = self._take_in(order)
        bill = self._bill(order)
        self._return(picking, 1)
        self.assertProven()
        self.assertBalances(fg=260.0)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"journal_id": bill.journal_id.id})
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.invoice_line_ids.quantity = 1
        refund.action_post()
        self.assertProven()
        self.assertBalances(conversion_control=45.0, fg=260.0)

    def test_taking_the_receipt_back_where_the_product_was_returned(self):
        self._supply(primer=5)
        picking = self._take_in(self._order_from(self.painter, self.frame, 4))
        made = picking._get_subcontract_production()
        self._return(picking, 4)
        report = made.backflush_confirmation_ids.with_user(self.supervisor)
        self.assertTrue(report.action_reverse("Wrong paint"))
        self.assertProven()
        self.assertBalances(fg=0.0, rip=425.0, suspense=0.0, conversion_allocated=0.0)

    def test_bill_reset_to_draft_and_posted_again(self):
        self._supply()
        order = self._order_from(self.painter, self.frame, 4)
        self._take_in(order)
        bill = self._bill(order)
        bill.button_draft()
        self.assertProven()
        bill.action_post()
        self.assertProven()
        self.assertBalances(conversion_control=60.0)

    def test_sale_of_what_a_subcontractor_made(self):
        self._supply()
        self._take_in(self._order_from(self.painter, self.frame, 4))
        sale = self._sell(self.frame, 3, 100)
        self._deliver(sale)
        self._invoice(sale)
        self.assertProven()
        self.assertBalances(fg=65.0)

    def test_the_same_product_bought_elsewhere_is_a_purchase(self):
        self._buy(self.frame, 2, 70)
        self.assertProven()
        self.assertBalances(fg=130.0, price_variance=10.0, conversion_control=0.0)

    def test_fee_and_goods_on_one_bill(self):
        """The vendor paints frames of ours and sells us frames of his."""
        self._supply()
        fee = self._order_from(self.painter, self.frame, 4)
        self._take_in(fee)
        self.bom.subcontractor_ids = self.other_painter
        goods = self._order_from(self.painter, self.frame, 2, 70.0)
        self._receive(goods)
        (fee | goods).action_create_invoice()
        bill = (fee | goods).invoice_ids
        self.assertEqual(len(bill), 1)
        bill.invoice_date = bill.date
        bill.action_post()
        self.assertProven()
        self.assertBalances(fg=390.0, price_variance=10.0, conversion_control=60.0)

    def test_a_bill_without_purchase_order(self):
        self._supply()
        self._take_in(self._order_from(self.painter, self.frame, 4))
        bill = self._loose_bill(self.painter)
        bill.action_post()
        self.assertTrue(bill.invoice_line_ids.backflush_is_fee)
        self.assertProven()
        self.assertBalances(fg=260.0, conversion_control=60.0)

    def _loose_bill(self, partner):
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-03-02",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.frame.id,
                            "quantity": 4,
                            "price_unit": 15,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )

    def test_a_fee_on_the_inventory_account_is_refused(self):
        bill = self._loose_bill(self.painter)
        bill.invoice_line_ids.account_id = self.policy.fg_account_id
        with self.assertRaisesRegex(UserError, "bills the work on it.*Control"):
            bill.action_post()

    def test_without_conversion_control_the_fee_is_expense(self):
        self.policy.conversion_control_account_id = False
        bill = self._loose_bill(self.painter)
        self.assertEqual(
            bill.invoice_line_ids.account_id,
            self.frame._get_product_accounts()["expense"],
        )
        bill.action_post()
        self.assertProven()

    def test_a_product_without_a_policy_is_billed_as_odoo_does(self):
        plain = self._product("Plain frame", 65.0)
        part = self._product("Plain blank", 40.0)
        self._subcontract_bom(plain, [(part, 1)], self.painter)
        plain.categ_id.property_valuation = "real_time"
        order = self._order_from(self.painter, plain, 1)
        self._take_in(order)
        bill = self._bill(order)
        self.assertEqual(
            bill.invoice_line_ids.account_id,
            plain._get_product_accounts()["stock_valuation"],
        )
        self.assertFalse(self.env["backflush.posting.line"].search([]))

    def test_a_component_without_a_policy_is_refused_when_it_is_ordered(self):
        nail = self._product("Nail", 1.0)
        self.bom.bom_line_ids = [
            Command.create({"product_id": nail.id, "product_qty": 4})
        ]
        with self.assertRaisesRegex(UserError, "Nail .* has no costing policy"):
            self._order_from(self.painter, self.frame, 1)

    def test_a_new_standard_revalues_what_is_at_the_subcontractor(self):
        self._supply(primer=5)
        picking = self._take_in(self._order_from(self.painter, self.frame, 4))
        self.primer.standard_price = 6.0
        self.assertProven()
        self.assertEqual(self._errors(picking).amount, 18.0)

    def test_a_day_that_has_passed_stays_proven(self):
        self._supply()
        order = self._order_from(self.painter, self.frame, 4)
        self._take_in(order)
        with freeze_time("2026-03-05 10:00:00"):
            self._bill(order, 16.0)
            self.assertProven()
            self.assertProven("2026-03-03")
