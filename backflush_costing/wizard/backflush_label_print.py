from odoo import api, fields, models
from odoo.exceptions import UserError

REPORTS = {
    ("pdf", "sheet"): "action_report_label_sheet",
    ("pdf", "single"): "action_report_label_single",
    ("zpl", "sheet"): "action_report_label_zpl",
    ("zpl", "single"): "action_report_label_zpl",
}


class BackflushLabelPrint(models.TransientModel):
    """Print cards or bin labels: with which code, on what, for which printer."""

    _name = "backflush.label.print"
    _description = "Print Labels"

    content = fields.Selection(
        [("cards", "Kanban cards"), ("bins", "Bin labels")],
        "Labels",
        default=lambda self: (
            "bins" if self._called_on() == "stock.location" else "cards"
        ),
        required=True,
        help="Cards go to the containers, bin labels to the places.",
    )
    symbology = fields.Selection(
        [("Code128", "Barcode"), ("QR", "QR code")],
        "Code",
        default="Code128",
        required=True,
        help="What scanners read: a line scanner needs a barcode.",
    )
    printer = fields.Selection(
        [("pdf", "PDF"), ("zpl", "ZPL, for a label printer")],
        "Format",
        default="pdf",
        required=True,
        help="ZPL goes to a label printer as it is, one label per card or bin.",
    )
    layout = fields.Selection(
        [("sheet", "Sheets of eight"), ("single", "One per page")],
        default="sheet",
        required=True,
        help="Sheets of A4 to be cut, or pages of 10 by 7 cm.",
    )
    kanban_ids = fields.Many2many(
        "backflush.kanban",
        string="Cards",
        default=lambda self: self._default_cards(),
        help="The cards to be printed.",
    )
    location_ids = fields.Many2many(
        "stock.location",
        string="Bins",
        default=lambda self: self._default_bins(),
        help="The places to be labelled.",
    )

    @api.model
    def _called_on(self):
        return self.env.context.get("active_model")

    @api.model
    def _chosen(self, model):
        """The records that the action was called on, if they are of ``model``."""
        ids = self.env.context.get("active_ids") or ()
        return self.env[model].browse(ids if self._called_on() == model else ())

    @api.model
    def _default_cards(self):
        cycles = self._chosen("backflush.control.cycle")
        return self._chosen("backflush.kanban") | cycles.kanban_ids

    @api.model
    def _default_bins(self):
        cycles = self._default_cards().cycle_id
        cycles |= self._chosen("backflush.control.cycle")
        return self._chosen("stock.location") | cycles.bin_id

    def action_print(self):
        """Print what was chosen.

        :return: action that prints
        :raises UserError: if there is nothing to print
        """
        self.ensure_one()
        self._labels()
        name = REPORTS[self.printer, self.layout]
        report = self.env.ref(f"backflush_costing.{name}")
        return {
            **report.report_action(self, config=False),
            "close_on_report_download": True,
        }

    def _labels(self):
        """The labels, in the order of the places that they belong to."""
        self.ensure_one()
        if self.content == "cards":
            labels = self.kanban_ids.sorted()._labels()
        else:
            labels = self.location_ids.sorted("complete_name")._labels()
        if not labels:
            raise UserError(self.env._("Choose what is to be printed."))
        return labels
