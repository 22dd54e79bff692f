from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .message_common import MessageCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 12:00:00")
class TestMessageOrder(MessageCommon):
    """One stream in its order; a failure stops its own stream alone."""

    def setUp(self):
        super().setUp()
        self._put(self.cell, 100)
        self.order = self._order(self.pack, 10)
        # Its number changes with the first backorder; machines keep the first one.
        self.code = self.order.name

    def _part(self, number, quantity=1, **values):
        return self._message(
            **{
                "order": self.code,
                "quantity": quantity,
                "sequence_number": number,
                **values,
            }
        )

    def _remedy(self, message):
        """The form that corrects or rejects a message, as a supervisor opens it."""
        forms = self._as(self.supervisor, self.env["backflush.message.remedy"])
        return Form(
            forms.with_context(
                active_model="backflush.message",
                active_ids=message.ids,
            )
        )

    def _done(self):
        return self.env["backflush.message"].search_count([("state", "=", "done")])

    def test_a_hole_is_waited_for_becomes_a_record_and_is_filled(self):
        third, fourth = self._accepted(self._part(3), self._part(4))
        self._process()
        self.assertEqual(third.state, "queued")
        self.assertTrue(third.date_due)
        inbox = self.env["backflush.message"].with_user(self.machine)
        (status,) = inbox.get_status("line-1", [third.external_id])
        self.assertEqual(status["status"], "waiting")
        with freeze_time("2026-03-02 12:06:00"):
            self._process()
            self.assertState(third, "failed", "sequence_gap")
            self.assertIn("1-2", third.reason)
            self.assertEqual(fourth.state, "queued")
            self._accepted(self._part(2))
            self._process()
            self.assertState(third, "failed", "sequence_gap")
            self._accepted(self._part(1))
            self._process()
        self.assertEqual(self._done(), 4)
        self.assertEqual(third.error_ids.state, "resolved")

    def test_a_supervisor_has_it_go_on_without(self):
        (third,) = self._accepted(self._part(3))
        self._process()
        with self.assertRaises(AccessError):
            self._as(self.operator, third).action_go_on()
        self._as(self.supervisor, third).action_go_on()
        self._process()
        self.assertState(third, "done")
        with self.assertRaises(UserError):
            self._as(self.supervisor, third).action_go_on()
        late = self._accepted(self._part(2))
        self._process()
        self.assertState(late, "done")

    def test_a_poisoned_message_stops_its_own_stream_alone(self):
        bad, behind = self._accepted(self._part(1, uom="nonsense"), self._part(2))
        other = self._order(self.pack, 1)
        good = self._accepted(self._message(order=other, quantity=1))
        self._process()
        self.assertState(bad, "failed", "unknown_reference")
        self.assertEqual((behind.state, good.state), ("queued", "done"))
        supervisor = self._as(self.supervisor, bad)
        with self.assertRaisesRegex(UserError, "uom"):
            supervisor.action_resubmit({"uom": 5})
        with self.assertRaisesRegex(UserError, "type"):
            supervisor.action_resubmit({"type": "scrap"})
        with self._remedy(bad) as form:
            form.kind = "resubmit"
            self.assertEqual((form.order, form.uom), (self.code, "nonsense"))
            form.uom, form.quantity = False, 2
        form.record.action_apply()
        self._process()
        new = bad.replaced_by_id
        self.assertRecordValues(
            new,
            [
                {
                    "external_id": f"{bad.external_id}#2",
                    "state": "done",
                    "sequence_number": 1,
                    "user_id": self.supervisor.id,
                }
            ],
        )
        self.assertState(bad, "replaced", "unknown_reference")
        self.assertEqual(bad.error_ids.state, "resolved")
        self.assertEqual(behind.state, "done")

    def test_behind_a_message_that_failed_nothing_runs_in_the_same_turn(self):
        """Neither without numbers nor where all of them are older than patience."""
        for number in (0, 1):
            order = self._order(self.pack, 10).name
            counted = (
                {"sequence_number": number + n} if number else {} for n in (0, 1)
            )
            bad, behind = self._accepted(
                *(
                    self._message(order=order, quantity=1, **count, **wrong)
                    for count, wrong in zip(counted, ({"uom": "?"}, {}), strict=True)
                )
            )
            with self.subTest(number=number), freeze_time("2026-03-02 14:00:00"):
                self._process()
                self._process()
                self.assertState(bad, "failed", "unknown_reference")
                self.assertState(behind, "queued")
                self.assertFalse(behind.error_ids)

    def test_what_is_decided_behind_a_hole_does_not_close_it(self):
        """What is missing is waited for, named, and runs first."""
        for decide in ("reject", "correct"):
            self.code = self._order(self.pack, 20).name
            first, third, fourth = self._accepted(*map(self._part, (1, 3, 4)))
            with self.subTest(decide), freeze_time("2026-03-02 12:06:00"):
                self._process()
                self.assertState(third, "failed", "sequence_gap")
                if decide == "reject":
                    self._as(self.supervisor, third).action_reject("a test")
                else:
                    self._as(self.supervisor, third).action_resubmit({"quantity": 2})
                held = third.replaced_by_id or fourth
                self._process()
                self.assertEqual(fourth.state, "queued" if held != fourth else "failed")
            with freeze_time("2026-03-02 12:20:00"):
                self._process()
                self.assertState(held, "failed", "sequence_gap")
                self.assertIn("number 2 has not", held.reason)
                second = self._accepted(self._part(2))
                self._process()
            self.assertEqual((second + fourth + held).mapped("state"), ["done"] * 3)
            made = (first + second + third + third.replaced_by_id + fourth).mapped(
                "confirmation_ids"
            )
            self.assertEqual(made.sorted("id").message_id.ids, made.message_id.ids)

    def test_a_place_that_was_given_up_stays_given_up(self):
        """Whatever became of the one that went on: what comes behind runs, and late."""
        (third,) = self._accepted(self._part(3, uom="nonsense"))
        self._process()
        self._as(self.supervisor, third).action_go_on()
        self._process()
        self.assertState(third, "failed", "unknown_reference")
        self._as(self.supervisor, third).action_resubmit({"uom": None})
        fourth, sixth = self._accepted(self._part(4), self._part(6))
        self._process()
        self.assertEqual((fourth + sixth).mapped("state"), ["done", "queued"])
        late, fifth = self._accepted(self._part(2), self._part(5))
        self._process()
        self.assertEqual((late + fifth + sixth).mapped("state"), ["done"] * 3)

    def test_a_correction_changes_nothing_but_what_was_changed_in_the_form(self):
        for quantity in (0.125, 0.004, 7):
            (bad,) = self._accepted(
                self._message(order="?", quantity=quantity, final=True)
            )
            self._process()
            with self._remedy(bad) as form:
                form.kind = "resubmit"
                form.order = self.code
            form.record.action_apply()
            new = bad.replaced_by_id
            changed = {"order": self.code, "external_id": new.external_id}
            self.assertEqual(new.payload, {**bad.payload, **changed})
            self.assertEqual(new.date_event, bad.date_event)

    def test_time_and_final_can_be_corrected_in_the_form(self):
        (bad,) = self._accepted(self._message(order="?", quantity=1, final=True))
        self._process()
        with self._remedy(bad) as form:
            form.kind, form.final = "resubmit", False
            form.event_time = "2026-03-02 09:30:00"
        form.record.action_apply()
        new = bad.replaced_by_id
        self.assertNotIn("final", new.payload)
        self.assertEqual(new.payload["event_time"], "2026-03-02T09:30:00Z")
        self.assertEqual(
            fields.Datetime.to_string(new.date_event), "2026-03-02 09:30:00"
        )

    def test_a_correction_that_is_no_object_is_refused_in_words(self):
        bad = self._accepted(self._part(1, uom="nonsense"))
        self._process()
        for wrong in (None, "uom", 7, [["uom", None]]):
            with self.assertRaisesRegex(UserError, "object of keys.*quantity"):
                self._as(self.supervisor, bad).action_resubmit(wrong)

    def test_rejecting_the_message_or_its_record_is_the_same(self):
        for number, reject in ((1, "message"), (2, "record"), (3, "form")):
            bad = self._accepted(self._part(number, uom="nonsense"))
            self._process()
            record = bad.error_ids
            if reject == "form":
                with self._remedy(bad) as form:
                    form.reject_reason = "a test of the line"
                form.record.action_apply()
                self.assertEqual((bad.state, record.state), ("rejected", "rejected"))
                continue
            target = bad if reject == "message" else record
            with self.assertRaisesRegex(UserError, "reason"):
                self._as(self.supervisor, target).action_reject(" ")
            self._as(self.supervisor, target).action_reject("a test of the line")
            self.assertEqual((bad.state, record.state), ("rejected", "rejected"))
        good = self._accepted(self._part(4))
        self._process()
        self.assertState(good, "done")

    def test_a_record_that_is_rejected_after_a_retry_rejects_its_message(self):
        bad = self._accepted(self._part(1, uom="nonsense"))
        self._process()
        record = self._as(self.supervisor, bad.error_ids)
        record.action_retry()
        self.assertEqual((bad.state, record.state), ("queued", "open"))
        record.action_reject("a test of the line")
        self._process()
        self.assertState(bad, "rejected", "unknown_reference")
        self.assertEqual(record.state, "rejected")

    def test_a_reversal_waits_for_what_it_takes_back(self):
        back = self._accepted(self._message(order=self.order, reverses="later"))
        self._process()
        self.assertEqual(back.state, "queued")
        report = self._message(order=self.order, quantity=10)
        first = self._accepted({**report, "external_id": "later"})
        self._process()
        self.assertEqual((first.state, back.state), ("done", "done"))
        self.assertEqual(self._on_hand(self.cell), 100)

    def _corrected(self, **values):
        """A message that failed, and was sent again as ``values`` say."""
        bad = self._accepted(self._message(order=self.code, quantity=5, uom="nonsense"))
        self._process()
        self._as(self.supervisor, bad).action_resubmit({"uom": None, **values})
        return bad

    def _take_back(self, number, order=None):
        back = self._message(order=order or self.code, reverses=number)
        return self._accepted(back)

    def test_a_message_that_was_corrected_is_taken_back_by_either_number_once(self):
        for is_new in (False, True):
            bad = self._corrected()
            new = bad.replaced_by_id
            first, second = (bad, new) if is_new else (new, bad)
            with self.subTest(is_new=is_new):
                back = self._take_back(first.external_id)
                self._process()
                self.assertEqual((new.state, back.state), ("done", "done"))
                self.assertEqual(new.confirmation_ids.state, "reversed")
                self.assertEqual(self._on_hand(self.cell), 100)
                twice = self._take_back(second.external_id)
                self._process()
                self.assertState(twice, "failed", "other")
                self.assertIn("already", twice.reason)
                self._as(self.supervisor, twice).action_reject("a test")

    def test_a_correction_that_names_another_order_is_taken_back_by_its_first_one(self):
        other = self._order(self.pack, 10).name
        bad = self._corrected(order=other)
        back = self._take_back(bad.external_id)
        self._process()
        self.assertEqual((bad.replaced_by_id.state, back.state), ("done", "done"))
        self.assertEqual(self._on_hand(self.cell), 100)
        bad = self._corrected(order=other)
        stranger = self._take_back(bad.external_id, self._order(self.pack, 1))
        self._process()
        self.assertState(stranger, "failed", "invalid_message")

    def test_what_was_rejected_is_taken_back_without_effect(self):
        """Rejected at once, or as a correction: the sender wants what is there."""
        for is_corrected in (False, True):
            message = self._message(order=self.code, quantity=5, uom="nonsense")
            bad = self._corrected(product="?") if is_corrected else None
            bad = bad or self._accepted(message)
            with self.subTest(is_corrected=is_corrected):
                self._process()
                wrong = bad.replaced_by_id or bad
                self._as(self.supervisor, wrong).action_reject("a test")
                back = self._take_back(bad.external_id)
                self._process()
                self.assertState(back, "done")
                self.assertIn("rejected and never took effect", back.reason)
                self.assertFalse(back.confirmation_ids)

    def test_the_status_names_the_correction(self):
        bad = self._corrected()
        inbox = self.env["backflush.message"].with_user(self.machine)
        number = bad.external_id
        found = inbox.get_status("line-1", [number, f"{number}#2", "never"])
        self.assertEqual(
            [(answer["status"], answer["replaced_by"]) for answer in found],
            [("replaced", f"{number}#2"), ("queued", ""), ("unknown", "")],
        )

    def test_old_messages_are_archived_and_stay(self):
        (done,) = self._accepted(self._part(1))
        self._process()
        bad = self._accepted(self._part(2, uom="nonsense"))
        self._process()
        self.env.cr.execute("UPDATE backflush_message SET write_date = '2024-01-01'")
        self.env.invalidate_all()
        cron = self.env.ref("backflush_costing.cron_messages_archive")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((done.active, bad.active), (False, True))
        answers = self._submit(done.payload)
        self.assertEqual(answers[0]["status"], "duplicate")
        inbox = self.env["backflush.message"].with_user(self.machine)
        (status,) = inbox.get_status("line-1", [done.external_id])
        self.assertEqual(status["status"], "done")

    def test_a_sender_without_rights_fails_with_the_reason(self):
        message = self._accepted(self._part(1))
        self.machine.active = False
        self._process()
        self.assertState(message, "failed", "no_rights")
        self.assertIn("archived", message.reason)
