"""Numbers of new accounts: as long as the chart's, beside the account of their kind."""

import re

#: What stands before, in and after the last run of digits of a code.
_NUMBER = re.compile(r"(.*?)(\d*)(\D*)$")
#: Digits that name the group of an account in nearly every chart.
GROUP = 2


def free_code(anchor, taken):
    """An unused code of the length of ``anchor``, next to it.

    First above it within its group (the leading digits), then below it, then anywhere
    above; None where no number of that length is free.

    >>> free_code("100100", {"100100", "100101"})
    '100102'
    >>> free_code("7199", {"7199"} | {str(n) for n in range(7190, 7199)})
    '7100'
    >>> free_code("9", {"9"}) is None
    True
    """
    head, digits, tail = _NUMBER.match(anchor).groups()
    if not digits:
        return None
    width, number = len(digits), int(digits)
    step = 10 ** max(width - max(GROUP - len(head), 0), 0)
    group = number // step * step
    above = range(number + 1, min(group + step, 10**width))
    below = range(group, number)
    beyond = range(group + step, 10**width)
    for numbers in (above, below, beyond):
        for candidate in numbers:
            code = f"{head}{candidate:0{width}}{tail}"
            if code not in taken:
                return code
    return None
