"""Text becomes epoch milliseconds."""

import tracemalloc

import pytest
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.formats.lib.zones import parse_iso_ms


def test_a_text_too_long_for_a_time_is_not_kept() -> None:
    """A member `time` may be as long as a line: a thousand long ones are not cached."""
    assert parse_any_ms("2026-05-04T10:00:00.123456789+02:00") == 1_777_881_600_123
    tracemalloc.start()
    try:
        assert all(parse_any_ms(f"2026-05-04T10:00:00 {number}" + "x" * 10_000) is None for number in range(200))
        assert tracemalloc.get_traced_memory()[0] < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-05-04 10:00:35:11", 11),
        ("2026-05-04T10:00:35:11Z", 11),
        ("2026-05-04T10:00:35:110+00:00", 110),
        ("Mon, 04 May 2026 10:00:35:110", 110),
        ("Mon, 4 May 2026 10:00:35:11", 11),
        ("4 May 2026 10:00:35:11", 11),
        ("Mon, 4 May 2026:10:00:35:110", 110),
        ("Mon, 4 May 2026:10:00:35", 0),
        ("Mon, 04 May 2026:10:00:35", 0),
        ("2026-05-04T10:00:35.11Z", 110),
        ("2026-05-04T10:00:35,11Z", 110),
    ],
)
def test_what_follows_a_colon_is_milliseconds(text: str, ms: int) -> None:
    """A logger that writes `:11` pads no zeros: eleven milliseconds, not .11 s."""
    assert parse_any_ms(text) == 1_777_888_835_000 + ms


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("May 4, 2026 10:00:35 AM", 0),
        ("May 4, 2026, 10:00:35.11 AM", 110),
        ("4-MAY-26 10:00:35", 0),
        ("4. Mai 2026 10:00:35", 0),
        ("Mon May 04 2026 12:00:35 GMT+0200 (Central European Summer Time)", 0),
        ("20260504100035", 0),
        ("20260504100035110", 110),
    ],
)
def test_a_date_with_a_name_or_of_digits_alone(text: str, ms: int) -> None:
    """As members of JSON have them; such digits would be a time in 1970 as a number."""
    assert parse_any_ms(text) == 1_777_888_835_000 + ms


@pytest.mark.parametrize(
    "text",
    ["2026-05-04T10:00:00.123Z", "2026-05-04 10:00:00.5+02:00", "2026-05-04T10:00:00.1", "2026-W19-1T10:00:00.7Z"],
)
def test_a_time_with_a_fraction_is_the_iso_one(text: str) -> None:
    """Such times are read without a look at those that are kept."""
    assert parse_any_ms(text) == parse_iso_ms(text) is not None
    assert type(parse_any_ms(text)) is type(parse_iso_ms(text))
