from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

#: What the cache of bins depends on.
PLACES = {"active", "company_id", "product_id", "supply_area_id", "bin_id"}
#: What the number of cards depends on.
CARDS = {"active", "container_count", "trigger", "staging"}


class BackflushControlCycle(models.Model):
    """A kanban loop: one product in one bin, a fixed number of equal containers.

    The number of containers is the limit of work in process: every card is either a
    container with content or one open supply, never both. Supply runs through Odoo's
    own rules: the route decides whether the bin is filled by a transfer, a
    manufacturing or a purchase order.
    """

    _name = "backflush.control.cycle"
    _description = "Control Cycle"
    _inherit = ["mail.thread"]
    _order = "supply_area_id, bin_id, product_id"
    _check_company_auto = True

    active = fields.Boolean(default=True, help="Archive a loop that is not used.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Company of the supply area.",
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain=[("is_storable", "=", True)],
        help="What the containers hold.",
    )
    uom_id = fields.Many2one(
        related="product_id.uom_id",
        string="Unit",
        help="Unit of measure of all quantities: the product's own.",
    )
    supply_area_id = fields.Many2one(
        "stock.location",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain=[("usage", "=", "internal")],
        help="Supermarket or line side. It lies beside the warehouse's stock, not in "
        "it, so that deliveries do not reserve from it.",
    )
    bin_id = fields.Many2one(
        "stock.location",
        compute="_compute_bin_id",
        precompute=True,
        store=True,
        readonly=False,
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('id', 'child_of', supply_area_id), ('usage', '=', 'internal')]",
        help="Coordinate of the product within the supply area; the area itself where "
        "it has no bins.",
    )
    route_id = fields.Many2one(
        "stock.route",
        required=True,
        check_company=True,
        ondelete="restrict",
        help="How the bin is filled: by a transfer from the store, a manufacturing "
        "order or a purchase order, as the route's rule for the bin says.",
    )
    container_quantity = fields.Float(
        digits="Product Unit",
        required=True,
        default=1.0,
        tracking=True,
        help="What one full container, or a pack, holds, in the product's unit.",
    )
    container_count = fields.Integer(
        "Containers",
        required=True,
        default=2,
        tracking=True,
        help="Cards in circulation: the limit of work in process of this loop.",
    )
    wip_limit = fields.Float(
        "WIP Limit",
        digits="Product Unit",
        compute="_compute_wip",
        help="Containers × quantity, what cards that circulate once bring, and what is "
        "left of a container that asked before it was empty. Containers and what is on "
        "the way hold no more.",
    )
    quantity_contained = fields.Float(
        "In Containers",
        digits="Product Unit",
        compute="_compute_wip",
        help="What the containers hold according to the cards.",
    )
    quantity_on_the_way = fields.Float(
        "On the Way",
        digits="Product Unit",
        compute="_compute_wip",
        help="Ordered for cards of this loop and not arrived yet.",
    )
    quantity_loose = fields.Float(
        "Beside the Containers",
        digits="Product Unit",
        compute="_compute_wip",
        help="On hand in the bin and in no container: brought by hand, or left in a "
        "container that was signalled empty. A count clears it.",
    )
    minimum_containers = fields.Integer(
        "Order From",
        default=1,
        help="Containers that wait for each other until an order is worth it.",
    )
    signal_lock = fields.Float(
        "Signal Lock (minutes)",
        default=2.0,
        help="A second scan of the same card within this time is ignored.",
    )
    kanban_ids = fields.One2many(
        "backflush.kanban", "cycle_id", "Cards", help="The cards of this loop."
    )
    turn = fields.Integer(
        readonly=True,
        copy=False,
        help="Counts decisions about all cards together, so that of two at one moment "
        "the second one sees the first.",
    )
    empty_count = fields.Integer(
        compute="_compute_counts", help="Cards that are empty or wait."
    )
    supply_count = fields.Integer(
        compute="_compute_counts", help="Cards that are being supplied."
    )
    full_count = fields.Integer(compute="_compute_counts", help="Cards with content.")
    error_count = fields.Integer(
        compute="_compute_counts", help="Cards whose supply failed."
    )

    _product_area_uniq = models.UniqueIndex(
        "(company_id, product_id, supply_area_id) WHERE active",
        "This product has a control cycle in this supply area already: a work center "
        "would not know which bin to take it from.",
    )
    _positive = models.Constraint(
        "CHECK (container_quantity > 0 AND container_count > 0 "
        "AND minimum_containers > 0 AND signal_lock >= 0)",
        "Containers hold more than nothing, and there is at least one.",
    )

    @api.depends("supply_area_id")
    def _compute_bin_id(self):
        for cycle in self:
            area = cycle.supply_area_id
            inside = area and cycle.bin_id and cycle.bin_id._child_of(area)
            cycle.bin_id = cycle.bin_id if inside else area

    @api.depends("product_id", "bin_id")
    def _compute_display_name(self):
        for cycle in self:
            cycle.display_name = self.env._(
                "%(product)s in %(bin)s",
                product=cycle.product_id.display_name,
                bin=cycle.bin_id.display_name,
            )

    @api.depends(
        "kanban_ids.quantity",
        "kanban_ids.state",
        "kanban_ids.capacity",
        "container_count",
        "container_quantity",
    )
    def _compute_wip(self):
        on_hand = self._on_hand()
        for cycle in self:
            cards = cycle.kanban_ids
            cycle.wip_limit = cycle._wip_limit()
            cycle.quantity_contained = sum(cards.mapped("quantity"))
            cycle.quantity_on_the_way = sum(cards.mapped("quantity_on_the_way"))
            cycle.quantity_loose = max(on_hand[cycle] - cycle.quantity_contained, 0.0)

    @api.depends("kanban_ids.state")
    def _compute_counts(self):
        groups = {
            "empty_count": ("empty", "wait"),
            "supply_count": ("in_process", "in_transit"),
            "full_count": ("full", "in_use"),
            "error_count": ("error",),
        }
        for cycle in self:
            states = cycle.kanban_ids.mapped("state")
            for name, wanted in groups.items():
                cycle[name] = sum(state in wanted for state in states)

    def _on_hand(self):
        """``{cycle: quantity in its bin}``."""
        rows = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "child_of", self.bin_id.ids),
                ],
                ["product_id", "location_id"],
                ["quantity:sum"],
            )
        )
        by_product = defaultdict(list)
        for product, place, quantity in rows:
            by_product[product].append((place, quantity))
        return {
            cycle: sum(
                quantity
                for place, quantity in by_product[cycle.product_id]
                if place._child_of(cycle.bin_id)
            )
            for cycle in self
        }

    @api.model_create_multi
    def create(self, vals_list):
        cycles = super().create(vals_list)
        self.env.registry.clear_cache()
        cycles._match_cards()
        return cycles

    def write(self, vals):
        self._check_fixed(vals)
        if vals.get("active") is False:
            self._take_out()
        res = super().write(vals)
        if PLACES & set(vals):
            self.env.registry.clear_cache()
        if vals.get("active"):
            self._bring_back()
        if CARDS & set(vals):
            self.filtered("active")._match_cards()
        return res

    def unlink(self):
        """Cards that never circulated go with their loop."""
        self.check_access("unlink")
        self.with_context(active_test=False).kanban_ids.sudo().unlink()
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache("company_id")
    def _bins(self, company_id):
        """``{(supply area id, product id): bin id}`` of the company's loops."""
        cycles = self.sudo().search([("company_id", "=", company_id)])
        return {(c.supply_area_id.id, c.product_id.id): c.bin_id.id for c in cycles}

    def action_open_cards(self):
        """Show the cards of these loops."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "backflush_costing.action_backflush_kanban"
        )
        return {**action, "domain": [("cycle_id", "in", self.ids)], "context": {}}

    def _check_planner(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "backflush_costing.group_backflush_supervisor"
        ):
            raise AccessError(self.env._("Starting a loop needs the role Supervisor."))
