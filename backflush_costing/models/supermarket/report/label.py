"""What a printed label says, whatever it is stuck on."""

from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from ....engine.zpl import code128, field

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
        """The commands of a label printer that print ``text`` as it is."""
        return Markup(field(text or ""))

    def zpl_code(self, symbology):
        """The commands of a label printer for the code.

        :param str symbology: a name of ``SIZES``
        """
        if symbology == "QR":
            return Markup("^BQN,2,6" + field(f"QA,{self.code}"))
        return Markup("^BY2^BCN,90,Y,N,N" + code128(self.code))


def plain(quantity):
    """A quantity without zeros that say nothing: 1250, 0.5."""
    return f"{quantity:.6f}".rstrip("0").rstrip(".")
