from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ....engine.queue import flow, outgrows

OPEN = Domain("state", "in", ("open", "in_process"))
TOP = 8
#: Nothing was given up: write-offs stand apart, also those of a part.
RESOLVED = SQL("state = 'resolved' AND COALESCE(quantity_written_off, 0) = 0")


class BackflushError(models.Model):
    """The figures of the queue, of the current company."""

    _inherit = "backflush.error"

    @api.model
    def get_dashboard(self, days=30):
        """What the dashboard of the error queue shows.

        :param int days: length of the period that flows and rates are of, 1 to 366
        :return: dictionary of figures; amounts in company currency; write-offs stand
            apart from what was resolved in every figure
        """
        self.check_access("read")
        company = self.env.company
        mine = Domain("company_id", "=", company.id)
        days = min(max(int(days), 1), 366)
        since = fields.Datetime.now() - timedelta(days=days)
        now = self._dashboard_open(mine & OPEN)
        rows = self._dashboard_flow(company, days, now["count"])
        return {
            "days": days,
            "company": company.name,
            "currency_id": company.currency_id.id,
            "open": now,
            "flow": [{**vars(row), "day": str(row.day)} for row in rows],
            "outgrows": outgrows(rows),
            "closed": self._dashboard_closed(company, since),
            "ageing": self._dashboard_ageing(company),
            "top": {
                name: self._dashboard_top(mine & OPEN, name)
                for name in ("cause", "product_id", "location_id")
            },
        }

    def _dashboard_open(self, domain):
        """What is open now."""
        ((count, amount),) = self._read_group(
            domain, aggregates=["__count", "amount:sum"]
        )
        blocking = self.search_count(domain & Domain("severity", "=", "required"))
        rows = self.env.execute_query(
            self._search(domain).select(
                SQL("avg(extract(epoch FROM now() AT TIME ZONE 'UTC' - event_date))"),
                SQL("max(extract(epoch FROM now() AT TIME ZONE 'UTC' - event_date))"),
            )
        )
        mean, oldest = (float(seconds or 0) / 86400 for seconds in rows[0])
        return {
            "count": count,
            "amount": amount or 0.0,
            "blocking": blocking,
            "mean_age": mean,
            "oldest": oldest,
        }

    def _dashboard_flow(self, company, days, open_now):
        """Records made and closed on each of the last days, in the user's time zone."""
        today = fields.Date.context_today(self)
        span = [today - timedelta(days=n) for n in range(days - 1, -1, -1)]
        made = self._per_day(company, SQL.identifier("create_date"), span[0])
        closed = {
            name: self._per_day(
                company, SQL.identifier("date_closed"), span[0], condition
            )
            for name, condition in (
                ("resolved", RESOLVED),
                # A rejected report resolved nothing either.
                ("written_off", SQL("NOT (%s)", RESOLVED)),
            )
        }
        return flow(span, made, closed["resolved"], closed["written_off"], open_now)

    def _per_day(self, company, column, first, condition=None):
        """``{day: number of records}`` from the day ``first`` on."""
        self.flush_model(["state", "date_closed", "company_id", "quantity_written_off"])
        day = SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, self.env.tz.zone
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT %(day)s, count(*) FROM backflush_error
                    WHERE company_id = %(company)s AND %(column)s >= %(first)s
                      AND %(condition)s
                    GROUP BY 1""",
                day=day,
                column=column,
                company=company.id,
                # A day more than is asked for: time zones.
                first=first - timedelta(days=1),
                condition=condition or SQL("TRUE"),
            )
        )
        return dict(rows)

    def _dashboard_closed(self, company, since):
        """How what was closed in the period was closed."""
        domain = Domain("company_id", "=", company.id)
        domain &= Domain("date_closed", ">=", since)
        # Where a part was given up the rest was no resolution.
        resolved = (
            domain
            & Domain("state", "=", "resolved")
            & Domain("quantity_written_off", "=", 0)
        )
        count = self.search_count(resolved)
        written_off, amount = self._dashboard_given_up(company, since)
        rows = self.env.execute_query(
            self._search(resolved).select(
                SQL("avg(extract(epoch FROM date_closed - create_date))")
            )
        )
        at_once = self.search_count(resolved & Domain("attempts", "<=", 1))
        return {
            "resolved": count,
            "first_time": at_once / count if count else None,
            "mean_days": float(rows[0][0] or 0) / 86400,
            "written_off": written_off,
            "amount_written_off": amount or 0.0,
        }

    def _dashboard_given_up(self, company, since):
        """``(records, amount)`` of write-offs, of a part or all, open records too."""
        self.flush_model(["amount_written_off", "quantity_written_off"])
        self.env["backflush.error.remedy"].flush_model()
        [(count, amount)] = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT error.id),
                          sum(error.amount_written_off * remedy.quantity
                              / NULLIF(error.quantity_written_off, 0))
                     FROM backflush_error_remedy remedy
                     JOIN backflush_error error ON error.id = remedy.error_id
                    WHERE remedy.kind = 'write_off' AND remedy.company_id = %s
                      AND remedy.date >= %s""",
                company.id,
                since,
            )
        )
        return count, float(amount or 0.0)

    def _dashboard_ageing(self, company):
        """Open amount by age."""
        cumulation = self.env["backflush.error.cumulation"]
        names = ("amount_week", "amount_month", "amount_quarter", "amount_older")
        (sums,) = cumulation._read_group(
            [("company_id", "=", company.id)], aggregates=[f"{n}:sum" for n in names]
        )
        return [
            {
                "label": cumulation._fields[name].get_description(self.env)["string"],
                "amount": value or 0.0,
            }
            for name, value in zip(names, sums, strict=True)
        ]

    def _dashboard_top(self, domain, name):
        """The largest groups of open records by ``name``, by amount."""
        rows = self._read_group(
            domain & Domain(name, "!=", False),
            [name],
            ["__count", "amount:sum"],
            order="amount:sum desc, __count desc",
            limit=TOP,
        )
        words = dict(self._fields["cause"]._description_selection(self.env))
        return [
            {
                "value": key if name == "cause" else key.id,
                "label": words[key] if name == "cause" else key.sudo().display_name,
                "count": count,
                "amount": amount or 0.0,
            }
            for key, count, amount in rows
        ]
