from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .errors_common import ErrorsCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestCountWorksOff(ErrorsCommon):
    """Book 10, issue 100: what a count finds afterwards is never counted twice."""

    def setUp(self):
        super().setUp()
        self._count(10, date="2026-03-02 07:00:00")
        self.found = -10 * 10.0 if self.costed else 0

    def test_a_count_explains_what_is_open(self):
        errors = self._use(100)
        self.assertBooks(on_hand=0, still_open=90)
        self._count(35)
        self.assertEqual(errors.state, "resolved")
        self.assertBooks(35, 0, difference=self.found - 125 * 10.0)
        move = self.env["stock.move"].search(
            [("is_inventory", "=", True), ("product_id", "=", self.cell.id)],
            order="id desc",
            limit=1,
        )
        self.assertEqual(move.quantity, 125)

    def test_a_count_of_nothing_explains_it_too(self):
        errors = self._use(100)
        self._count(0)
        self.assertEqual(errors.state, "resolved")
        self.assertBooks(0, 0, difference=self.found - 90 * 10.0)

    def test_counted_stock_feeds_no_retry(self):
        errors = self._use(100)
        self._count(35)
        self.assertFalse(errors.flush_is_retryable)
        self._run_cron()
        self.assertBooks(35, 0)

    def test_several_records_are_worked_off_together(self):
        errors = self._use(20) | self._use(30) | self._use(5)
        self._count(3)
        self.assertEqual(set(errors.mapped("state")), {"resolved"})
        self.assertBooks(3, 0, difference=self.found - 48 * 10.0)

    def test_a_count_from_before_the_consumption_leaves_it_open(self):
        with freeze_time("2026-03-02 12:00:00"):
            errors = self._use(100)
            self._count(35, date="2026-03-02 11:00:00")
            self.assertEqual(errors.state, "open")
            self.assertBooks(35, 90, difference=self.found - 35 * 10.0)
            # It was there before: the consumption took it.
            self._as(self.supervisor, errors).action_retry()
            self.assertBooks(0, 55)

    def test_an_accounting_date_before_the_consumption_leaves_it_open(self):
        errors = self._use(100)
        self._count(35, accounting_date="2026-03-01")
        self.assertEqual(errors.state, "open")
        self.assertEqual(self._on_hand(self.cell), 35)

    def test_only_what_was_used_before_the_count(self):
        early = self._use(50, at="2026-03-02 08:00:00")
        late = self._use(7, at="2026-03-02 09:30:00")
        self._count(5, date="2026-03-02 09:00:00")
        self.assertEqual((early.state, late.state), ("resolved", "open"))
        self._run_cron()
        self.assertBooks(0, 2)

    def test_counts_by_every_path(self):
        context = {"inventory_mode": True}
        quants = self._as(self.env.user, self.env["stock.quant"])
        quants = quants.with_context(**context)
        place = {"product_id": self.cell.id, "location_id": self.line_side.id}

        def typed():
            quants.create({**place, "inventory_quantity_auto_apply": 5})

        def applied():
            quants.create({**place, "inventory_quantity": 5})._apply_inventory()

        def written():
            quant = quants.create({**place, "inventory_quantity": 5})
            quant.action_apply_inventory()
            self._use(5)
            quant = quants.search(
                [("product_id", "=", self.cell.id), ("quantity", ">", 0)]
            ).filtered(lambda q: q.location_id == self.line_side)
            if not quant:
                quant = quants.create({**place, "inventory_quantity": 0})
            quant.write({"inventory_quantity_auto_apply": 5})

        def requested():
            quant = quants.create({**place, "inventory_quantity": 0})
            quant.action_clear_inventory_quantity()
            request = self.env["stock.request.count"].create(
                {"quant_ids": [Command.set(quant.ids)], "user_id": self.counter.id}
            )
            request.action_request_count()
            quant.inventory_quantity = 5
            self.env["stock.inventory.adjustment.name"].create(
                {"quant_ids": [Command.set(quant.ids)]}
            ).action_apply()

        for count in (typed, applied, written, requested):
            with self.subTest(path=count.__name__):
                errors = self._use(100)
                self.assertTrue(errors)
                count()
                self.env.invalidate_all()
                self.assertEqual(set(errors.mapped("state")), {"resolved"})
                self.assertBooks(5, 0)

    def test_bins_of_the_location_counted_at_once(self):
        bins = self.env["stock.location"].create(
            [{"name": n, "location_id": self.line_side.id} for n in ("A", "B")]
        )
        errors = self._use(100)
        quants = self._as(self.counter, self.env["stock.quant"])
        counted = quants.with_context(inventory_mode=True).create(
            [
                {
                    "product_id": self.cell.id,
                    "location_id": place.id,
                    "inventory_quantity": quantity,
                }
                for place, quantity in ((bins[0], 4), (bins[1], 6))
            ]
        )
        counted.action_apply_inventory()
        self.env.invalidate_all()
        self.assertEqual(errors.state, "resolved")
        self.assertEqual(
            [self._on_hand(self.cell, place) for place in bins], [4.0, 6.0]
        )
        self.assertBooks(10, 0, difference=self.found - 100 * 10.0)

    def test_less_than_the_books_is_what_was_used(self):
        errors = self._use(100)
        self._receive_at_line(500)
        # 410 left: nothing was lost, the books were only late.
        self._count(410)
        self.assertEqual(errors.state, "resolved")
        self.assertBooks(410, 0, difference=self.found)

    def test_a_transfer_is_no_count(self):
        errors = self._use(100)
        self._receive_at_line(35)
        self.assertEqual(errors.quantity_open, 90)
        self._run_cron()
        self.assertBooks(0, 55)

    def test_another_location_is_not_concerned(self):
        errors = self._use(100)
        self._count(35, location=self.store)
        self.assertEqual(errors.state, "open")
        self.assertEqual(self._on_hand(self.cell, self.store), 35)

    def test_stock_of_somebody_else_explains_nothing(self):
        errors = self._use(100)
        self._count(35, owner_id=self.vendor.id)
        self.assertEqual(errors.state, "open")

    def test_a_handling_unit(self):
        package = self.env["stock.package"].create({"name": "HU1"})
        errors = self._use(100)
        self._count(35, package_id=package.id)
        self.assertEqual(errors.state, "resolved")
        self.assertEqual(package.quant_ids.quantity, 35)
        self.assertBooks(35, 0)


