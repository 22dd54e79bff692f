import re
from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.tests import tagged

from .handling_unit_common import HandlingUnitCommon

REPORT = "backflush_costing.report_handling_unit_label"
#: What a label consists of; anything else was brought in by a name.
COMMANDS = ["^XA", "^CI", *["^FO", "^A0", "^FH", "^FD", "^FS"] * 3]
COMMANDS += ["^FO", "^BY", "^BC", "^FH", "^FD", "^FS", "^XZ"]


def printed(zpl):
    """What a label printer prints in its fields, one after another."""
    fields = re.findall(r"\^FH\^FD(.*?)\^FS", zpl, re.DOTALL)
    return [re.sub("_(..)", lambda m: chr(int(m[1], 16)), text) for text in fields]


@tagged("post_install", "-at_install")
class TestHandlingUnitLabel(HandlingUnitCommon):
    """A label says what the unit is called, whatever signs are in the name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wire.tracking = "lot"

    def _labelled(self, name, product="Wire", lot="L1", unit="m"):
        """A unit in the store with such names."""
        self.wire.name, self.meter.name = product, unit
        made = self.env["stock.lot"].create({"name": lot, "product_id": self.wire.id})
        coil = self.env["stock.package"].create({"name": name})
        self._stock(self.wire, 12.5, self.store, package_id=coil.id, lot_id=made.id)
        return coil

    def _zpl(self, units):
        reports = self._as(self.operator, self.env["ir.actions.report"])
        return reports._render_qweb_text(f"{REPORT}_zpl", units.ids)[0].decode()

    def _images(self, units):
        """The addresses of the barcodes, as a browser reads them."""
        reports = self._as(self.operator, self.env["ir.actions.report"])
        page = html.fromstring(reports._render_qweb_html(REPORT, units.ids)[0])
        return page.xpath("//img[@alt='Barcode']/@src")

    def test_names_are_printed_as_they_are_and_command_nothing(self):
        for hostile in ("A & <5> \"'", "^XZ^XA", "~JA", "_5E_7E", "Größe 5 µm"):
            with self.subTest(name=hostile):
                coil = self._labelled("COIL", f"P{hostile}", f"L{hostile}", hostile)
                zpl = self._zpl(coil)
                self.assertEqual(re.findall(r"[\^~][A-Z0-9]{2}", zpl), COMMANDS)
                self.assertEqual(
                    printed(zpl),
                    [f"P{hostile}", f"12.5 {hostile}", f"L{hostile}", "COIL"],
                )

    def test_a_line_break_in_a_name_ends_no_command(self):
        coil = self._labelled("COIL", lot="ONE\nTWO")
        self.assertEqual(printed(self._zpl(coil))[2], "ONE TWO")

    def test_the_barcode_of_a_label_printer_holds_the_name(self):
        """In a Code 128 of ZPL ``><`` is ``^``, ``>=`` is ``~``, ``>0`` is ``>``."""
        coil = self._labelled("A>8^B~_5E")
        self.assertEqual(printed(self._zpl(coil))[-1], "A>08><B>=_5E")
        number = self._labelled("006141411234567890", lot="L2")
        zpl = self._zpl(number)
        self.assertIn("^BCN,90,Y,N,N,D^FH^FD(00)006141411234567890^FS", zpl)

    def test_the_barcode_on_paper_holds_the_whole_name(self):
        for lot, name in enumerate(("COIL #7", "50% & 5?x=1", "A/B+C", "Spule ü")):
            with self.subTest(name=name):
                (src,) = self._images(self._labelled(name, lot=str(lot)))
                address = urlsplit(src)
                self.assertEqual(address.path, "/report/barcode/")
                self.assertFalse(address.fragment)
                self.assertEqual(
                    parse_qs(address.query),
                    {
                        "barcode_type": ["Code128"],
                        "value": [name],
                        "width": ["600"],
                        "height": ["120"],
                    },
                )

    def test_the_barcode_is_drawn(self):
        """Without a library that reportlab asks for late there is none."""
        image = self.env["ir.actions.report"].barcode("Code128", "COIL #7")
        self.assertEqual(image[:8], b"\x89PNG\r\n\x1a\n")

    def test_a_unit_with_nothing_in_it_has_a_label(self):
        coil = self._coil("NEW", 0)
        self.assertEqual(printed(self._zpl(coil)), ["", "", "", "NEW"])
