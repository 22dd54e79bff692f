from odoo import fields
from odoo.exceptions import ValidationError

LOT_PICKING_HELP = (
    "How a flush chooses lots and serial numbers of tracked components for which the "
    "report names none: oldest stock first, or first to expire first (expired lots are "
    "left alone). "
)


def lot_picking_field(empty):
    """The setting of a company or operation type.

    First to expire is offered where lots have dates (module *Products Expiration
    Date*); lots without a date come last, by their age.

    :param str empty: what an empty value means there
    """
    return fields.Selection(
        selection=lambda self: lot_pickings(self.env),
        string="Lot Picking",
        help=LOT_PICKING_HELP + empty,
    )


def lot_pickings(env):
    """The strategies that this database can follow."""
    strategies = [("fifo", env._("Oldest first (FIFO)"))]
    if has_dates(env):
        strategies.append(("fefo", env._("First to expire first (FEFO)")))
    return strategies


def has_dates(env):
    """Whether lots carry dates of removal here."""
    return "removal_date" in env["stock.quant"]._fields


def check_lot_picking(records):
    """Refuse a strategy that these companies or operation types cannot follow.

    :raises ValidationError: naming what is needed for it
    """
    for record in records:
        chosen = record.backflush_lot_picking
        if chosen and chosen not in dict(lot_pickings(record.env)):
            raise ValidationError(
                record.env._(
                    "%(name)s: lots have no dates to pick by. Install Odoo's module "
                    "Products Expiration Date first, or pick the oldest first.",
                    name=record.display_name,
                )
            )
