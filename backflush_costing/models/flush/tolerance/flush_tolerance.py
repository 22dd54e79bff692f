from odoo import fields
from odoo.exceptions import ValidationError

COMPONENT = ("component_tolerance",)
QUANTITY = ("quantity_tolerance_over", "quantity_tolerance_under")

TOLERANCE_RULES = [
    ("percent", "Up to a percentage"),
    ("none", "Not checked"),
]


def tolerance_rule_field(string, **kwargs):
    """Whether reports are checked; empty leaves it to the next, more general place."""
    return fields.Selection(TOLERANCE_RULES, string=string, **kwargs)


def percent_field(string, **kwargs):
    """A tolerance in per cent of what is required; zero allows no deviation."""
    return fields.Float(string, digits=(8, 2), **kwargs)


def settings_fields(empty):
    """The fields of a company or operation type, by name.

    :param str empty: what an empty rule means there
    """
    return {
        "component_tolerance_rule": tolerance_rule_field(
            "Component Tolerance",
            help="Whether what is reported of a component is compared with what the "
            "bill of materials requires. Beyond the tolerance a Supervisor has to "
            "confirm. Products and bill of materials lines can differ. " + empty,
        ),
        "component_tolerance": percent_field(
            "Component Tolerance (%)",
            help="Allowed deviation of a component, above and below, in per cent of "
            "the required quantity. 0: any deviation needs confirmation.",
        ),
        "quantity_tolerance_rule": tolerance_rule_field(
            "Quantity Tolerance",
            help="Whether the produced quantity is compared with the quantity of the "
            "order. What a backorder takes over is not missing. Beyond the tolerance "
            "a Supervisor has to confirm. " + empty,
        ),
        "quantity_tolerance_over": percent_field(
            "Above the Order (%)",
            help="How much more than ordered may be produced, in per cent of the "
            "order's quantity. 0: nothing.",
        ),
        "quantity_tolerance_under": percent_field(
            "Below the Order (%)",
            help="With how much less than ordered the order may be closed, in per "
            "cent of the order's quantity. 0: nothing.",
        ),
    }


def check_tolerances(records, names):
    """Refuse tolerances below zero: nothing could be completed under them.

    :raises ValidationError: naming the place and the setting
    """
    for record in records:
        for name in names:
            if record[name] < 0:
                raise ValidationError(
                    record.env._(
                        "%(place)s: %(setting)s cannot be below zero. Enter 0 where no "
                        "deviation is allowed.",
                        place=record.display_name,
                        setting=record._fields[name]._description_string(record.env),
                    )
                )
