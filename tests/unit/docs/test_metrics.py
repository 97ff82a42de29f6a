"""`docs/metrics.md` says what the table of the metrics says, and what the line of an attempt has."""

import re

import pytest
from log_processor.metrics import METRICS
from log_processor.reporting import FIELDS, describe

from benchmarks.reporting import make_report
from docs.generator.metrics_page import PAGE, build_page

QUERIES = re.findall(r"```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
WORDS = frozenset({"filter", "stats", "fields", "sort", "parse", "as", "by", "and", "in", "asc", "desc"})
WORDS |= {"sum", "max", "count", "count_distinct"}
BESIDE = frozenset({"object", "range", "trace_id", "timestamp"})
"""What the line of an attempt has beside its own fields."""


def test_the_page_is_what_the_generator_gives() -> None:
    """After a change of the table, the page is generated again."""
    assert PAGE.read_text("utf-8") == build_page(), "docs/metrics.md is older than the code: run `make docs`"


def test_every_metric_and_every_field_has_a_row() -> None:
    """With what it is; the fields are those that a line has, in their order."""
    page = build_page()
    assert not [metric.name for metric in METRICS if f"| `{metric.name}` | {metric.unit} |" not in page]
    assert list(describe(make_report(), "web")) == list(FIELDS)
    assert not [name for name, meaning in FIELDS.items() if f"| `{name}` | {meaning} |" not in page]


@pytest.mark.parametrize("query", QUERIES)
def test_the_queries_ask_for_fields_that_lines_have(query: str) -> None:
    """A name in a query is a field, a word of the language, or a name that the query gives."""
    bare = re.sub(r'"[^"]*"|/[^/]*/', "", query)
    given = set(re.findall(r"\bas (\w+)", bare)) | set(re.findall(r"\?<(\w+)>", query))
    names = set(re.findall(r"\b[a-z_]+\b", bare))
    assert names - given - WORDS <= FIELDS.keys() | BESIDE
