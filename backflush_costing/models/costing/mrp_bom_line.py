from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

# Context: the day whose lines count, or one of the words below. Without it the lines
# of today count.
DAY = "backflush_bom_date"
#: every line, whatever its validity
EVERY = "every"
#: lines without a validity alone
UNDATED = "undated"


class MrpBomLine(models.Model):
    """Lines that count from one day to another.

    Everything in Odoo that reads a bill of materials asks ``_skip_bom_line``: what an
    order needs, what a kit consists of, the bill's cost, its overview. A line
    outside its validity is skipped there; lines without dates are core's.
    """

    _inherit = "mrp.bom.line"

    valid_from = fields.Date(
        help="First day on which the component is used, in the plant's time zone. "
        "Empty: from the beginning.",
    )
    valid_to = fields.Date(
        help="Last day on which the component is used. Empty: without end.",
    )

    @api.constrains("valid_from", "valid_to")
    def _check_validity(self):
        for line in self:
            if line.valid_from and line.valid_to and line.valid_to < line.valid_from:
                raise ValidationError(
                    self.env._(
                        "%(product)s on the bill of materials of %(parent)s is valid "
                        "until %(end)s, which is before it begins on %(start)s.",
                        product=line.product_id.display_name,
                        parent=line.bom_id.display_name,
                        start=line.valid_from,
                        end=line.valid_to,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if any(vals.get("valid_from") or vals.get("valid_to") for vals in vals_list):
            self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        res = super().write(vals)
        if {"valid_from", "valid_to"} & set(vals):
            self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache()
    def _backflush_any_dated(self):
        """Whether any bill of materials has lines with dates: else all is core's."""
        dated = ["|", ("valid_from", "!=", False), ("valid_to", "!=", False)]
        lines = self.sudo().with_context(active_test=False)
        return bool(lines.search_count(dated, limit=1))

    def _skip_bom_line(self, product, never_attribute_values=False):
        """A line outside its validity does not count."""
        return super()._skip_bom_line(product, never_attribute_values) or (
            not self._backflush_is_valid()
        )

    def _backflush_is_valid(self):
        """Whether the line counts on the day that the context names."""
        if not self.valid_from and not self.valid_to:
            return True
        day = self.env.context.get(DAY)
        if day in (EVERY, UNDATED):
            return day == EVERY
        company = self.company_id or self.env.company
        day = fields.Date.to_date(day) or company._backflush_today()
        return (not self.valid_from or self.valid_from <= day) and (
            not self.valid_to or day <= self.valid_to
        )

    def _backflush_validity(self):
        """The validity in words; empty where there is none."""
        if self.valid_from and self.valid_to:
            return self.env._(
                "valid from %(start)s to %(end)s",
                start=self.valid_from,
                end=self.valid_to,
            )
        if self.valid_from:
            return self.env._("valid from %s", self.valid_from)
        return self.env._("valid until %s", self.valid_to) if self.valid_to else ""

    def _backflush_overlaps(self, other):
        """Whether both lines ask for the same component on some day."""
        same = (
            self.product_id == other.product_id
            and self.operation_id == other.operation_id
            and self.bom_product_template_attribute_value_ids
            == other.bom_product_template_attribute_value_ids
        )
        dated = self.valid_from or self.valid_to or other.valid_from or other.valid_to
        return bool(
            same
            and dated
            and not self._backflush_ends_before(other)
            and not other._backflush_ends_before(self)
        )

    def _backflush_ends_before(self, other):
        """Whether this line's validity is over when that of the other begins."""
        return bool(
            self.valid_to and other.valid_from and self.valid_to < other.valid_from
        )


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    backflush_overlap_text = fields.Char(
        compute="_compute_backflush_overlap_text",
        help="Components that two lines ask for on the same day.",
    )

    @api.depends(
        "bom_line_ids.product_id",
        "bom_line_ids.operation_id",
        "bom_line_ids.valid_from",
        "bom_line_ids.valid_to",
    )
    def _compute_backflush_overlap_text(self):
        for bom in self:
            lines = list(bom.bom_line_ids)
            overlapping = self.env["product.product"].union(
                *(
                    line.product_id
                    for index, line in enumerate(lines)
                    for other in lines[index + 1 :]
                    if line._backflush_overlaps(other)
                )
            )
            bom.backflush_overlap_text = bool(overlapping) and self.env._(
                "Several lines ask for %s on the same days: all of them are issued.",
                ", ".join(overlapping.mapped("display_name")),
            )
