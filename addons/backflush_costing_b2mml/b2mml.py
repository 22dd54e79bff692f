"""What a B2MML document reports, as messages; plain Python and lxml.

Documents come from outside. One that declares a document type is refused before it is
parsed: entities, which can grow without bounds or name files, need such a declaration.
"""

import hashlib
import re

from lxml import etree

_DECIMAL = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?")
MOST_CHARACTERS = 5_000_000
#: Roots, with the element that holds a response and the one that names the order.
ROOTS = {
    "OperationsPerformance": ("OperationsResponse", "OperationsRequestID"),
    "ProductionPerformance": ("ProductionResponse", "ProductionRequestID"),
}
#: What an element of the older schema says by its name.
OLDER = {
    "MaterialConsumedActual": "Consumed",
    "MaterialProducedActual": "Produced",
}
TYPES = {
    "Consumed": "consumption",
    "Material Consumed": "consumption",
    "Produced": "production",
    "Material Produced": "production",
}
#: Uses that no stock of an order's components or product comes or goes by.
PASSED_OVER = (
    *("Consumable", "Sample", "Returned Sample", "Carrier", "Returned Carrier"),
    *("Replaced Asset", "Replacement Asset", "Inventoried"),
)
#: What a message says once.
ONCE = (
    *("MaterialDefinitionID", "MaterialUse", "MaterialLotID", "MaterialSubLotID"),
    "Quantity",
)


class NoDocument(Exception):
    """The text is no such document.

    :param code: why; the words are the caller's
    :param value: what they speak of
    """

    def __init__(self, code, value=""):
        super().__init__(code, value)
        self.code, self.value = code, value


def read(text, source):
    """Messages of a document.

    What was consumed comes before what was produced: an order that is completed takes
    no more reports of its components.

    :param str text: the document
    :param str source: code of the source that the messages are of
    :return: list of dictionaries for ``submit``; what is missing in the document is
        missing in them, and refused there by name. A material that says what no message
        can has ``refused`` instead, ``(code, value)``
    :raises NoDocument: if it cannot be read at all, or reports nothing
    """
    root = _root(text)
    response_name, request_name = ROOTS[_name(root)]
    document = _text(root, "ID")
    if not document:
        raise NoDocument("no_id")
    found = []
    for response in _children(root, response_name):
        order = _text(response, request_name)
        found += [
            _row(material, use, segment, order, moment)
            for segment, moment in _segments(response, _moment(response, root))
            for material, use in _materials(segment)
        ]
    if not found:
        raise NoDocument("nothing")
    # What happened at one moment takes effect in the order of the numbers.
    found.sort(key=lambda row: row.get("type") == TYPES["Produced"])
    return [
        {"source": source, "external_id": _number(document, place), **row}
        for place, row in enumerate(found, 1)
    ]


def _moment(response, root):
    """When what a response reports happened, where its segments do not say it."""
    return (
        _text(response, "EndTime")
        or _text(response, "ActualEndTime")
        or _text(root, "PublishedDate")
    )


def _segments(element, moment):
    """``(segment, its time)`` of a response, each before those within it."""
    for segment in _children(element, "SegmentResponse"):
        own = _text(segment, "ActualEndTime") or moment
        yield segment, own
        yield from _segments(segment, own)


def _materials(segment):
    """``(material, its use)`` of what a segment used or made."""
    for element in segment:
        use = _use(element)
        if use is not None and use not in PASSED_OVER:
            yield element, use


def _row(material, use, segment, order, moment):
    """The message of one material without its number, or why it is none."""
    for name in ONCE:
        if len(_children(material, name)) > 1:
            return {"refused": ("several", name)}
    if use not in TYPES:
        return {"refused": ("other_use", use)}
    body = _material(material, use, _text(segment, "ProcessSegmentID"))
    return _given({"event_time": moment, "order": order, **body})


def _root(text):
    """The root element of a document that is safe to look at."""
    if not isinstance(text, str) or len(text) > MOST_CHARACTERS:
        raise NoDocument("no_text", str(MOST_CHARACTERS))
    if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
        raise NoDocument("entities")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError) as problem:
        raise NoDocument("no_xml", str(problem)) from None
    if root is None or _name(root) not in ROOTS:
        raise NoDocument("other_root", ", ".join(ROOTS))
    return root


def _name(element):
    """Name of an element without its namespace: there is one per version."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _children(element, name):
    return [child for child in element if _name(child) == name]


def _text(element, *path):
    """Text of the first element under a path; empty where there is none."""
    for name in path:
        found = _children(element, name)
        if not found:
            return ""
        element = found[0]
    return (element.text or "").strip()


def _use(element):
    """What was done with a material, as the document says it; None: it is none."""
    if _name(element) == "MaterialActual":
        return _text(element, "MaterialUse")
    return OLDER.get(_name(element))


def _material(element, use, operation):
    """Keys that one material gives."""
    quantity = _text(element, "Quantity", "QuantityString")
    message = {
        "type": TYPES[use],
        "product": _text(element, "MaterialDefinitionID"),
        "lot": _text(element, "MaterialLotID"),
        "quantity": _as_number(quantity),
        "uom": _text(element, "Quantity", "UnitOfMeasure"),
        "hu": _text(element, "MaterialSubLotID"),
    }
    if message["type"] == "consumption":
        message["operation"] = operation
    return message


def _as_number(text):
    """A number; what is none stays a text, and is refused as one."""
    return float(text) if _DECIMAL.fullmatch(text) else text


def _number(document, place):
    """A number of its own for each material of the document, of at most 128 signs."""
    number = f"{document}/{place}"
    if len(number) > 128:
        number = f"{hashlib.sha256(document.encode()).hexdigest()}/{place}"
    return number


def _given(message):
    """The message without what the document does not say."""
    return {key: value for key, value in message.items() if value != ""}
