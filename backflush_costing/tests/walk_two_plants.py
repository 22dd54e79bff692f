from .companies_common import CompaniesCommon
from .walk_documents import WalkDocumentsCommon

ROLES = {
    "planner": "mrp.group_mrp_user",
    "operator": "group_backflush_operator",
    "supervisor": "group_backflush_supervisor",
    "accountant": "group_cost_accountant",
}
# What both companies make of, each at standards of its own.
SHARED = ("cell", "body", "battery", "vehicle", "chips", "spare", "kit")
SETS = ("purchase_completion_sale", "purchase_sale", "completion_sale", "sale")


class TwoPlantsCommon(CompaniesCommon, WalkDocumentsCommon):
    """Two companies make the same products in one database.

    The second one keeps its books in euro, costs by the opposite trigger set, at other
    standards, and buys in the currency of the first. People go from one to the other
    as dice decide.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-01-01", 0.9133), ("2026-03-01", 0.8871)]
        )
        cls.here = {name: getattr(cls, name) for name in cls._names()}
        cls.here["foreign"] = cls.euro
        cls.there = cls._plant_there()

    @classmethod
    def _names(cls):
        """What a plant calls its own."""
        return (
            *("env", "company", "warehouse", "store", "policy", "bom", "reason"),
            *("material", "finished", "vendor", "customer"),
            *(*ROLES, *SHARED),
        )

    @classmethod
    def _plant_there(cls):
        """The second plant, as ``{name: value}``."""
        company = cls._new_company("Walk there", cls.euro)
        cls._rate_there(company)
        env = cls._env_of(company)
        own = {"env": env, "company": env.company, "foreign": cls.here_currency()}
        for name in (*SHARED, "material", "finished", "vendor", "customer", "reason"):
            own[name] = getattr(cls, name).with_env(env)
        with cls._class_env(env, company):
            company.write({"flush_method": "completion", "shortage_profile": "park"})
            own["warehouse"] = env["stock.warehouse"].search(
                [("company_id", "=", company.id)], limit=1
            )
            own["store"] = own["warehouse"].lot_stock_id
            own.update({n: cls._worker(n, group) for n, group in ROLES.items()})
            own.update(cls._costing_there(own))
        return own

    @classmethod
    def here_currency(cls):
        """Currency of the first company."""
        return cls.here["company"].currency_id

    @classmethod
    def _rate_there(cls, company):
        cls.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": cls.here_currency().id,
                "company_id": company.id,
                "rate": 1.1273,
            }
        )

    @classmethod
    def _costing_there(cls, own):
        """Policy, bills of materials and standards of the second plant."""
        opposite = SETS[-1 - SETS.index(cls.trigger_set)]
        policy = cls._policy(name="There", trigger_set=opposite)
        for name, price in (("cell", 8.4444), ("body", 77.777), ("spare", 9.0909)):
            own[name].standard_price = price
        own["chips"].standard_price = 0.313
        station = cls._workcenter("Battery station there", 47)
        bom = cls._bom(own["battery"], [(own["cell"], 6)], [(station, 10)])
        bom.byproduct_ids = [cls._five_of(own["chips"])]
        cls._bom(
            own["vehicle"], [(own["battery"], 1), (own["body"], 1), (own["cell"], 1)]
        )
        cls._set_of(own["kit"], own["cell"], own["battery"])
        for name in ("material", "finished"):
            own[name].property_backflush_role = name
            own[name].property_backflush_policy_id = policy
        standard = cls.env["backflush.standard.cost"]
        made = own["battery"] | own["vehicle"]
        standard.browse(standard.action_roll_up(made.ids)).action_release()
        return {"policy": policy, "bom": bom}

    def _walk(self, seed, length):
        """Where the step was made is proven after it, and at the end both are."""
        result = super()._walk(seed, length)
        for plant in (self.here, self.there):
            self._at(plant)
            with self.subTest(seed=seed, company=self.company.name):
                self._assert_step_proven()
                self._assert_days_proven()
        return result

    def _go(self):
        """To one of the plants."""
        self._at(self.dice.choice([self.here, self.there]))
