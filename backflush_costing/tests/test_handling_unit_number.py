from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.sscc import make
from .common import BackflushCommon
from .companies_common import CompaniesCommon

PREFIX, LONG = "0614141", "0614141000"


@tagged("post_install", "-at_install")
class TestHandlingUnitNumber(CompaniesCommon, BackflushCommon):
    """A number is given once in the world, and its series is the prefix's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.backflush_gs1_prefix = PREFIX

    def _numbered(self, count=1, company=None):
        """The numbers of so many units, as an operator of the company gets them."""
        units = self.env["stock.package"].create(
            [{"name": f"BOX {n}"} for n in range(count)]
        )
        company = company or self.company
        mine = self._as(self.operator, units).with_company(company)
        self.operator.company_ids |= company
        mine.with_context(allowed_company_ids=company.ids).action_assign_sscc()
        return units.mapped("name")

    def _series(self, prefix=PREFIX, extension=0):
        return self.env["ir.sequence"]._backflush_sscc_series(prefix, extension)

    def test_numbers_of_a_prefix_begin_at_one_and_follow_each_other(self):
        found = self._numbered(3)
        self.assertEqual(found, [make(PREFIX, serial) for serial in (1, 2, 3)])

    def test_the_next_extension_digit_begins_anew_when_the_numbers_are_used_up(self):
        """Ten digits of prefix leave six: 999,999 numbers for each digit."""
        self.company.backflush_gs1_prefix = LONG
        self._series(LONG).number_next = 999_999
        self.assertEqual(self._numbered(), [make(LONG, 999_999)])
        for _again in range(2):
            with self.assertRaisesRegex(UserError, "no number left.*next extension"):
                self._numbered()
        self.company.backflush_sscc_extension = 1
        self.assertEqual(self._numbered(2), [make(LONG, n, 1) for n in (1, 2)])

    def test_a_prefix_of_ten_digits_is_not_used_up_by_one_of_seven(self):
        self._series().number_next = 1_000_000
        self.assertEqual(self._numbered(), [make(PREFIX, 1_000_000)])
        self.company.backflush_gs1_prefix = LONG
        self.assertEqual(self._numbered(), [make(LONG, 1)])

    def test_a_prefix_that_comes_back_goes_on_where_it_ended(self):
        self._numbered(2)
        # Even where the units are gone: their labels are on the way.
        self.env["stock.package"].search([("name", "=like", f"0{PREFIX}%")]).unlink()
        self.company.backflush_gs1_prefix = LONG
        self._numbered(2)
        self.company.backflush_gs1_prefix = PREFIX
        self.assertEqual(self._numbered(), [make(PREFIX, 3)])

    def test_each_company_uses_the_numbers_of_its_own_prefix(self):
        other = self._new_company("Other Plant")
        other.backflush_gs1_prefix = "4012345"
        self._numbered(2, other)
        self.assertEqual(self._numbered(), [make(PREFIX, 1)])
        self.assertEqual(self._numbered(1, other), [make("4012345", 3)])

    def test_companies_with_one_prefix_share_its_numbers(self):
        other = self._new_company("Other Plant")
        other.backflush_gs1_prefix = PREFIX
        found = self._numbered(2) + self._numbered(2, other) + self._numbered(1)
        self.assertEqual(found, [make(PREFIX, n) for n in (1, 2, 3, 4, 5)])

    def test_numbers_that_units_carry_already_are_left_out(self):
        """Given by the one series of before, by hand, or by another program."""
        carried = [make(PREFIX, serial) for serial in (1, 2, 3, 5)]
        self.env["stock.package"].create([{"name": number} for number in carried])
        self.assertEqual(self._numbered(2), [make(PREFIX, 4), make(PREFIX, 6)])
        self.env["stock.package"].create({"name": make(PREFIX, 7)})
        self.assertEqual(self._numbered(), [make(PREFIX, 8)])

    def test_a_prefix_all_of_whose_numbers_are_carried_has_none_left(self):
        self.company.backflush_gs1_prefix = "061414112345"
        taken = [make("061414112345", serial) for serial in range(1, 10_000)]
        self.env["stock.package"].create([{"name": number} for number in taken])
        with self.assertRaisesRegex(UserError, "no number left"):
            self._numbered()

    def test_two_people_at_once_get_different_numbers(self):
        """What one drew is gone for all others, whether he saves or not."""
        self._numbered()
        units, drawn = self.env["stock.package"], []
        with self.env.cr.savepoint() as unsaved:
            drawn.append(units._backflush_next_sscc(self.company))
            unsaved.rollback()
        drawn.append(units._backflush_next_sscc(self.company))
        self.assertEqual(drawn, [make(PREFIX, 2), make(PREFIX, 3)])

    def test_two_people_at_once_begin_one_series(self):
        """The second does not see it yet: he begins again, and goes on with it."""
        series = self._series()
        sequences = self.env.registry["ir.sequence"]
        unseen = patch.object(
            sequences, "search", lambda self, *args, **kwargs: self.browse()
        )
        with unseen, mute_logger("odoo.sql_db"):
            with self.assertRaises(ConcurrencyError):
                self._series()
        self.assertEqual(self._series(), series)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            series.copy({"code": series.code})

    def test_a_series_that_somebody_archived_still_counts(self):
        self._numbered()
        self._series().active = False
        self.assertEqual(self._numbered(), [make(PREFIX, 2)])

    def test_a_prefix_that_gs1_never_gives_is_refused_where_it_is_entered(self):
        for prefix in ("061", "0614141000123", "0614 141", "GS1-7", "٠٦١٤١٤١"):
            with self.subTest(prefix=prefix):
                refused = self.assertRaisesRegex(UserError, "4 to 12 digits")
                with refused, self.env.cr.savepoint():
                    self.company.backflush_gs1_prefix = prefix
        for prefix in ("0614", "061414100012"):
            self.company.backflush_gs1_prefix = prefix
            self.assertEqual(self._numbered(), [make(prefix, 1)])
        with self.assertRaisesRegex(UserError, "digit from 0 to 9"):
            self.company.backflush_sscc_extension = 10

    def test_without_a_prefix_there_are_no_numbers(self):
        self.company.backflush_gs1_prefix = False
        with self.assertRaisesRegex(UserError, "prefix is empty.*in the settings"):
            self._numbered()
        codes = self.env["ir.sequence"].search([("code", "like", "backflush.sscc")])
        self.assertFalse(codes.filtered(lambda s: s.code.endswith(".")))
