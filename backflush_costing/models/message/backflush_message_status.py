from odoo import api, models

from ...engine.message import MOST_MESSAGES
from .backflush_message_submit import INTEGRATION


class BackflushMessage(models.Model):
    """What became of messages, for whoever sent them."""

    _inherit = "backflush.message"

    @api.model
    def get_status(self, source, external_ids):
        """What became of messages of a source.

        :param str source: the source's code
        :param list external_ids: at most 1,000
        :return: one dictionary per id, in the same order: ``external_id``, ``status``
            (``queued``, ``waiting``, ``done``, ``failed``, ``rejected``, ``replaced``,
            ``unknown``), ``reason``, ``cause``, ``error`` (number of the open error
            record), ``replaced_by`` (number of the correction) and ``done_at`` (UTC),
            empty where there is none
        :raises AccessError: without the role Integration
        """
        self.env["backflush.error"]._check_role(INTEGRATION)
        if not isinstance(external_ids, list | tuple):
            external_ids = [external_ids]
        external_ids = external_ids[:MOST_MESSAGES]
        numbers = [number for number in external_ids if isinstance(number, str)]
        found = self.browse()
        if isinstance(source, str):
            found = self.with_context(active_test=False).search(
                [
                    ("source_id.code", "=", source),
                    ("company_id", "in", self.env.companies.ids),
                    ("external_id", "in", numbers),
                    ("conflict_of_id", "=", False),
                ]
            )
        known = {message.external_id: message for message in found.sudo()}
        return [
            self._status(number, known.get(number) if isinstance(number, str) else None)
            for number in external_ids
        ]

    def _status(self, number, message):
        """The answer about one number; ``message`` is None where it is unknown."""
        if not message:
            number = number if isinstance(number, str) else ""
            keys = ("reason", "cause", "error", "replaced_by", "done_at")
            return dict.fromkeys(keys, "") | {
                "external_id": number,
                "status": "unknown",
            }
        failures = message._open_failures()
        waits = message.state == "queued" and message.date_due
        done = message.date_done
        return {
            "external_id": number,
            "status": "waiting" if waits else message.state,
            "reason": message.reason or "",
            "cause": message.cause or "",
            "error": failures[:1].name or "",
            "replaced_by": message.replaced_by_id.external_id or "",
            "done_at": f"{done.isoformat()}Z" if done else "",
        }
