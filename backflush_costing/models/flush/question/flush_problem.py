"""What keeps an order from being completed as it was reported."""

from dataclasses import dataclass
from typing import Any

from odoo.exceptions import UserError
from odoo.tools.misc import formatLang


class Question(UserError):
    """Raised through a completion that somebody on a screen is asked about.

    Never leaves the server: who opened the question catches it, with everything
    done so far undone.
    """

    def __init__(self, problems):
        super().__init__("")
        self.problems = problems


def _quantity(env, quantity):
    """``quantity`` in the user's language, at the precision of quantities."""
    return formatLang(env, quantity, dp="Product Unit")


@dataclass(frozen=True)
class Shortage:
    """A component of which less is free than the report says was used.

    Quantities are in the component's own unit.
    """

    order: Any
    product: Any
    location: Any
    needed: float
    missing: float
    lacks_lot: bool

    kind = "shortage"

    def text(self, env):
        """The problem in one line."""
        words = {
            "order": self.order.name,
            "product": self.product.display_name,
            "location": self.location.display_name,
            "missing": _quantity(env, self.missing),
            "needed": _quantity(env, self.needed),
            "unit": self.product.uom_id.name,
        }
        if self.lacks_lot:
            return env._(
                "%(order)s: no lot or serial number reported for %(missing)s %(unit)s "
                "of %(product)s at %(location)s (needed: %(needed)s)",
                **words,
            )
        return env._(
            "%(order)s: %(missing)s %(unit)s of %(product)s at %(location)s (needed: "
            "%(needed)s)",
            **words,
        )

    def line_vals(self):
        """Values of the question's line."""
        return {
            "kind": self.kind,
            "production_id": self.order.id,
            "product_id": self.product.id,
            "uom_id": self.product.uom_id.id,
            "location_id": self.location.id,
            "required_quantity": self.needed,
            "free_quantity": self.needed - self.missing,
            "missing_quantity": self.missing,
            "lacks_lot": self.lacks_lot,
        }


@dataclass(frozen=True)
class Deviation:
    """A report beyond the tolerance; quantities in ``unit``.

    :param percent: None where nothing was required
    :param allowed: per cent of the required quantity
    """

    order: Any
    product: Any
    unit: Any
    required: float
    reported: float
    percent: float | None
    allowed: float

    kind = "deviation"

    def text(self, env):
        """The problem in one line."""
        words = {
            "order": self.order.name,
            "product": self.product.display_name,
            "required": _quantity(env, self.required),
            "reported": _quantity(env, self.reported),
            "unit": self.unit.name,
            "allowed": formatLang(env, self.allowed, digits=2),
        }
        if self.percent is None:
            return env._(
                "%(order)s: %(product)s: not required, %(reported)s %(unit)s reported "
                "(allowed: %(allowed)s%%)",
                **words,
            )
        sign = "+" if self.percent > 0 else ""
        return env._(
            "%(order)s: %(product)s: %(required)s %(unit)s required, %(reported)s "
            "reported: %(percent)s%% (allowed: %(allowed)s%%)",
            percent=sign + formatLang(env, self.percent, digits=2),
            **words,
        )

    def line_vals(self):
        """Values of the question's line."""
        return {
            "kind": self.kind,
            "production_id": self.order.id,
            "product_id": self.product.id,
            "uom_id": self.unit.id,
            "required_quantity": self.required,
            "reported_quantity": self.reported,
            "deviation_percent": (self.percent or 0.0) / 100,
            "allowed_percent": self.allowed / 100,
            "is_unplanned": self.percent is None,
        }
