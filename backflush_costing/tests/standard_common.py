from freezegun import freeze_time

from .common import BackflushCommon


@freeze_time("2026-03-02 10:00:00")
class StandardCommon(BackflushCommon):
    """A battery of 6 cells, welded for 10 minutes, under a policy; all released.

    The accountant prepares; the controller is a second cost accountant.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"flush_method": "completion", "shortage_profile": "park"})
        cls.material = cls._category("Components")
        cls.cell = cls._product("Cell", 10.0, cls.material)
        cls.tape = cls._product("Tape", 2.0, cls.material)
        cls.battery = cls._product("Battery", 0.0, cls.material)
        cls.station = cls._workcenter("Station", 60)
        cls.bom = cls._bom(cls.battery, [(cls.cell, 6)], [(cls.station, 10)])
        cls.policy = cls._policy()
        cls.material.property_backflush_policy_id = cls.policy
        cls.controller = cls._user("controller", "group_cost_accountant")
        cls.standards = cls.env["backflush.standard.cost"].with_user(cls.accountant)

    def _roll_up(self, products):
        return self.standards.browse(self.standards.action_roll_up(products.ids))

    def _released(self, product):
        return self.standards._current(product)[product]

    def _elements(self, version):
        """``{element: (this level, cumulated)}``."""
        return {
            row.element: (row.level, row.cumulated)
            for row in version.sudo().element_ids
        }

    def assertExplained(self, version, expected):
        """``expected``: (kind, change, effect), in the order of the effects."""
        rows = version.difference_ids
        found = [(row.kind, row.change, round(row.amount, 8)) for row in rows]
        self.assertEqual(found, expected)
        self.assertAlmostEqual(
            sum(rows.mapped("amount")), version.version_difference, places=10
        )
        self.assertAlmostEqual(
            version.version_difference, version.total - version.previous_id.total
        )
