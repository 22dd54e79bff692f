"""What the poster needs of a document."""

from typing import Any, NamedTuple

from ...engine.numbers import ZERO, share
from .cost_day import on_day


class Completion(NamedTuple):
    """What ``backflush.poster._post_completions`` needs of one document.

    :param policy: policy of the finished product
    :param product: the finished product
    :param moves: done stock moves between stock and production
    :param errors: error records whose suspense belongs to the document
    :param required: ``{component: quantity}`` the bill of materials asks for, in
        the component's unit; None where nothing is required anew
    :param links: values that every subledger line of the document carries
    :param reference: what the journal items call the document
    :param rest: kind of the line that takes what standards do not explain
    :param date: accounting date; None for today in the plant's time zone
    :param deviations: ``{kind: {component: quantity}}`` recorded quantities of
        kinds that have a variance of their own (``scrap``, ``substitution``),
        signed, in the component's unit
    :param scrapped: of the product, pieces that were scrapped instead of received, as
        exact equivalent units: their conversion was performed, and is scrap
    :param parts: ``{stock move or error record: weight}`` of what other documents
        of the same call may hold too; each posts its part of what is new
    """

    policy: Any
    product: Any
    moves: Any
    errors: Any
    required: Any
    links: dict
    reference: str
    rest: str = "usage"
    date: Any = None
    deviations: Any = None
    parts: Any = None
    scrapped: Any = ZERO

    def _part_of(self, record, quantity, waiting):
        """What of the new ``quantity`` of ``record`` this document posts.

        :param waiting: ``{record: weight}`` of the documents not posted yet
        """
        part = (self.parts or {}).get(record)
        if part is None:
            return quantity
        whole = waiting[record]
        waiting[record] -= part
        return share(quantity, part, whole)

    def _on_its_day(self):
        """The same, by the standards of the day that it is booked on."""

        def of_day(quantities):
            return {on_day(p, self.date): n for p, n in quantities.items()}

        deviations = (self.deviations or {}).items()
        return self._replace(
            product=on_day(self.product, self.date),
            moves=on_day(self.moves, self.date),
            errors=on_day(self.errors, self.date),
            required=None if self.required is None else of_day(self.required),
            deviations={kind: of_day(quantities) for kind, quantities in deviations},
        )
