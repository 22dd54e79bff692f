"""Trigger sets: at which events production is journalised.

Horngren's sets of trigger points. The events are the purchase of material, the
completion of good units and their sale. What is not triggered at one event is made
up for at the next:

- without a *purchase* trigger material enters no inventory account: bills go to a
  clearing account, whose balance is the material on hand;
- without a *completion* trigger the product stays in stock at what it consumed, and
  the conversion that no completion has credited is allocated when it is sold.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class TriggerSet:
    """Which events are trigger points; the sale always is.

    :param purchase: material enters raw and in-process inventory when it is bought
    :param completion: completed products enter finished goods with the conversion
        cost of their making
    """

    purchase: bool
    completion: bool

    @property
    def suspense(self):
        """Whether what a completion lacks is credited to an account of its own.

        Without both triggers it is a memo: the account that holds the material
        is credited as if it had been issued.
        """
        return self.purchase and self.completion


TRIGGER_SETS = {
    "purchase_completion_sale": TriggerSet(purchase=True, completion=True),
    "purchase_sale": TriggerSet(purchase=True, completion=False),
    "completion_sale": TriggerSet(purchase=False, completion=True),
    "sale": TriggerSet(purchase=False, completion=False),
}
