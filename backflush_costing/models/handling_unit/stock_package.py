from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...said import said

OPERATOR = "backflush_costing.group_backflush_operator"


class StockPackage(models.Model):
    """A handling unit: a coil, a reel, a pallet that a work center uses from.

    Where it is and what it holds is Odoo's; where it is mounted, and whether somebody
    reported it empty, stands here.
    """

    _inherit = "stock.package"

    backflush_workcenter_id = fields.Many2one(
        "mrp.workcenter",
        "Mounted On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Work center that uses from this handling unit now.",
    )
    backflush_position = fields.Char(
        "Position",
        readonly=True,
        copy=False,
        help="Where at the work center it is mounted.",
    )
    backflush_mounted_on = fields.Datetime(
        "Mounted Since", readonly=True, copy=False, help="When it was mounted."
    )
    backflush_mounted_by_id = fields.Many2one(
        "res.users", "Mounted By", readonly=True, copy=False, help="Who mounted it."
    )
    backflush_emptied = fields.Boolean(
        "Reported Empty",
        readonly=True,
        copy=False,
        help="Somebody reported that nothing is left in it.",
    )
    backflush_life = fields.Integer(
        readonly=True,
        copy=False,
        help="How often it was filled anew after it had been reported empty.",
    )
    backflush_filled_on = fields.Datetime(
        "Filled Last",
        readonly=True,
        copy=False,
        help="When the product of an order was last put into it, or taken out again.",
    )
    backflush_made_by_ids = fields.Many2many(
        "mrp.production",
        string="Filled By",
        compute="_compute_backflush_used_by_ids",
        help="Orders whose product was put into it.",
    )
    backflush_log_ids = fields.One2many(
        "backflush.handling.unit.log",
        "package_id",
        "History",
        readonly=True,
        help="What happened to it.",
    )
    backflush_state = fields.Selection(
        [
            ("store", "In Store"),
            ("supermarket", "In a Supermarket"),
            ("mounted", "Mounted"),
            ("empty", "Empty"),
        ],
        "Handling Unit",
        compute="_compute_backflush_state",
        help="Empty: nothing is left in it, according to the books or to a report.",
    )
    backflush_product_id = fields.Many2one(
        "product.product",
        "Holds",
        compute="_compute_backflush_content",
        help="What is in it, or was last used of it, where that is one product.",
    )
    backflush_quantity = fields.Float(
        "Left",
        digits="Product Unit",
        compute="_compute_backflush_content",
        help="What the books still hold in it, where that is one product.",
    )
    backflush_uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_backflush_content",
        help="Unit of what is left.",
    )
    backflush_used_by_ids = fields.Many2many(
        "mrp.production",
        string="Used For",
        compute="_compute_backflush_used_by_ids",
        help="Orders that were reported to have used from it.",
    )

    _backflush_position_uniq = models.UniqueIndex(
        "(backflush_workcenter_id, backflush_position)"
        " WHERE backflush_workcenter_id IS NOT NULL AND backflush_position IS NOT NULL",
        "Another handling unit has been mounted in this position just now.",
    )

    @api.depends("backflush_workcenter_id", "backflush_emptied", "contained_quant_ids")
    def _compute_backflush_state(self):
        loops = self.env["backflush.control.cycle"].sudo()
        areas = loops.search([("active", "=", True)]).supply_area_id
        for unit, stock in self._backflush_stock_by_unit().items():
            unit.backflush_state = unit._backflush_state_in(areas, stock)

    def _backflush_state_in(self, areas, stock):
        """State of this unit, which holds ``stock``; ``areas`` are the supermarkets."""
        if self.backflush_emptied or not stock:
            return "empty"
        if self.backflush_workcenter_id:
            return "mounted"
        place = stock.location_id[:1]
        inside = any(place._child_of(area) for area in areas)
        return "supermarket" if inside else "store"

    @api.depends("contained_quant_ids.quantity", "backflush_log_ids")
    def _compute_backflush_content(self):
        for unit, stock in self._backflush_stock_by_unit().items():
            product = stock.product_id
            if not stock:
                product = unit.sudo().backflush_log_ids.product_id[:1]
            is_one = len(product) == 1
            unit.backflush_product_id = product if is_one else False
            unit.backflush_quantity = sum(stock.mapped("quantity")) if is_one else 0.0
            unit.backflush_uom_id = product.uom_id if is_one else False

    @api.depends("backflush_log_ids.production_id")
    def _compute_backflush_used_by_ids(self):
        for unit in self:
            # Who may see the order sees it when he opens it.
            logs = unit.sudo().backflush_log_ids.filtered(
                lambda log: log.production_id.company_id in self.env.companies
            )
            filled = logs.filtered(lambda log: log.kind == "fill")
            used = logs.filtered(lambda log: log.kind not in ("fill", "takeout"))
            unit.backflush_made_by_ids = filled.production_id.ids
            unit.backflush_used_by_ids = used.production_id.ids

    # -- what it holds -------------------------------------------------------------

    def _backflush_stock(self, product=None):
        """Stock in this unit and the units inside it, as everybody has to count it."""
        self.ensure_one()
        of_it = [("product_id", "=", product.id)] if product else []
        return self._backflush_search_stock(of_it)

    def _backflush_stock_by_unit(self):
        """``{unit: stock}``, read for all of these at once: for lists of them."""
        stocks = dict.fromkeys(self, self.env["stock.quant"].sudo())
        units = {str(unit._origin.id): unit for unit in self}
        for quant in self._backflush_search_stock():
            for unit_id in quant.package_id.parent_path.split("/"):
                if unit := units.get(unit_id):
                    stocks[unit] |= quant
        return stocks

    def _backflush_search_stock(self, domain=()):
        """Stock in these units and the units inside them, the oldest first."""
        return (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("package_id", "child_of", self.ids),
                    ("quantity", ">", 0),
                    ("location_id.usage", "in", ("internal", "transit")),
                    *domain,
                ],
                order="in_date, id",
            )
        )

    def _backflush_place(self):
        """Where the unit is; where it was last, once nothing is in it."""
        self.ensure_one()
        place = self._backflush_stock().location_id[:1]
        return place or self.sudo().backflush_log_ids.location_to_id[:1]

    def _backflush_units(self):
        """This unit and all that it contains."""
        return self.sudo().search([("id", "child_of", self.ids)])

    # -- who may ---------------------------------------------------------------------

    def _backflush_check_call(self):
        """One unit, of a company of the user, who works on the shop floor.

        :return: the unit, ready to be worked with
        """
        self.ensure_one()
        self.env["backflush.error"]._check_role(OPERATOR)
        self.check_access("read")
        foreign = self._backflush_owner() - self.env.companies
        if foreign:
            raise UserError(
                self.env._(
                    "%(unit)s belongs to %(company)s, which is none of your companies.",
                    unit=self.name,
                    company=foreign[0].name,
                )
            )
        return self.sudo()

    def _backflush_owner(self):
        """Company of what is in it; of an empty unit, where it is or was used last."""
        unit = self.sudo()
        return (
            self._backflush_stock().company_id
            or unit.backflush_workcenter_id.company_id
            or unit.backflush_log_ids.company_id[:1]
        )

    def _backflush_moment(self, event_time):
        """The time of an event as the caller says it (UTC), or now; never later."""
        now = fields.Datetime.now()
        try:
            event = fields.Datetime.to_datetime(event_time) if event_time else now
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "%(time)s is no event time. Send UTC as 2026-03-02 21:40:00.",
                    time=event_time,
                )
            ) from error
        if event > now:
            raise UserError(
                self.env._(
                    "%(unit)s: the event time %(event)s UTC lies in the future (now: "
                    "%(now)s). Check the clock of the reporting program.",
                    unit=self.name,
                    event=event,
                    now=now,
                )
            )
        return event

    def _backflush_note(self, kind, company, event, **vals):
        """Write one document of the unit's history."""
        known = self._backflush_note_vals(kind, company, event)
        logs = self.env["backflush.handling.unit.log"].sudo()
        return logs.create({**known, **vals})

    def _backflush_note_vals(self, kind, company, event):
        """Hook: what every document of the unit's history says."""
        return {
            "package_id": self.id,
            "company_id": company.id,
            "kind": kind,
            "date_event": event,
            "event_sequence": said(self.env, "backflush_event_sequence", 0),
            "event_reference": said(self.env, "backflush_event_reference", ""),
            "user_id": self.env.uid,
            "life": self._backflush_life_at(event),
            "lot_ids": [Command.set(self._backflush_stock().lot_id.ids)],
        }
