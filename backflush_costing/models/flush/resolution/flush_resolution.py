from odoo import api, fields, models

# When the component is issued. A method is offered once it works end to end.
FLUSH_METHODS = [
    ("completion", "At completion"),
    ("operation", "At its operation"),
    ("start", "At the start"),
    ("reported", "As reported"),
    ("manual", "Manually"),
]


class BackflushFlushResolution(models.AbstractModel):
    """Which rule decides how, and from where, a component is issued.

    Method and location are looked up apart, each from the most specific place
    to the most general; the place that won is remembered on the raw move as a
    code ``<method source>:<location source>`` and shown in words.
    """

    _name = "backflush.flush.resolution"
    _description = "Flush Resolution"

    @api.model
    def _sources(self):
        """Places in order of precedence: ``(code, words)``."""
        return [
            ("move", self.env._("entered on the component line")),
            ("bom_line", self.env._("set on the bill of materials line")),
            ("workcenter", self.env._("set on the work center %(workcenter)s")),
            ("product", self.env._("set on the product")),
            ("company", self.env._("default of the company")),
            ("order", self.env._("components location of the order")),
        ]

    @api.model
    def _resolve(self, production, product, bom_line, workcenter):
        """Return ``{flush_method, flush_rule, location_id}`` for one component.

        :param production: the order, whose company counts
        :param product: the component
        :param bom_line: its line, may be empty
        :param workcenter: of the operation that consumes it, may be empty
        """
        if production.picking_type_id.backflush_excluded:
            return {
                "flush_method": False,
                "flush_rule": False,
                "location_id": production.location_src_id.id,
            }
        company = production.company_id
        bom_line = bom_line.with_company(company)
        template = product.with_company(company).product_tmpl_id
        method, method_source = self._first(
            ("bom_line", bom_line.flush_method),
            ("workcenter", workcenter.flush_method),
            ("product", template.flush_method),
            ("company", company.flush_method),
        )
        location, location_source = self._first(
            ("bom_line", bom_line.backflush_location_id),
            ("workcenter", self._workcenter_location(workcenter, product)),
            ("product", template.property_backflush_location_id),
            ("order", production.location_src_id),
        )
        if not method and location_source == "order":
            return {
                "flush_method": False,
                "flush_rule": False,
                "location_id": location.id,
            }
        return {
            "flush_method": method,
            "flush_rule": f"{method_source}:{location_source}",
            "location_id": location.id if location else False,
        }

    @api.model
    def _workcenter_location(self, workcenter, product):
        """Hook: where this work center takes ``product`` from.

        A room that knows bins of single products within a supply area answers
        with the bin.
        """
        return workcenter.backflush_location_id

    @api.model
    def _first(self, *candidates):
        """First candidate that says something, with its source."""
        for source, value in candidates:
            if value:
                return value, source
        return False, ""

    @api.model
    def _describe(self, move):
        """One sentence: how, from where, and which rules said so."""
        if not move.flush_rule:
            return False
        method_source, location_source = move.flush_rule.split(":")
        if method_source == "error":
            return self.env._(
                "Issued after all, to work off an error record. Taken from "
                "%(location)s.",
                location=move.location_id.display_name,
            )
        words = dict(self._sources())
        names = {"workcenter": move._backflush_workcenter().name or ""}
        where = self.env._(
            "Taken from %(location)s (%(why)s).",
            location=move.location_id.display_name,
            why=words.get(location_source, "") % names,
        )
        if not move.flush_method:
            return where
        methods = dict(move._fields["flush_method"]._description_selection(self.env))
        return self.env._(
            "%(method)s (%(why)s). %(where)s",
            method=methods[move.flush_method],
            why=words.get(method_source, "") % names,
            where=where,
        )


def flush_method_field(**kwargs):
    """The selection as it stands on everything that can decide the method."""
    return fields.Selection(FLUSH_METHODS, string="Flush Method", **kwargs)
