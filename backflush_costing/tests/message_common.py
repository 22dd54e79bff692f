from .common import BackflushCommon

MOMENT = "2026-03-02T10:00:00Z"


class MessageCommon(BackflushCommon):
    """A line whose controller reports by messages: packs of four cells each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.machine = cls._user("machine", "group_integration")
        cls._make_products()
        cls.source = cls.env["backflush.message.source"].create(
            {"name": "Line 1", "code": "line-1"}
        )
        cls.reason = cls.env["backflush.deviation.reason"].create({"name": "Dropped"})
        cls.serial = 0

    @classmethod
    def _make_products(cls):
        cls.cell = cls._product("Cell", 2.0, default_code="CELL")
        cls.pack = cls._product("Pack", 0.0, default_code="PACK")
        cls.cell.product_tmpl_id.property_backflush_location_id = cls.line_side
        cls._bom(cls.pack, [(cls.cell, 4)])

    def _message(self, kind="production", **values):
        """A message of the line, numbered; ``order`` may be the order itself."""
        type(self).serial += 1
        order = values.get("order")
        if order is not None and not isinstance(order, str):
            values["order"] = order.name
        return {
            "source": "line-1",
            "external_id": f"m{self.serial}",
            "type": kind,
            "event_time": MOMENT,
            **values,
        }

    def _submit(self, *messages, user=None):
        """What the inbox answers to the machine."""
        inbox = self._as(user or self.machine, self.env["backflush.message"])
        return inbox.submit(list(messages))

    def _accepted(self, *messages):
        """Submit what is accepted; the stored messages in the same order."""
        answers = self._submit(*messages)
        self.assertEqual(
            [answer["status"] for answer in answers],
            ["accepted"] * len(messages),
            answers,
        )
        stored = self.env["backflush.message"]
        return stored.concat(
            *(
                stored.search([("external_id", "=", answer["external_id"])])
                for answer in answers
            )
        )

    def _process(self):
        """Let a worker of Odoo's scheduler work off what is due."""
        cron = self.env.ref("backflush_costing.cron_messages")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        # The numbers that this transaction remembers are another's by now.
        self.env["account.move"]._get_sequence_cache().clear()

    def _report(self, kind="production", **values):
        """Submit one message and have it carried out."""
        message = self._accepted(self._message(kind, **values))
        self._process()
        return message

    def assertState(self, message, state, cause=False):
        self.assertEqual((message.state, message.cause), (state, cause), message.reason)
