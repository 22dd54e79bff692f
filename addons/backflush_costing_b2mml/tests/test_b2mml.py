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
