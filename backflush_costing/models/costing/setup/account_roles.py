"""What the accounts of a policy are called, and where a chart keeps them.

Proposals look here; nothing else does. A role that a chart of accounts has by its own
identifiers is in :data:`CHARTS`; any other chart is searched by type and name.
"""

from typing import Any, NamedTuple

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class Role(NamedTuple):
    """One account of a policy.

    :param label: name of a new account, translated
    :param account_type: its type
    :param beside: the account that a new one is numbered after: ``stock``, ``cost``
        (of what is sold), ``change`` (of stock) or ``debt`` (towards vendors)
    :param names: what charts call it, in English, in whole
    """

    label: Any
    account_type: str
    beside: str
    names: tuple = ()


COST = ("expense_direct_cost", "cost")
EXPENSE = ("expense", "change")
DEBT = ("liability_current", "debt")
STOCK = ("asset_current", "stock")

ROLES = {
    "rip_account_id": Role(
        _lt("Raw and In-Process Inventory"),
        *STOCK,
        (
            "Raw Materials",
            "Raw Materials Inventory",
            "Inventory - Raw Materials",
            "Inventories of raw materials, consumables and supplies",
        ),
    ),
    "fg_account_id": Role(
        _lt("Finished Goods Inventory"),
        *STOCK,
        (
            "Finished Goods",
            "Finished Products",
            "Inventory - Finished Goods",
            "Finished goods (inventories)",
        ),
    ),
    "conversion_control_account_id": Role(_lt("Conversion Costs Control"), *EXPENSE),
    "conversion_allocated_account_id": Role(
        _lt("Conversion Costs Allocated"), *EXPENSE
    ),
    "material_clearing_account_id": Role(_lt("Materials Clearing"), *DEBT),
    "suspense_account_id": Role(_lt("Unissued Components (Suspense)"), *DEBT),
    "received_not_billed_account_id": Role(
        _lt("Goods Received, Not Billed"),
        *DEBT,
        (
            "Bills to receive",
            "Goods Received Not Invoiced",
            "Goods Received Not Billed",
        ),
    ),
    "price_variance_account_id": Role(
        _lt("Purchase Price Variance"),
        *COST,
        ("Price Difference", "Price Variance", "Purchase Price Difference"),
    ),
    "material_overhead_account_id": Role(_lt("Material Overhead Absorbed"), *EXPENSE),
    "usage_variance_account_id": Role(_lt("Material Usage Variance"), *COST),
    "substitution_variance_account_id": Role(_lt("Substitution Variance"), *COST),
    "scrap_variance_account_id": Role(_lt("Scrap Variance"), *COST),
    "standard_variance_account_id": Role(_lt("Outdated Standard Variance"), *COST),
    "conversion_variance_account_id": Role(_lt("Conversion Variance"), *COST),
    "inventory_difference_account_id": Role(
        _lt("Inventory Difference"), *EXPENSE, ("Inventory Differences",)
    ),
    "revaluation_account_id": Role(_lt("Inventory Revaluation"), *EXPENSE),
    "material_expense_account_id": Role(
        _lt("Material Expense"), *COST, ("Cost of Materials", "Materials Consumed")
    ),
    "inventory_change_account_id": Role(
        _lt("Change in Inventories"),
        *EXPENSE,
        ("Changes in inventories of finished goods", "Changes in Inventories"),
    ),
    "proration_account_id": Role(_lt("Prorated Cost Adjustments"), *STOCK),
    "consignment_account_id": Role(_lt("Consignment Payable"), *DEBT),
}

#: ``{chart template: {field: external id in the chart}}``.
CHARTS = {
    "uk": {"rip_account_id": "100200", "fg_account_id": "100300"},
    "de_skr03": {
        "rip_account_id": "account_3970",
        "fg_account_id": "account_7110",
        "inventory_change_account_id": "account_8980",
    },
    # Its raw material account is the one that Odoo's closing rebooks.
    "de_skr04": {
        "fg_account_id": "chart_skr04_1110",
        "inventory_change_account_id": "chart_skr04_4800",
    },
}
