"""What a B2MML document reports, as messages; plain Python and lxml.

Documents come from outside. One that declares a document type is refused before it is
parsed: entities, which can grow without bounds or name files, need such a declaration.
"""

import hashlib

from lxml import etree

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
TYPES = {"Consumed": "consumption", "Produced": "production"}


class NoDocument(Exception):
    """The text is no such document.

    :param code: why; the words are the caller's
    :param value: what they speak of
    """

    def __init__(self, code, value=""):
        super().__init__(code, value)
        self.code, self.value = code, value


def read(text, source):
    """Messages of a document, in its order.

    :param str text: the document
    :param str source: code of the source that the messages are of
    :return: list of dictionaries for ``submit``; what is missing in the document is
        missing in them, and refused there by name
    :raises NoDocument: if it cannot be read at all
    """
    root = _root(text)
    response_name, request_name = ROOTS[_name(root)]
    document = _text(root, "ID")
    if not document:
        raise NoDocument("no_id")
    messages = []
    for response in _children(root, response_name):
        order = _text(response, request_name)
        for segment in _children(response, "SegmentResponse"):
            moment = (
                _text(segment, "ActualEndTime")
                or _text(response, "EndTime")
                or _text(response, "ActualEndTime")
                or _text(root, "PublishedDate")
            )
            operation = _text(segment, "ProcessSegmentID")
            for material in segment:
                use = _use(material)
                if use in TYPES:
                    number = _number(document, len(messages) + 1)
                    head = {"source": source, "external_id": number}
                    head |= {"event_time": moment, "order": order}
                    body = _material(material, use, operation)
                    messages.append(_given({**head, **body}))
    return messages


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
    """Whether a material was consumed or produced; empty: neither."""
    if _name(element) == "MaterialActual":
        return _text(element, "MaterialUse")
    return OLDER.get(_name(element), "")


def _material(element, use, operation):
    """Keys that one material gives."""
    quantity = _text(element, "Quantity", "QuantityString")
    message = {
        "type": TYPES[use],
        "product": _text(element, "MaterialDefinitionID"),
        "lot": _text(element, "MaterialLotID"),
        "quantity": _as_number(quantity),
        "uom": _text(element, "Quantity", "UnitOfMeasure"),
    }
    if use == "Consumed":
        message["hu"] = _text(element, "MaterialSubLotID")
        message["operation"] = operation
    return message


def _as_number(text):
    """A number; what is none stays a text, and is refused as one."""
    try:
        return float(text)
    except ValueError:
        return text


def _number(document, place):
    """A number of its own for each material of the document, of at most 128 signs."""
    number = f"{document}/{place}"
    if len(number) > 128:
        number = f"{hashlib.sha256(document.encode()).hexdigest()}/{place}"
    return number


def _given(message):
    """The message without what the document does not say."""
    return {key: value for key, value in message.items() if value != ""}
