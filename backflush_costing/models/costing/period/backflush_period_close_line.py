from odoo import fields, models


class BackflushPeriodCloseLine(models.Model):
    """One account of a close: what is posted to it, and why."""

    _name = "backflush.period.close.line"
    _description = "Period Close Line"
    _order = "close_id, sequence, id"

    close_id = fields.Many2one(
        "backflush.period.close",
        required=True,
        index=True,
        ondelete="cascade",
        help="Close that the line belongs to.",
    )
    sequence = fields.Integer(help="Order of the lines.")
    company_id = fields.Many2one(
        related="close_id.company_id", store=True, help="Company of the close."
    )
    currency_id = fields.Many2one(
        related="close_id.currency_id", help="Currency of the amount."
    )
    policy_id = fields.Many2one(
        "backflush.costing.policy",
        required=True,
        ondelete="cascade",
        help="Policy in whose journal the line is posted.",
    )
    kind = fields.Selection(
        [
            ("allocated", "Conversion allocated"),
            ("control", "Conversion incurred"),
            ("cogs", "Cost of goods sold"),
            ("proration", "Share of the stock"),
        ],
        required=True,
        help="What the line does: empties an account, or takes the difference.",
    )
    account_id = fields.Many2one(
        "account.account", required=True, help="Ledger account."
    )
    content = fields.Float(
        digits=(20, 8),
        help="What the difference is distributed by: conversion or whole cost of what "
        "was sold in the period, or is in stock at its end.",
    )
    amount = fields.Monetary(help="What is posted, debit positive.")
    debit = fields.Monetary(compute="_compute_sides", help="The amount, if a debit.")
    credit = fields.Monetary(compute="_compute_sides", help="The amount, if a credit.")

    def _compute_sides(self):
        for line in self:
            line.debit = max(line.amount, 0.0)
            line.credit = max(-line.amount, 0.0)


class AccountMove(models.Model):
    _inherit = "account.move"

    backflush_period_close_id = fields.Many2one(
        "backflush.period.close",
        "Period Close",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Close that posted the entry.",
    )
