"""Decide what a line does not say of its time: the order of day and month, and the zone.

`12/05/2026` may be in May or in December, and a time without a zone may be of any. A format returns such a time as an
`UndecidedTime` or a `LocalTime`: an integer like any other time, by the usual reading. The reader of an object decides
it as the object's route and its sample say (`Dating`), so that all times of one object are read alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal, get_args

DateOrder = Literal["year_first", "month_first", "day_first"]
DATE_ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
NO_USUAL_ORDER = "none"
DATE_KINDS = (*DATE_ORDERS, NO_USUAL_ORDER)
"""The kinds of dates, by the order that is usual for their shape."""
EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MS = 86_400_000
YEAR_MS = 366 * DAY_MS


class LocalTime(int):
    """A time without a zone, in epoch milliseconds as if it were in UTC."""


class UndecidedTime(int):
    """A time whose date has more than one order, or may have: the epoch milliseconds of its usual reading.

    `readings` has the time of each order in which the date exists; `13/05/2026` has one. `usual` is the order that
    dates of this shape have in most programs, None if there is none.
    """

    readings: Mapping[DateOrder, int]
    usual: DateOrder | None

    @property
    def kind(self) -> str:
        """Return one of `DATE_KINDS`: the dates of one kind are decided together."""
        return self.usual or NO_USUAL_ORDER


def make_undecided(readings: Mapping[DateOrder, int], usual: DateOrder | None) -> UndecidedTime | None:
    """Return the time of these readings, which is that of the usual order, or else of the first; None without any."""
    if not readings:
        return None
    first = next(iter(readings.values()))
    time = UndecidedTime(readings.get(usual, first) if usual else first)
    time.readings, time.usual = readings, usual
    return time


def get_earliest_ms(time: int) -> int:
    """Return the earliest reading of a time, undecided or not."""
    return min(time.readings.values()) if isinstance(time, UndecidedTime) else time


def choose_order(times: Sequence[UndecidedTime], last_modified_ms: int) -> DateOrder:
    """Return the order in which dates of one kind are read; there is at least one.

    The first of these that tells two orders apart decides:

    1. More dates exist in the one: `13/05/2026` has no month 13.
    2. Fewer of its times are more than a day after the object's last-modified time.
    3. It is the usual one; if that has no time in the year before, one that has.
    4. Its times are closer together.
    5. Its last time is nearer to the last-modified time.

    For example, `04/05/2026` is in May in an object of 4 May, and in April in one of 6 April.
    """
    latest_ms, earliest_ms = last_modified_ms + DAY_MS, last_modified_ms - YEAR_MS
    by_order = {
        order: read
        for order in DATE_ORDERS
        if (read := [time.readings[order] for time in times if order in time.readings])
    }
    usual = times[0].usual
    recent = [order for order, read in by_order.items() if max(read) >= earliest_ms]
    likely = recent if recent and usual not in recent else [usual]

    def rank(order: DateOrder) -> tuple[int, int, bool, int, int]:
        read = by_order[order]
        future, last_ms = sum(moment > latest_ms for moment in read), max(read)
        return -len(read), future, order not in likely, last_ms - min(read), abs(last_modified_ms - last_ms)

    return min(by_order, key=rank)


def shift_to_utc(moment: int, zone: tzinfo) -> int:
    """Return the epoch milliseconds of a local time in `zone`.

    An hour that the clocks show twice is the first of the two. A time that they skip is read as if they had not yet
    been put forward.
    """
    local = EPOCH_UTC + timedelta(milliseconds=moment)
    try:
        offset = local.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    except (ValueError, OverflowError):
        return int(moment)
    return int(moment) - offset // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Dating:
    """How the undecided times of one object are read.

    `orders` are those of its dates, by their kind; a date of another kind is decided by itself. `zone` is that of times
    without one; if it is None, they are in UTC.
    """

    orders: Mapping[str, DateOrder] = field(default_factory=dict)
    zone: tzinfo | None = None

    @property
    def undecided_types(self) -> type[int] | tuple[type[int], ...]:
        """Return the types of the times that `decide` changes."""
        return UndecidedTime if self.zone is None else (UndecidedTime, LocalTime)

    def decide(self, moment: int, last_modified_ms: int) -> int:
        """Return the time in epoch milliseconds; a date that exists in one order alone is read in that."""
        if isinstance(moment, UndecidedTime):
            order = self.orders.get(moment.kind)
            if order is None or order not in moment.readings:
                order = choose_order([moment], last_modified_ms)
            moment = moment.readings[order]
        if self.zone is None or not isinstance(moment, LocalTime):
            return int(moment)
        return shift_to_utc(moment, self.zone)


AS_WRITTEN = Dating()
"""Nothing is decided for the object: each date is read by itself, and times without a zone are in UTC."""


def is_date_orders(value: object) -> bool:
    """Tell whether a value of JSON may be the `orders` of a `Dating`."""
    return isinstance(value, dict) and all(kind in DATE_KINDS and order in DATE_ORDERS for kind, order in value.items())
