from odoo import api, models
from odoo.tools import split_every

from ...engine.message import MOST_MESSAGES
from .backflush_message_submit import INTEGRATION


class BackflushMessage(models.Model):
    """What became of messages, for whoever sent them."""

    _inherit = "backflush.message"

    @api.model
    def get_status(self, source, external_ids):
        """What became of messages of a source.

        :param str source: the source's code
        :param list external_ids: the sender's numbers
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
        numbers = [self._sent_back(number) for number in external_ids]
        messages = self.with_context(active_test=False)
        codes = [source] if isinstance(source, str) else []
        known = {}
        for sender in messages._known_sources(codes).values():
            for page in split_every(MOST_MESSAGES, filter(None, numbers)):
                known |= messages._by_number(sender, page)
        return [self._status(number, known.get(number)) for number in numbers]

    @api.model
    def _by_number(self, source, numbers):
        """``{external id: message}`` of what a source sent."""
        found = self.search(
            [
                ("source_id", "=", source.id),
                ("external_id", "in", numbers),
                ("conflict_of_id", "=", False),
            ]
        )
        return {message.external_id: message for message in found.sudo()}

    def _status(self, number, message):
        """The answer about one number; ``message`` is None where it is unknown."""
        if not message:
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
