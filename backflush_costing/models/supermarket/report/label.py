"""What a printed label says, whatever it is stuck on."""

from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

SIZES = {"QR": (300, 300), "Code128": (600, 120)}


@dataclass(frozen=True)
class Label:
    """One label.

    :param title: what is read from afar
    :param lines: what is read from near
    :param code: what is scanned
    """

    title: str
    lines: tuple
    code: str

    def image(self, symbology):
        """Address where Odoo draws the code.

        :param str symbology: a name of ``SIZES``
        """
        width, height = SIZES[symbology]
        return "/report/barcode/?" + urlencode(
            {
                "barcode_type": symbology,
                "value": self.code,
                "width": width,
                "height": height,
            }
        )

    def zpl(self, text):
        """``text`` as a field of ZPL: as it is, without the signs that are commands."""
        return Markup((text or "").replace("^", " ").replace("~", " "))


def plain(quantity):
    """A quantity without zeros that say nothing: 1250, 0.5."""
    return f"{quantity:.6f}".rstrip("0").rstrip(".")
