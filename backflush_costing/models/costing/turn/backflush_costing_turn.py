from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from .snapshot import is_pristine, is_renewable

# First number of the advisory locks; those of the stock lock are positive.
SPACE = -1


class BackflushCostingTurn(models.AbstractModel):
    """A standard is released, or a policy changed, between two postings, never beside.

    What is revalued is what the subledger holds. A posting that is not committed yet
    is not seen by it, and one that began before goes on at what it read: either would
    leave stock at the old value for good. So, per company,

    * who posts **shares** the turn until commit (:meth:`_share`), and reads the rows of
      the policies for update by nobody: who comes with a snapshot older than the
      change fails with a serialization error and is retried by Odoo;
    * who changes how stock is valued **takes** it (:meth:`_take`): waits for those who
      post, goes on with a fresh snapshot, and touches the rows of the policies.

    A company without a policy never meets it.
    """

    _name = "backflush.costing.turn"
    _description = "Turn of Costing"

    def _share(self, companies):
        """Let nobody change how stock of ``companies`` is valued until commit.

        :raises psycopg2.errors.SerializationFailure: if that was changed since this
            transaction began; Odoo retries the whole call
        """
        costed = self.env["backflush.costing.policy"]._companies_with_policies()
        for company_id in sorted(costed.intersection(companies.ids)):
            self.env.cr.execute(
                SQL(
                    """SELECT pg_advisory_xact_lock_shared(%s, %s);
                       SELECT id FROM backflush_costing_policy
                        WHERE company_id = %s ORDER BY id FOR SHARE""",
                    SPACE,
                    company_id,
                    company_id,
                ),
                log_exceptions=False,
            )

    def _take(self, company):
        """Wait for whoever posts in ``company``, and let nobody until commit.

        To be called before anything else is read or written: what is read from then
        on is what was posted.

        :raises ConcurrencyError: if it had to wait where the transaction has written
            already; Odoo retries the whole call
        """
        if company.id not in (
            self.env["backflush.costing.policy"]._companies_with_policies()
        ):
            return
        self.env.flush_all()
        cr = self.env.cr
        if is_renewable(cr, is_pristine(cr)):
            self._queue(company)
        else:
            self._take_at_once(company)
        cr.execute(
            SQL(
                "UPDATE backflush_costing_policy SET active = active"
                " WHERE company_id = %s",
                company.id,
            ),
            log_exceptions=False,
        )

    def _queue(self, company):
        """Take it on the session, so that the transaction can begin anew under it."""
        cr = self.env.cr
        cr.execute(_lock("pg_advisory_lock", company), log_exceptions=False)
        try:
            cr.rollback()
            self.env.invalidate_all(flush=False)
            cr.execute(_lock("pg_advisory_xact_lock", company))
        finally:
            cr.execute(_lock("pg_advisory_unlock", company))

    def _take_at_once(self, company):
        """Take it if it is free; what was read is older than a wait."""
        cr = self.env.cr
        cr.execute(_lock("pg_try_advisory_xact_lock", company))
        if cr.fetchone()[0]:
            return
        cr.execute(_lock("pg_advisory_xact_lock", company), log_exceptions=False)
        raise ConcurrencyError(
            self.env._("Somebody was posting in %s; trying again.", company.name)
        )


def _lock(function, company):
    """``SELECT function(…)`` of the company's advisory lock."""
    return SQL("SELECT %s(%s, %s)", SQL.identifier(function), SPACE, company.id)