@tagged("post_install", "-at_install")
class TestCountWorksOffWithoutPolicy(TestCountWorksOff):
    costed = False


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestCountOfLots(ErrorsCommon):
    """A lot that nobody named is not made up; what is short of one was used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paint = cls._product("Paint", 2.0, cls.material, tracking="lot")
        cls.door = cls._product("Door", 0.0, cls.goods)
        cls._at_line(cls.paint)
        cls._bom(cls.door, [(cls.paint, 1)])
        cls._release(cls.door)
        cls.lots = cls.env["stock.lot"].create(
            [{"name": name, "product_id": cls.paint.id} for name in ("P1", "P2")]
        )

    def test_no_lot_was_named(self):
        self._count(100, self.paint, lot_id=self.lots[0].id)
        errors = self._use(90, product=self.door)
        self.assertEqual((errors.cause, errors.quantity_open), ("lot_required", 90))
        self._count(30, self.paint, lot_id=self.lots[0].id)
        # 70 are missing of the lot: they were used. The rest nobody knows.
        self.assertEqual(errors.quantity_open, 20)
        self.assertEqual(errors.confirmation_line_id.move_ids.lot_ids, self.lots[0])
        self.assertEqual(self._on_hand(self.paint), 30)
        self.assertProven()

    def test_lots_that_are_picked(self):
        self.company.backflush_lot_picking = "fifo"
        self._count(10, self.paint, lot_id=self.lots[0].id)
        errors = self._use(90, product=self.door)
        self.assertEqual(errors.quantity_open, 80)
        self._count(30, self.paint, lot_id=self.lots[1].id)
        self.assertEqual(errors.state, "resolved")
        self.assertEqual(self._on_hand(self.paint), 30)
        self.assertProven()
