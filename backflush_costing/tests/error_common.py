from .common import BackflushCommon


class ErrorQueueCommon(BackflushCommon):
    """Parts at 3.00 go into a machine; the line side is empty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.policy = cls._policy()
        parts = cls._category("Parts", "material")
        machines = cls._category("Machines", "finished")
        (parts | machines).property_backflush_policy_id = cls.policy
        cls.part = cls._product("Part", 3.0, parts)
        cls.screw = cls._product("Screw", 0.01, parts)
        cls.machine = cls._product("Machine", 0.0, machines)
        (cls.part | cls.screw).property_backflush_location_id = cls.line_side
        cls._bom(cls.machine, [(cls.part, 2), (cls.screw, 10)])
        costs = cls.env["backflush.standard.cost"]
        costs.create(
            {"product_id": cls.machine.id, "material_level": 6.1, "material": 6.1}
        ).action_release()

    def _short(self, quantity=1):
        """``(record of the parts, record of the screws)`` of a completed order."""
        errors = self._produce(self.machine, quantity).backflush_error_ids
        return (
            errors.filtered(lambda error: error.product_id == self.part),
            errors.filtered(lambda error: error.product_id == self.screw),
        )

    def _rule(self, **vals):
        rules = self._as(self.accountant, self.env["backflush.error.rule"])
        return rules.create({"name": "Rule", **vals})

    def _next_morning(self):
        """What the server does every day by itself."""
        with self.enter_registry_test_mode():
            cron = self.env.ref("backflush_costing.cron_error_rules")
            cron.method_direct_trigger()
        self.env.invalidate_all()
