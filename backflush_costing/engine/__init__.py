"""Arithmetic of backflush costing in plain Python, without Odoo.

Value objects in, value objects out: every amount is a :class:`decimal.Decimal`,
nothing is read from or written to a database. The models fetch and post; what a
flush allocates, what an entry contains and what a standard cost is made of is
decided here, where it can be tested by properties.
"""
