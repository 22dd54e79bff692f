"""Serial shipping container codes: the numbers of handling units (GS1, SSCC-18).

Eighteen digits: one to extend the range, the company's prefix, a serial reference that
fills up, and a check digit. On a label, and from a scanner, the application identifier
``00`` stands in front of it.
"""

LENGTH = 18
IDENTIFIER = "00"
# How many digits GS1 gives a company: four to twelve (GS1 General Specifications,
# glossary, "GS1 Company Prefix"); seven to ten are what most companies have.
PREFIX_DIGITS = range(4, 13)
# What scanners put around a GS1 code: symbology identifiers, and the separator.
PREFIXES = ("]C1", "]e0", "]d2", "]Q3")
SEPARATOR = "\x1d"


def check_digit(digits):
    """Check digit over ``digits``: weights 3 and 1 from the right, modulo 10.

    >>> [check_digit(n) for n in ("10614141234567890", "00614141123456789")]
    [8, 0]
    >>> check_digit("34012345123456789")
    5
    """
    if not digits.isascii() or not digits.isdigit():
        raise ValueError(digits)
    weights = (3 if place % 2 == 0 else 1 for place in range(len(digits)))
    total = sum(int(d) * w for d, w in zip(reversed(digits), weights, strict=True))
    return -total % 10


def is_prefix(prefix, extension=0):
    """Whether codes can begin with this extension digit and company prefix.

    >>> is_prefix("0614141"), is_prefix("0614 141"), is_prefix("0614141", 10)
    (True, False, False)
    """
    is_number = prefix.isascii() and prefix.isdigit()
    return is_number and len(prefix) in PREFIX_DIGITS and 0 <= extension <= 9


def last_serial(prefix):
    """The highest running number that fits beside a company's prefix.

    >>> last_serial("0614141"), last_serial("0614141000")
    (999999999, 999999)
    """
    return 10 ** (LENGTH - 2 - len(prefix)) - 1


def make(prefix, serial, extension=0):
    """The code number ``serial`` of a company.

    :param prefix: GS1 company prefix, its digits as text
    :param serial: running number; it must fit beside the prefix
    :raises ValueError: if it does not, or if something is no number

    >>> make("0614141", 123456789)
    '006141411234567890'
    """
    if not is_prefix(prefix, extension) or not 0 <= serial <= last_serial(prefix):
        raise ValueError(f"{extension}{prefix}{serial}")
    body = f"{extension}{prefix}{str(serial).zfill(LENGTH - 2 - len(prefix))}"
    return f"{body}{check_digit(body)}"


def is_valid(code):
    """Whether ``code`` is eighteen digits with the right one at the end.

    >>> is_valid("106141412345678908"), is_valid("106141412345678909")
    (True, False)
    """
    if len(code) != LENGTH or not code.isascii() or not code.isdigit():
        return False
    return check_digit(code[:-1]) == int(code[-1])


def read(scan):
    """The code in what a scanner sent, without identifier; None if there is none.

    >>> read("]C100106141412345678908"), read("(00)106141412345678908")
    ('106141412345678908', '106141412345678908')
    >>> read("COIL-7") is None
    True
    """
    text = scan.strip().strip(SEPARATOR)
    for prefix in PREFIXES:
        text = text.removeprefix(prefix)
    text = text.strip(SEPARATOR).replace("(", "").replace(")", "").replace(" ", "")
    if len(text) > LENGTH and text.startswith(IDENTIFIER):
        text = text[len(IDENTIFIER) : len(IDENTIFIER) + LENGTH]
    return text if is_valid(text) else None
