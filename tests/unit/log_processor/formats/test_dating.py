"""Times that their line alone does not decide: the order of day and month, and the zone."""

from datetime import UTC, datetime

import pytest
from log_processor.formats.date_orders import find_date_orders
from log_processor.formats.lib.dating import AS_WRITTEN, Dating
from log_processor.formats.lib.zones import find_zone
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME, TEXT


def count_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def read_time(line: str, last_modified: str, dating: Dating = AS_WRITTEN, name: str = "text") -> str:
    """Return the time that a reader gives to a line, in ISO form."""
    match = Reader(BY_NAME[name], count_ms(last_modified), dating=dating).read(line)
    assert match is not None
    timestamp_ms = match[1].timestamp_ms
    assert timestamp_ms is not None
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC).replace(tzinfo=None).isoformat()


@pytest.mark.parametrize(
    ("dates", "last_modified", "order"),
    [
        (("12/05/2026", "13/05/2026"), "2027-01-01", "day_first"),
        (("05/12/2026", "05/13/2026"), "2027-01-01", "month_first"),
        (("12/05/2026",), "2026-05-12", "day_first"),
        (("12/05/2026",), "2026-12-05", "month_first"),
        (("04/06/2026", "05/06/2026"), "2026-12-01", "day_first"),
        (("06/04/2026", "06/05/2026"), "2026-12-01", "month_first"),
        (("12-05-2026",), "2026-05-12", "day_first"),
        (("12-05-2026",), "2026-12-05", "month_first"),
        (("12.05.2026",), "2026-12-05", "day_first"),
        (("12.05.2026", "12.13.2026"), "2026-12-15", "month_first"),
        (("26/05/12",), "2026-05-12", "year_first"),
        (("12/05/26",), "2026-05-12", "day_first"),
        (("12/05/26", "12/28/26"), "2026-12-30", "month_first"),
        (("09/06/10",), "2026-05-12", "year_first"),
        (("05-04",), "2026-04-06", "month_first"),
        (("05-04", "13-04"), "2026-04-14", "day_first"),
    ],
)
def test_the_whole_sample_and_the_object_decide(dates: tuple[str, ...], last_modified: str, order: str) -> None:
    """A date that exists in one order alone decides; else the object's time, and what is usual."""
    samples = ["a banner", *(f"[{date} 10:00:00] INFO a" for date in dates)]
    assert list(find_date_orders(samples, TEXT, count_ms(last_modified)).values()) == [order]


def test_kinds_of_dates_are_decided_apart() -> None:
    """One program's dates without a year say nothing of another program's dates with points."""
    samples = ["05-04 10:00:00 INFO a", "12.05.2026 10:00:00 INFO a", "12/05/2026 10:00:00 INFO a"]
    orders = find_date_orders(samples, TEXT, count_ms("2026-05-12"))
    assert orders == {"month_first": "month_first", "day_first": "day_first", "none": "day_first"}


def test_a_sample_without_such_dates_decides_nothing() -> None:
    """Addresses, versions and dates with the year first are none."""
    samples = ["2026-05-04 10:00:00 INFO a", "198.51.100.7:10:00 b", "v1.2.3 10:00", "[04/May/2026:10:00:00 +0000] c"]
    assert find_date_orders(samples, TEXT, 0) == {}


def test_rows_below_a_header_line_decide_the_order() -> None:
    """The header line says which column is the time, though it has no date itself."""
    rows = [f"{day}/05/2026 10:00:00,info,ready {day}" for day in (4, 12, 13)]
    orders = find_date_orders(["time,level,message", *rows], BY_NAME["csv"], count_ms("2026-12-13"))
    assert set(orders.values()) == {"day_first"}


def test_a_date_of_one_order_alone_is_read_in_that() -> None:
    """What contradicts the object's order is still a date; the others keep the order."""
    dating = Dating({"none": "month_first"})
    assert read_time("12/05/2026 10:00:00 a", "2026-05-14", dating) == "2026-12-05T10:00:00"
    assert read_time("13/05/2026 10:00:00 a", "2026-05-14", dating) == "2026-05-13T10:00:00"


