from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.backflush_costing.tests.message_common import MessageCommon

DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<OperationsPerformance xmlns="http://www.mesa.org/xml/B2MML">
  <ID>{document}</ID>
  <PublishedDate>2026-03-02T09:00:00Z</PublishedDate>
  <OperationsResponse>
    <OperationsRequestID>{order}</OperationsRequestID>
    <SegmentResponse>
      <ProcessSegmentID>At Press</ProcessSegmentID>
      <ActualEndTime>2026-03-02T08:30:00Z</ActualEndTime>
      <MaterialActual>
        <MaterialDefinitionID>CELL</MaterialDefinitionID>
        <MaterialUse>Consumed</MaterialUse>
        <Quantity><QuantityString>7</QuantityString></Quantity>
      </MaterialActual>
      <MaterialActual>
        <MaterialDefinitionID>PACK</MaterialDefinitionID>
        <MaterialUse>Produced</MaterialUse>
        <Quantity><QuantityString>2</QuantityString></Quantity>
      </MaterialActual>
      <MaterialActual>
        <MaterialDefinitionID>GREASE</MaterialDefinitionID>
        <MaterialUse>Consumable</MaterialUse>
      </MaterialActual>
    </SegmentResponse>
  </OperationsResponse>
</OperationsPerformance>"""
MATERIAL = """
      <MaterialActual>
        <MaterialDefinitionID>{product}</MaterialDefinitionID>
        <MaterialUse>{use}</MaterialUse>
        {more}<Quantity><QuantityString>{quantity}</QuantityString></Quantity>
      </MaterialActual>"""
SEGMENT = """
    <SegmentResponse>
      <ActualEndTime>2026-03-02T08:30:00Z</ActualEndTime>{content}
    </SegmentResponse>"""
HEAD = """<OperationsPerformance xmlns="http://www.mesa.org/xml/B2MML">
  <ID>{document}</ID>
  <PublishedDate>2026-03-02T09:00:00Z</PublishedDate>
  <OperationsResponse>
    <OperationsRequestID>{order}</OperationsRequestID>{content}
  </OperationsResponse>
</OperationsPerformance>"""
LAUGHS = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><OperationsPerformance><ID>&c;</ID>
</OperationsPerformance>"""
FILE = """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>
<OperationsPerformance><ID>&a;</ID></OperationsPerformance>"""


