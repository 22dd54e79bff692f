from contextlib import contextmanager


class CompaniesCommon:
    """Plants of several companies in one test, each under the same names.

    To be mixed in before :class:`~.common.BackflushCommon`.
    """

    @classmethod
    def _new_company(cls, name, currency=None):
        """A company of ours, with books in ``currency`` or in that of its chart."""
        company = cls._create_company(name=name)
        if currency:
            company.currency_id = currency
        cls.env.user.company_ids += company
        return company

    @classmethod
    def _env_of(cls, company):
        """The environment of somebody who works in ``company`` alone."""
        return cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})

    @classmethod
    @contextmanager
    def _class_env(cls, env, company):
        """Let the builders of the class work in another company."""
        before = cls.env, cls.company
        cls.env, cls.company = env, company
        try:
            yield
        finally:
            cls.env, cls.company = before

    @classmethod
    def _worker(cls, role, group):
        """A user of one role who works in the company of the class alone."""
        login = f"{role}_{cls.company.id}"
        found = cls.env["res.users"].search([("login", "=", f"backflush_{login}")])
        return found or cls._user(login, group)

    def _at(self, plant):
        """Go on in this plant: ``{name: value}`` of what the test calls it."""
        for name, value in plant.items():
            setattr(self, name, value)
