"""The records of each source are divided by day and format."""

from datetime import datetime
from zoneinfo import ZoneInfo

from log_processor.storing.ledger_row import Row

from ops.format_days import divide_days
from ops.frame.times import ZonedClock
from ops.reading.ledger_days import RangeRow


def make_range(began_at: str, format_name: str | None, read: int, source: str = "web") -> RangeRow:
    row = Row("done", 1, began_at, format=format_name, finished_at=began_at, read=read, source=source)
    return RangeRow("s3://b/k", "v#0", row)


def test_a_day_is_divided_by_its_formats() -> None:
    """The commonest format of the source stands first on each of its days, and keeps its colour."""
    ranges = [
        make_range("2026-05-03T23:30:00Z", "json_lines", 1),
        make_range("2026-05-04T10:00:00Z", "combined", 3),
        make_range("2026-05-04T11:00:00Z", "json_lines", 1),
        make_range("2026-05-04T11:00:00Z", None, 2, source=""),
        make_range("2026-05-04T12:00:00Z", "combined", 0),
    ]
    berlin = ZonedClock(datetime(2026, 5, 5, tzinfo=ZoneInfo("Europe/Berlin")))
    unknown, web = divide_days(ranges, berlin)
    assert (unknown.source, unknown.formats) == ("unknown", ["unknown"])
    (day,) = web.days
    assert (web.formats, day.day, day.records) == (["combined", "json_lines"], "2026-05-04", 5)
    assert [(one.format, one.begin, one.share, one.colour) for one in day.parts] == [
        ("combined", 0, 0.6, 0),
        ("json_lines", 0.6, 0.4, 1),
    ]