@pytest.mark.parametrize(
    "text",
    [
        "12/5/2026 9:30:00 PM a",
        "(12-05-2026 21:30:00) a",
        "12.05.2026, 21:30:00 a",
        "[12/05/26 21:30:00] a",
        "12.05.26 21:30:00 a",
    ],
)
def test_shapes_of_such_dates(text: str) -> None:
    """Slashes, dashes or points; two or four digits of the year; in brackets or not; 12 hours or 24."""
    assert read_time(text, "2026-05-13") == "2026-05-12T21:30:00"


def test_what_stands_around_a_date_does_not_matter() -> None:
    """A member of JSON, a pair, a log call: all are read in the order of the object."""
    dating, at = Dating({"none": "day_first"}), "2026-12-30"
    for name, line in (
        ("json_lines", '{"time": "12/05/2026 10:00:00", "message": "a"}'),
        ("logfmt", 'time="12/05/2026 10:00:00" level=info msg=a'),
        ("java", "12/05/2026 10:00:00.000 INFO [main] com.example.App - a"),
        ("json_lines", '{"log": "12/05/2026 10:00:00 INFO a\\n"}'),
        ("compose", "web-1  | 12/05/2026 10:00:00 INFO a"),
    ):
        assert read_time(line, at, dating, name) == "2026-05-12T10:00:00", line


@pytest.mark.parametrize(
    ("line", "zone", "time"),
    [
        ("2026-05-04 10:00:00 INFO a", "Europe/Berlin", "2026-05-04T08:00:00"),
        ("2026-01-04 10:00:00 INFO a", "Europe/Berlin", "2026-01-04T09:00:00"),
        ("2026-05-04 10:00:00 INFO a", "+05:30", "2026-05-04T04:30:00"),
        ("2026-05-04 10:00:00Z INFO a", "Europe/Berlin", "2026-05-04T10:00:00"),
        ("2026-05-04 10:00:00 +0100 INFO a", "Europe/Berlin", "2026-05-04T09:00:00"),
        ("May  4 10:00:00 host cron[1]: a", "America/New_York", "2026-05-04T14:00:00"),
        ('{"time": "2026-05-04T10:00:00", "msg": "a"}', "Asia/Tokyo", "2026-05-04T01:00:00"),
        ("04/05/2026 10:00:00 a", "Asia/Tokyo", "2026-05-04T01:00:00"),
        ("1777888800.000 a", "Asia/Tokyo", "2026-05-04T10:00:00"),
        ("2026-10-25 02:30:00 INFO a", "Europe/Berlin", "2026-10-25T00:30:00"),
        ("2026-03-29 02:30:00 INFO a", "Europe/Berlin", "2026-03-29T01:30:00"),
    ],
)
def test_times_without_a_zone_are_in_that_of_the_route(line: str, zone: str, time: str) -> None:
    """A time with a zone keeps it. A doubled hour is the first one, a skipped one is in winter time."""
    assert read_time(line, "2026-11-01" if "-10-25" in line else "2026-05-05", Dating(zone=find_zone(zone))) == time


def test_zones_are_those_of_the_pinned_package() -> None:
    """What the system has of zones is not asked: two machines would read an object differently."""
    berlin = find_zone("Europe/Berlin")
    assert berlin is not None
    assert find_zone("Europe/Berlni") is find_zone("+15:00") is find_zone("../../etc/passwd") is find_zone("") is None


@pytest.mark.parametrize("fraction", [".1234567", ".123456789", ",123456789"])
def test_seconds_of_many_digits_in_a_compact_time(fraction: str) -> None:
    """The digits after the milliseconds are left out; they do not cost the time."""
    assert read_time(f"20260504 10:00:00{fraction} INFO a", "2026-05-05").startswith("2026-05-04T10:00:00.123")
