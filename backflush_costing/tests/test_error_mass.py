from freezegun import freeze_time

from odoo.tests import tagged

from ..wizard.backflush_error_choice import SLICE
from .errors_common import ErrorsCommon

MANY = SLICE + 10


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 10:00:00")
class TestErrorMass(ErrorsCommon):
    """Hundreds of records at once: slice by slice, and never twice."""

    costed = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kilo = cls.env.ref("uom.product_uom_kgm")
        cls.parts = cls.env["product.product"].create(
            [
                {
                    "name": f"Part {number}",
                    "is_storable": True,
                    "categ_id": cls.material.id,
                    "property_backflush_location_id": cls.line_side.id,
                }
                for number in range(MANY)
            ]
        )
        cls.parts[-1].uom_id = kilo
        cls.machine = cls._product("Machine", 0.0, cls.goods)
        cls._bom(cls.machine, [(part, 1) for part in cls.parts])

    def setUp(self):
        super().setUp()
        self.errors = self._use(3, product=self.machine)
        self.assertEqual(len(self.errors), MANY)

    def _form(self, user, **vals):
        """The form that somebody has opened on all of these records."""
        remedies = self._as(user, self.env["backflush.remedy"])
        return remedies.with_context(
            active_model="backflush.error", active_ids=self.errors.ids
        ).create(vals)

    def _fill(self, quantity):
        """Stock of every part, which lay there before."""
        for part in self.parts:
            self.env["stock.quant"]._update_available_quantity(
                part, self.line_side, quantity
            )

    def test_one_that_fails_stops_no_other(self):
        unit = self.env.ref("uom.product_uom_unit")
        form = self._form(
            self.accountant, kind="correct", quantity=2, uom_id=unit.id, reason="Two"
        )
        action = form.action_start()
        self.assertEqual(action["tag"], "backflush_remedy_progress")
        self.assertEqual(action["params"]["total"], MANY)
        self.assertEqual(
            form.apply_slice(),
            {"handled": SLICE, "total": MANY, "closed": 0, "failed": []},
        )
        self.env.invalidate_all()
        self.assertEqual(self.errors.mapped("quantity_open").count(2), SLICE)
        answer = form.apply_slice()
        self.assertEqual(answer["handled"], MANY)
        [failed] = answer["failed"]
        bad = self.errors.filtered(lambda e: e.product_id == self.parts[-1])
        self.assertEqual(failed["name"], bad.name)
        self.assertIn("cannot be converted", failed["message"])
        self.env.invalidate_all()
        self.assertEqual(bad.quantity_open, 3)
        self.assertEqual(self.errors.mapped("quantity_open").count(2), MANY - 1)
        # At its end nothing happens any more, however often it is called.
        form.apply_slice()
        kinds = [remedy.kind for remedy in self.errors.remedy_ids]
        self.assertEqual(kinds.count("write_off"), MANY - 1)

    def test_stopped_and_left_to_the_background(self):
        self._fill(4)
        many = self._as(self.supervisor, self.errors)
        params = many.action_retry_on_screen()["params"]
        form = self._as(self.supervisor, self.env["backflush.remedy"])
        form = form.browse(params["id"])
        self.assertTrue(params["can_queue"])
        # Somebody else has worked one off in the meantime.
        self._as(self.supervisor, self.errors[0]).action_retry()
        self.assertEqual(form.apply_slice()["closed"], SLICE)
        self.env.invalidate_all()
        self.assertEqual(self.errors.mapped("state").count("resolved"), SLICE)
        self.assertEqual(form.queue_rest(), MANY - SLICE)
        self._run_cron()
        self.assertEqual(set(self.errors.mapped("state")), {"resolved"})
        self.assertEqual(form.apply_slice()["closed"], MANY)
        self.assertEqual({self._on_hand(part) for part in self.parts}, {1})

    def test_a_few_are_done_at_once_and_one_transfer_is_for_all(self):
        self.errors = self.errors[:3]
        many = self._as(self.supervisor, self.errors)
        answer = many.action_retry_on_screen()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn("3 still open", answer["params"]["message"])
        self.errors = self.env["backflush.error"].search([])
        self._form(self.supervisor, kind="transfer").action_start()
        self.assertEqual(len(self.errors.transfer_id), 1)
        self.assertEqual(len(self.errors.transfer_id.move_ids), MANY)

    def test_what_is_looked_for(self):
        """The filters of the list find what they say."""
        errors = self.env["backflush.error"]
        mine, old = self.errors[0], self.errors[1]
        self._as(self.supervisor, mine).action_take()
        old.event_date = "2026-01-01 00:00:00"
        self._as(self.accountant, self.errors[2]).severity = "recommended"
        self._as(self.accountant, self.errors[3]).action_write_off("Lost")
        self.env["stock.quant"]._update_available_quantity(
            self.errors[4].product_id, self.line_side, 1
        )
        seen = errors.with_user(self.supervisor)
        found = {
            name: seen.search(self._filter(f"filter_{name}", self.supervisor))
            for name in ("mine", "unassigned", "retryable", "old", "blocking", "open")
        }
        is_open = self.errors - self.errors[3]
        self.assertEqual(found["mine"], mine)
        self.assertEqual(found["unassigned"], self.errors - mine)
        self.assertEqual(found["retryable"], self.errors[4])
        self.assertEqual(found["old"], old)
        self.assertEqual(found["blocking"], is_open - self.errors[2])
        self.assertEqual(set(found["open"].ids), set(is_open.ids))
        for days, operator, expected in (
            (59, ">", old),
            (60, ">", errors),
            (60, ">=", old),
            (60, "<", is_open - old),
            (60, "<=", is_open),
        ):
            with self.subTest(days=days, operator=operator):
                aged = errors.search([("age_days", operator, days)])
                self.assertEqual(set(aged.ids), set(expected.ids))