@tagged("post_install", "-at_install")
class TestB2mml(MessageCommon):
    """Documents of an MES become messages; what is no document is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        center = cls._workcenter("Press", 60)
        bom = cls.pack.bom_ids
        bom.bom_line_ids.flush_method = "manual"
        bom.operation_ids = [(0, 0, {"name": "At Press", "workcenter_id": center.id})]

    def _send(self, document, source="line-1"):
        inbox = self._as(self.machine, self.env["backflush.message"])
        return inbox.submit_b2mml(source, document)

    @staticmethod
    def _material(product, use, quantity, more=""):
        values = {"product": product, "use": use, "quantity": quantity, "more": more}
        return MATERIAL.format(**values)

    @staticmethod
    def _document(document, order, *contents):
        content = "".join(SEGMENT.format(content=content) for content in contents)
        return HEAD.format(document=document, order=order, content=content)

    def _sent(self, number):
        return self.env["backflush.message"].search([("external_id", "=", number)])

    def test_what_was_consumed_and_produced(self):
        self._put(self.cell, 100)
        order = self._order(self.pack, 2)
        document = DOCUMENT.format(document="D1", order=order.name)
        for status in ("accepted", "duplicate"):
            answers = self._send(document)
            self.assertEqual([a["external_id"] for a in answers], ["D1/1", "D1/2"])
            self.assertEqual({a["status"] for a in answers}, {status})
        self._process()
        self.assertEqual(order.state, "done")
        self.assertEqual(order.qty_produced, 2)
        self.assertEqual(self._on_hand(self.cell), 93)

    def test_the_older_schema_says_it_by_the_name(self):
        document = (
            DOCUMENT.format(document="D2", order="WH/MO/1")
            .replace("Operations", "Production")
            .replace("MaterialActual>", "MaterialConsumedActual>")
            .replace("CELL", "CELL-2")
        )
        answers = self._send(document)
        self.assertEqual(
            [(a["status"], a["code"]) for a in answers],
            [("accepted", ""), ("accepted", ""), ("rejected", "missing_key")],
        )
        sent = self.env["backflush.message"].search([("external_id", "=", "D2/1")])
        self.assertEqual(
            (sent.type, sent.payload["product"]), ("consumption", "CELL-2")
        )

    def test_what_is_no_document_is_refused_and_nothing_is_opened(self):
        for wrong in (
            *("", "x", None, 7, "<a/>", "<a>" * 300, LAUGHS, FILE),
            DOCUMENT.format(document="", order="X"),
            "<OperationsPerformance/>\ud800",
        ):
            with self.subTest(document=str(wrong)[:30]):
                (answer,) = self._send(wrong)
                self.assertEqual(
                    (answer["status"], answer["code"]), ("rejected", "not_b2mml")
                )
                self.assertTrue(answer["reason"].isprintable(), answer["reason"])
                self.assertNotIn("%(", answer["reason"])
        (answer, *_rest) = self._send(DOCUMENT.format(document="D3", order=""))
        self.assertEqual(answer["code"], "missing_key")
        with self.assertRaises(AccessError):
            self._as(self.operator, self.env["backflush.message"]).submit_b2mml("", "")

    def test_a_product_that_stands_first_is_received_after_its_components(self):
        """The completed order would take no more reports of a manual component."""
        self._put(self.cell, 100)
        order = self._order(self.pack, 2)
        made = self._material("PACK", "Produced", 2)
        used = self._material("CELL", "Consumed", 7)
        answers = self._send(self._document("D4", order.name, made + used))
        self.assertEqual({a["status"] for a in answers}, {"accepted"}, answers)
        self._process()
        self.assertEqual(order.state, "done")
        self.assertEqual(self._on_hand(self.cell), 93)
        self.assertEqual(self._sent("D4/2").type, "production")

    def test_segments_within_segments_report_too(self):
        used = self._material("CELL", "Consumed", 7)
        inner = SEGMENT.format(content=self._material("CELL", "Material Consumed", 3))
        timeless = inner.replace(
            "<ActualEndTime>2026-03-02T08:30:00Z</ActualEndTime>", ""
        )
        document = self._document("D5", "WH/MO/1", used + SEGMENT.format(content=inner))
        answers = self._send(document.replace(inner, timeless))
        self.assertEqual([a["status"] for a in answers], ["accepted"] * 2)
        sent = self._sent("D5/1") | self._sent("D5/2")
        self.assertEqual({row.payload["quantity"] for row in sent}, {7, 3})
        self.assertEqual({row.date_event.hour for row in sent}, {8})

    def test_a_document_that_reports_nothing_is_refused(self):
        for at, content in enumerate(
            ("", self._material("GREASE", "Consumable", 1), "<EquipmentActual/>")
        ):
            with self.subTest(content=content):
                (answer,) = self._send(self._document(f"E{at}", "WH/MO/1", content))
                self.assertEqual(
                    (answer["status"], answer["code"]), ("rejected", "not_b2mml")
                )
                self.assertIn("reports no material", answer["reason"])

    def test_what_no_message_can_say_is_refused_by_its_name(self):
        lots = "<MaterialLotID>A</MaterialLotID><MaterialLotID>B</MaterialLotID>"
        half = "<Quantity><QuantityString>1</QuantityString></Quantity>"
        answers = self._send(
            self._document(
                *("D6", "WH/MO/1"),
                self._material("CELL", "Consumed", 7, lots),
                self._material("CELL", "Consumed", 7, half),
                self._material("SCRAP", "By-product Produced", 1),
                self._material("OTHER", "Co-product", 1),
                self._material("CELL", "", 1),
                self._material("CELL", "Consumed", 7),
            )
        )
        self.assertEqual(
            [(a["external_id"], a["status"], a["code"]) for a in answers],
            [
                ("D6/1", "rejected", "several"),
                ("D6/2", "rejected", "several"),
                ("D6/3", "rejected", "other_use"),
                ("D6/4", "rejected", "other_use"),
                ("D6/5", "rejected", "other_use"),
                ("D6/6", "accepted", ""),
            ],
        )
        for answer, word in zip(
            answers,
            ("MaterialLotID", "Quantity", "By-product", "Co-product"),
            strict=False,
        ):
            self.assertIn(word, answer["reason"])

    def test_numbers_are_decimal_digits(self):
        for at, wrong in enumerate(
            ("1_000", "\u0661\u0662", "nan", "inf", "1e999", "1,5")
        ):
            with self.subTest(quantity=wrong):
                used = self._material("CELL", "Consumed", wrong)
                (answer,) = self._send(self._document(f"F{at}", "WH/MO/1", used))
                self.assertEqual(
                    (answer["status"], answer["code"]), ("rejected", "wrong_value")
                )

    def test_a_sublot_is_the_unit_that_is_used_from_or_filled(self):
        sublot = "<MaterialSubLotID>PALLET-7</MaterialSubLotID>"
        made = self._material("PACK", "Produced", 2, sublot)
        used = self._material("CELL", "Consumed", 7, sublot.replace("PALLET", "REEL"))
        self._send(self._document("D7", "WH/MO/1", made + used))
        units = [self._sent(f"D7/{at}").payload["hu"] for at in (1, 2)]
        self.assertEqual(units, ["REEL-7", "PALLET-7"])

    def test_more_materials_than_one_call_takes(self):
        used = [self._material("CELL", "Consumed", at + 1) for at in range(1001)]
        refused = self._material("CELL", "By-product", 1)
        answers = self._send(self._document("D8", "WH/MO/1", refused + "".join(used)))
        self.assertEqual(len(answers), 1002)
        self.assertEqual(
            [a["status"] for a in answers], ["rejected"] + ["accepted"] * 1001
        )
        self.assertEqual(answers[-1]["external_id"], "D8/1002")

    def test_nothing_is_parsed_for_who_may_not_send(self):
        path = "odoo.addons.backflush_costing_b2mml.b2mml.read"
        inbox = self._as(self.operator, self.env["backflush.message"])
        with patch(path) as read, self.assertRaises(AccessError):
            inbox.submit_b2mml("line-1", self._document("D9", "WH/MO/1", ""))
        read.assert_not_called()
