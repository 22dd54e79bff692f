"""Text as field data of ZPL, the language of label printers.

``^`` and ``~`` begin commands wherever they stand. ``^FH`` lets field data hold any
character as ``_`` and two hexadecimal digits, so that a name is printed as it is,
whatever is in it (Zebra, ZPL II Programming Guide, ``^FH``).
"""

import re

#: What would be read as a command, or as the beginning of a hexadecimal character.
ESCAPES = {ord(sign): f"_{ord(sign):02X}" for sign in "^~_"}
#: The same of a Code 128, whose own commands begin with ``>`` (there, ``^BC``).
CODE128 = {"^": "><", "~": ">=", ">": ">0"}
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def field(text):
    """The commands that print ``text`` as it is; lines and tabs become blanks.

    >>> field("Wire & 5 ^XZ~JA_1")
    '^FH^FDWire & 5 _5EXZ_7EJA_5F1^FS'
    """
    return f"^FH^FD{CONTROL.sub(' ', text).translate(ESCAPES)}^FS"


def code128(text):
    """The same for what a Code 128 (``^BC``, no mode) holds.

    >>> code128("COIL>8^7")
    '^FH^FDCOIL>08><7^FS'
    """
    return field(text.translate(str.maketrans(CODE128)))
