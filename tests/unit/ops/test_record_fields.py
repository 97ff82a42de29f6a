"""A record's fields are named with their types and units, and lead to the rest of their request."""

import pytest

from ops.reading.where import parse_where
from ops.record_fields import find_unit, list_fields, write_condition

FIELDS = {
    "http.response.body.size": 10,
    "ok": True,
    "ratio": 0.5,
    "nothing": None,
    "tags": ["a"],
    "context": {"requestId": "r 1", "empty": {}},
    "trace_id": "t-1",
    "grid": "none",
}


def test_fields_have_types_and_units() -> None:
    """Those within others are named by the way to them; the unit is the one that the format declares."""
    listed = {one.name: (one.text, one.type, one.unit) for one in list_fields(FIELDS, "combined")}
    assert listed == {
        "context.empty": ("{}", "map", ""),
        "context.requestId": ("r 1", "text", ""),
        "grid": ("none", "text", ""),
        "http.response.body.size": ("10", "integer", "bytes"),
        "nothing": ("null", "null", ""),
        "ok": ("true", "boolean", ""),
        "ratio": ("0.5", "number", ""),
        "tags": ('["a"]', "list", ""),
        "trace_id": ("t-1", "text", ""),
    }


def test_a_request_is_known_by_its_id() -> None:
    """Whatever its writer calls it; a field that only ends in these letters names none."""
    assert [one.name for one in list_fields(FIELDS, "combined") if one.names_request] == [
        "context.requestId",
        "trace_id",
    ]


@pytest.mark.parametrize("value", ["r-1", "a b", 'say "no"', "back\\slash", "and", "", "1=2", "ü", "Root=1-5f;x=(y)"])
def test_a_condition_finds_its_value(value: str) -> None:
    """The grammar of `ops query --where` reads what is written, whatever the value holds."""
    condition = parse_where(write_condition("user.name", value))
    assert condition.test(lambda name: value if name == "user.name" else None)
    assert not condition.test(lambda _: value + "x")


def test_a_pattern_of_a_format_has_its_unit() -> None:
    """Exact names go before patterns, and the record's own format before others."""
    assert find_unit("haproxy", "haproxy.time_queue_ms") == "ms"
    assert find_unit("no such format", "http.response.body.size") == "bytes"
    assert find_unit("combined", "no.such.field") == ""
