from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestHandlingUnitNesting(HandlingUnitCommon):
    """A report about a unit is about what is inside it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inner = cls._coil("INNER", 1000, cls.line_side)
        cls.pallet = cls.env["stock.package"].create({"name": "PALLET"})
        cls.inner.parent_package_id = cls.pallet

    def _at(self, hour):
        return f"2026-03-02 0{hour}:00:00"

    def test_the_history_is_that_of_the_unit_that_holds_the_stock(self):
        order = self._order(self.cable, 100)
        self._mount(self.pallet, event_time=self._at(1))
        log = self._use(self.pallet, 990, order, event_time=self._at(3))
        self.assertEqual((log.package_id, log.workcenter_id), (self.inner, self.saw))
        issued = log.confirmation_id.line_ids._early_moves().move_line_ids
        self.assertEqual(issued.mapped("backflush_link"), ["mounted"])
        early = self._use(self.inner, 100, order, event_time=self._at(2))
        self.assertEqual(early._line()._issued_from(self.inner), 100)
        self.assertEqual(log._line()._open_in(self.inner).quantity_open, 90)
        self.assertEqual(self._left(self.inner), 0)
        # It is all used up, and a late report is still about the same coil.
        late = self._use(self.pallet, 40, order, event_time=self._at(1))
        self.assertEqual(late.package_id, self.inner)
        self.assertEqual(late._line()._issued_from(self.inner), 40)
        self.assertProven()

    def test_the_residue_of_the_pallet_is_that_of_its_coils(self):
        self.company.backflush_residue_percent = 50
        order = self._order(self.cable, 100)
        self._use(self.pallet, 600, order, event_time=self._at(1))
        report = self._empty(self.pallet, user=self.operator, event_time=self._at(5))
        inner = report.inner_ids
        self.assertRecordValues(
            inner,
            [
                {
                    "package_id": self.inner.id,
                    "state": "done",
                    "residue_quantity": 400,
                }
            ],
        )
        self._use(self.inner, 100, order, event_time=self._at(2))
        self.assertEqual(inner.residue_quantity, 300)
        self.assertEqual(self._empty(self.pallet), report, "said twice")
        self.assertProven()
        self._as(self.supervisor, self.pallet).reverse_empty()
        self.assertEqual((inner.state, self._left(self.inner)), ("reversed", 300))
        self.assertFalse((self.pallet + self.inner).filtered("backflush_emptied"))
        self.assertProven()

    def test_which_of_several_was_used_has_to_be_said(self):
        second = self._coil("SECOND", 1000, self.line_side)
        second.parent_package_id = self.pallet
        order = self._order(self.cable, 100)
        with self.assertRaisesRegex(UserError, "in several units .INNER, SECOND."):
            self._use(self.pallet, 10, order)
        self._empty(self.pallet, event_time=self._at(3))
        self.assertEqual(self._left(self.inner) + self._left(second), 0)
        self.assertProven()

    def test_a_pallet_that_a_coil_is_put_on_begins_anew(self):
        first = self._empty(self.pallet, event_time=self._at(3))
        self.inner.parent_package_id = False
        second = self._coil("SECOND", 500, self.line_side)
        second.parent_package_id = self.pallet
        self.assertFalse(self.pallet.backflush_emptied)
        self.assertNotEqual(self._empty(self.pallet), first)
        self.assertEqual(self._left(second), 0)
        self.assertProven()

    def test_what_lies_on_a_mounted_pallet_is_there_to_start_with(self):
        self.company.backflush_start_check = "content"
        workorder = self._order(self.cable, 100).workorder_ids
        self._mount(self.pallet)
        self._as(self.operator, workorder).button_start()
        self.assertEqual(workorder.state, "progress")
        second = self._order(self.cable, 101).workorder_ids
        with self.assertRaisesRegex(UserError, "1,000.00 m in PALLET, 1,010.00 m are"):
            self._as(self.operator, second).button_start()
