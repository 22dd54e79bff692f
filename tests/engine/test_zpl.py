"""Text as field data of a label printer."""

import re

from hypothesis import given
from hypothesis import strategies as st

from engine.zpl import code128, field

printable = st.text(st.characters(exclude_categories=["Cc", "Cs"]))


def read(zpl):
    """What a printer makes of a field."""
    data = zpl.removeprefix("^FH^FD").removesuffix("^FS")
    assert not set("^~") & set(data), "a command"
    return re.sub("_(..)", lambda m: chr(int(m[1], 16)), data)


@given(printable)
def test_what_is_printed_is_the_text(text):
    assert read(field(text)) == text


@given(printable)
def test_what_is_scanned_is_the_text(text):
    signs = {"><": "^", ">=": "~", ">0": ">"}
    assert re.sub(">.", lambda m: signs[m[0]], read(code128(text))) == text


@given(st.text())
def test_nothing_commands_the_printer(text):
    read(field(text))
    assert "\n" not in field(text) and "\r" not in field(text)
