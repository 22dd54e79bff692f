"""How many containers a control cycle needs.

Each rule answers with the exact number before rounding; :func:`whole` makes containers
of it. Demand and lead time are in the same unit of time, quantities in one unit of
measure. Exact arithmetic: 750 an hour over 40 hours with 10 % safety in containers of
1,000 are 33 containers, where binary floating point would order a 34th.
"""

from math import ceil
from statistics import NormalDist, stdev

from .numbers import ZERO, exact


def toyota(demand, lead_time, container, safety=0):
    """N = D · L · (1 + α) / C.

    :param demand: D, per unit of time
    :param lead_time: L, replenishment including waiting
    :param container: C, quantity of one container
    :param safety: α, as a share

    >>> toyota(2000, 0.4, 200, 0.1)
    Decimal('4.4')
    """
    need = exact(demand) * exact(lead_time) * (1 + exact(safety))
    return (need / exact(container)).normalize()


def reorder_factor(demand, lead_time, container, safety_factor=1, constant=1):
    """K = RT · AC / CONT · SF + C, as SAP's automatic kanban calculation.

    :param safety_factor: SF, 1 for no safety
    :param constant: C, containers beyond the need, usually the one in use

    >>> reorder_factor(100, 2, 50, 1.2, 1)
    Decimal('5.8')
    """
    need = exact(demand) * exact(lead_time) / exact(container) * exact(safety_factor)
    return (need + exact(constant)).normalize()


def container_for(
    demand, lead_time, count, safety_factor=1, constant=1, safety_stock=0
):
    """The same rule the other way round: what a container of ``count`` must hold.

    With two bins it is C ≥ D · L · (1 + α): while one is refilled the other one feeds
    the line, as with a constant of one.

    :return: nothing where ``count`` are no more than the constant: no size is enough

    >>> container_for(100, 2, 5, 1.2, 1)
    Decimal('6E+1')
    >>> container_for(40, 0.5, 2, 1.25, 1), container_for(40, 0.5, 1)
    (Decimal('25'), None)
    """
    left = exact(count) - exact(constant)
    if left <= ZERO:
        return None
    need = exact(demand) * exact(lead_time) * exact(safety_factor)
    return ((need + exact(safety_stock)) / left).normalize()


def with_minimum(demand, lead_time, container, safety=0, minimum=0, safety_stock=0):
    """(ADD · LT · (1 + SF) + SS) / quantity + minimum, as Dynamics 365.

    >>> with_minimum(100, 2, 50, 1, 1)
    Decimal('9')
    """
    need = exact(demand) * exact(lead_time) * (1 + exact(safety)) + exact(safety_stock)
    return (need / exact(container) + exact(minimum)).normalize()


def one_in_use(demand, lead_time, container):
    """(C − 1) · S = D · L, as Oracle: all but the container in use cover the lead time.

    >>> one_in_use(100, 2, 50)
    Decimal('5')
    """
    return (exact(demand) * exact(lead_time) / exact(container) + 1).normalize()


def safety_stock(deviation, lead_time, service_level):
    """z · σ · √L: what covers the demand of a lead time at a service level.

    :param deviation: σ, standard deviation of the demand per unit of time
    :param service_level: share of the lead times without a stock-out, 0.5 to below 1
    """
    z = NormalDist().inv_cdf(float(service_level))
    return max(exact(z) * exact(deviation) * exact(lead_time).sqrt(), ZERO)


def spread(daily):
    """Standard deviation of a demand from day to day, as a sample of its days.

    >>> spread([10, 10, 10]), round(spread([2, 4, 4, 4, 6]), 4)
    (Decimal('0.0'), Decimal('1.4142'))
    """
    return exact(float(stdev(map(float, daily)))) if any(daily) else ZERO


def to_order(demand, stock, coming):
    """What the demand of the lead time needs beyond stock and open supply.

    >>> to_order(500, 120, 200), to_order(100, 120, 0)
    (Decimal('180'), Decimal('0'))
    """
    return max(exact(demand) - exact(stock) - exact(coming), ZERO)


def whole(number):
    """Containers of ``number``, at least one.

    >>> whole(toyota(750, 40, 1000, 0.1)), whole(toyota(1200, 0.7, 80, 0.16))
    (33, 13)
    """
    return max(ceil(number), 1)
