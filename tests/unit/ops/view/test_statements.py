"""A condition finds the same among held records, by SQL, as on the command line, by Python."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.reading.conditions import find_attribute
from ops.reading.selected import build_condition
from ops.reading.selection import RecordFilter
from ops.reading.span import Span
from ops.reading.where import parse_where
from ops.view.cache.answers import Selected
from ops.view.cache.statements import UntranslatableError, write_clause
from ops.view.cache.table import CacheTable
from ops.view.lib.where_line import add_term

ALL = Span(0, 10**15)
FIELDS: tuple[dict[str, Any], ...] = (
    {},
    {"n": 5, "user": {"name": "ann"}, "status": "ok"},
    {"n": "10", "user.name": "bob", "http.response.status_code": 503},
    {"n": 7.5, "user": {"name": None}, "flag": True},
    {"n": "x", "user": "carl", 'odd "name': "a\\b", "status": 404},
    {"n": -1, "a": {"b": {"c": {"d": 1}}}, "flag": False},
)
RECORDS: list[dict[str, Any]] = [
    {
        "log_id": f"a-{number}",
        "timestamp": number,
        "source": "web" if number % 2 else "and",
        "log_data": f"Line {number} of Many",
        "fields": fields,
        **({"level": level} if level else {}),
        **({"status": 500} if number % 4 == 0 else {}),
    }
    for number, (fields, level) in enumerate(
        (fields, level) for fields in FIELDS for level in (None, "debug", "warn", "error", "fatal", "odd")
    )
]
NAMES = ("level", "status", "source", "n", "user.name", "fields.user.name", "flag", "log_data", "a.b.c.d", "gone")
VALUES = (
    "5",
    "10",
    "7.5",
    "-1",
    "x",
    "ann",
    "bob",
    "warn",
    "warning",
    "error",
    "odd",
    "true",
    "500",
    "503",
    "ok",
    "web",
)
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~", "!~")

comparisons = st.builds(
    lambda *parts: "".join(parts), st.sampled_from(NAMES), st.sampled_from(OPERATORS), st.sampled_from(VALUES)
)
lines = st.recursive(
    comparisons | st.sampled_from(NAMES),
    lambda inner: (
        st.builds("({} and {})".format, inner, inner)
        | st.builds("({} or {})".format, inner, inner)
        | st.builds("not {}".format, inner)
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module")
def table() -> CacheTable:
    held = CacheTable()
    held.add(RECORDS)
    return held


def find(table: CacheTable, condition: Any) -> list[str]:
    selected = Selected(table, (), ALL, condition)
    return [record.log_id for record in selected.list_records(1_000, 0, newest_first=False)]


def expect(condition: Any) -> list[str]:
    return [one["log_id"] for one in RECORDS if condition.test(lambda name, one=one: find_attribute(one, name))]


@settings(max_examples=150, deadline=None)
@given(line=lines)
def test_a_line_finds_the_same(table: CacheTable, line: str) -> None:
    """What SQL cannot say is tested by Python, and the page does not differ from the command."""
    condition = parse_where(line)
    assert find(table, condition) == expect(condition)


@pytest.mark.parametrize(
    "asked", [{"errors": True}, {"level": "warn"}, {"contains": ("of many",)}, {"contains": ("5",), "errors": True}]
)
def test_options_find_the_same(table: CacheTable, asked: dict[str, Any]) -> None:
    """Errors, levels and texts are said by SQL."""
    condition = build_condition(RecordFilter(**asked))
    write_clause(condition)
    assert find(table, condition) == expect(condition) != []


@pytest.mark.parametrize("line", ["n~1", "a.b.c.d=1", "n=1e3", "n=12345678901234567890"])
def test_what_sql_would_answer_otherwise_is_left_to_python(line: str) -> None:
    """Regular expressions, deep names, and numbers that SQL would round."""
    with pytest.raises(UntranslatableError):
        write_clause(parse_where(line))


@pytest.mark.parametrize("name", ["level", "and", 'odd "name', "user.name", "n"])
def test_a_facets_term_finds_what_it_counts(table: CacheTable, name: str) -> None:
    """Whatever characters names and values have; a line that was there holds too."""
    for value, count in Selected(table, (), ALL, None).list_values(name, 100):
        assert len(find(table, parse_where(add_term("", name, value)))) == count
        assert len(find(table, parse_where(add_term("n or not n", name, value)))) == count


def test_a_record_that_is_read_again_is_held_once(table: CacheTable) -> None:
    """Also if its time is another one now."""
    table.add([RECORDS[0] | {"timestamp": 99}])
    table.add([RECORDS[0]])
    assert Selected(table, (), ALL, None).count() == len(RECORDS)


def test_what_cannot_be_read_to_its_end_adds_nothing() -> None:
    """The next attempt does not find half of it."""

    def fail() -> Any:
        yield RECORDS[0]
        raise OSError("broken")

    table = CacheTable()
    with pytest.raises(OSError, match="broken"):
        table.add(fail())
    assert Selected(table, (), ALL, None).count() == 0
