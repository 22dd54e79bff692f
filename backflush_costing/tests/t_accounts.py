"""T-accounts as text, for the worked examples in docs/accounting.md."""

WIDTH = 20


def t_account(name, postings):
    """One account: debits left, credits right, each with the number of its step.

    :param postings: ``(step, balance)`` pairs in their order, debit positive

    The last line is the balance, on the side where it stands.
    """
    debits = [(step, value) for step, value in postings if value > 0]
    credits = [(step, -value) for step, value in postings if value < 0]
    lines = [name, "-" * (2 * WIDTH + 3)]
    for index in range(max(len(debits), len(credits))):
        left, right = (_side(side, index) for side in (debits, credits))
        lines.append(f"{left} | {right}")
    balance = round(sum(value for _step, value in postings), 2)
    lines.append(f"{'=' * WIDTH}=|={'=' * WIDTH}")
    sides = (
        _money(balance) if balance >= 0 else "",
        (_money(-balance) if balance < 0 else ""),
    )
    lines.append(" | ".join(side.rjust(WIDTH) for side in sides))
    return "\n".join(line.rstrip() for line in lines)


def _side(entries, index):
    """One line of one side."""
    if index >= len(entries):
        return " " * WIDTH
    step, value = entries[index]
    return f"({step})" + _money(value).rjust(WIDTH - 3)


def _money(value):
    return f"{value:,.2f}"
