from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .triggers_common import TriggersCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestCostingEntries(TriggersCommon):
    """Entries and documents that the subledger explains stay what it says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("manager", "account.group_account_manager")

    def _entries(self):
        """``{name: entry}``: everything that is posted without a document of Odoo's."""
        self._stock_up()
        order = self._produce(self.battery, 2)
        self._count_stock(self.cell, 80, self.store)
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.body.id, "location_id": self.store.id}
        )
        scrap.action_validate()
        self._set_standard(self.cell, 11)
        close = self.env["backflush.period.close"].with_user(self.accountant).create({})
        close.action_post()
        counts = self.env["stock.move"].search(
            [("product_id", "=", self.cell.id), ("is_inventory", "=", True)]
        )
        released = self.env["backflush.standard.cost"]._current(self.cell)[self.cell]
        return {
            "completion": order.backflush_confirmation_ids.move_id,
            "count": counts.account_move_id,
            "scrap": scrap.move_ids.account_move_id,
            "release": released.move_id,
            "close": close.sudo().move_ids,
        }

    def _attempts(self, entry):
        """Every way out that Odoo has for a posted entry."""
        line = entry.line_ids[0]
        forced = entry.with_context(skip_readonly_check=True)
        journal = entry.journal_id.copy()
        reversal = self.env["account.move.reversal"].with_user(self.manager)
        wizard = reversal.with_context(
            active_model="account.move", active_ids=entry.ids
        ).create({"journal_id": entry.journal_id.id, "date": "2026-03-02"})
        pair = [
            Command.create({"account_id": line.account_id.id, "balance": balance})
            for balance in (5, -5)
        ]
        yield from {
            "draft": entry.button_draft,
            "cancel": entry.button_cancel,
            "state draft": lambda: entry.write({"state": "draft"}),
            "state cancel": lambda: entry.write({"state": "cancel"}),
            "unlink": entry.unlink,
            "forced unlink": entry.with_context(force_delete=True).unlink,
            "reverse": lambda: entry._reverse_moves(cancel=True),
            "wizard": wizard.reverse_moves,
            "modify": wizard.modify_moves,
            "date": lambda: forced.write({"date": "2026-02-02"}),
            "journal": lambda: entry.write({"name": "/", "journal_id": journal.id}),
            "lines": lambda: forced.write({"line_ids": pair}),
            "one line": lambda: forced.write(
                {"line_ids": [Command.update(line.id, {"balance": 1})]}
            ),
            "no line": lambda: forced.write({"line_ids": [Command.clear()]}),
            "amount": lambda: line.write({"balance": line.balance + 1}),
            "debit": lambda: line.write({"debit": line.debit + 1}),
            "account": lambda: line.write({"account_id": 1}),
            "product": lambda: line.write({"product_id": self.body.id}),
            "new line": lambda: line.create({**pair[0][2], "move_id": entry.id}),
            "line": line.unlink,
        }.items()

    def test_what_follows_a_document_is_changed_by_that_alone(self):
        for name, entries in self._entries().items():
            entry = self._as(self.manager, entries[:1])
            self.assertTrue(entry, name)
            before = entry.line_ids.sorted("id").mapped("balance")
            for attempt, act in self._attempts(entry):
                refused = self.assertRaisesRegex(UserError, "follows it")
                with self.subTest(entry=name, attempt=attempt):
                    with refused, self.env.cr.savepoint():
                        act()
                    self.env.invalidate_all()
                    self.assertEqual(entry.state, "posted")
            self.assertEqual(entry.line_ids.sorted("id").mapped("balance"), before)
        self.assertProven()

    def test_a_posted_document_is_changed_as_a_draft(self):
        bill = self._buy(self.cell, 20, 11).invoice_ids
        sale = self._sell(self.cell, 2, 30)
        self._deliver(sale)
        invoice = self._invoice(sale)
        expense = self.cell._get_product_accounts()["expense"]
        held = self.policy._material_account()
        for document in (bill, invoice):
            line = self._as(self.manager, document).line_ids.filtered(
                lambda item: item.account_id == held
            )[0]
            for vals in ({"account_id": expense.id}, {"quantity": 1}):
                refused = self.assertRaisesRegex(UserError, "Reset the document")
                with self.subTest(kind=document.move_type, vals=vals):
                    with refused, self.env.cr.savepoint():
                        line.write(vals)
            line.write({"name": "A better text"})
        self.assertProven()

    def test_a_purchase_receipt_is_a_bill(self):
        self._receive(self._purchase(self.cell, 10, 11))
        receipt = self.env["account.move"].create(
            {
                "move_type": "in_receipt",
                "partner_id": self.vendor.id,
                "invoice_date": "2026-03-02",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.cell.id,
                            "quantity": 10,
                            "price_unit": 11,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        receipt.action_post()
        self.assertProven()
        self.assertBalances(rip=100.0, price_variance=10.0)

    def test_entries_are_secured(self):
        """Journals whose entries are hashed: nothing of ours is written afterwards."""
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company.id)]
        )
        journals.restrict_mode_hash_table = True
        self._stock_up()
        order = self._make_vehicles(2)
        self._unbuild(order, 1)
        self.assertProven()
        with freeze_time("2026-03-03 10:00:00"):
            self._set_standard(self.cell, 11)
            self._sell_vehicles(1)
            close = self.env["backflush.period.close"].create({})
            close.action_post()
            close.action_reverse("Too early")
            self.assertProven()
        entries = self.env["backflush.posting.line"].search([]).move_id
        self.assertTrue(all(entry.inalterable_hash for entry in entries))

    # -- days ------------------------------------------------------------------------

    def _scrap(self):
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.cell.id, "location_id": self.store.id}
        )
        scrap.action_validate()
        return scrap.move_ids.account_move_id

    def test_counts_and_scrap_are_not_moved_to_another_period(self):
        self._stock_up()
        self.company.fiscalyear_lock_date = "2026-03-31"
        for name, act in (
            ("count", lambda: self._count_stock(self.cell, 80, self.store)),
            ("scrap", self._scrap),
        ):
            refused = self.assertRaisesRegex(UserError, "2026-03-02.*locked")
            with self.subTest(name), refused, self.env.cr.savepoint():
                act()
        self.company.fiscalyear_lock_date = "2026-02-28"
        with self.assertRaisesRegex(UserError, "2026-02-20.*locked"):
            self._count_stock(self.cell, 80, self.store, "2026-02-20")

    def test_counts_and_scrap_are_of_the_plants_day(self):
        """22:00 on the second is the third in Auckland."""
        self._stock_up()
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-02 22:00:00"):
            self.assertEqual(str(self._scrap().date), "2026-03-03")
            self._count_stock(self.cell, 80, self.store)
        with freeze_time("2026-03-03 20:00:00"):
            self.assertProven("2026-03-02")
            self.assertProven("2026-03-03")
