"""Which format an object's first lines speak for."""

import pytest
from log_processor import formats

NEAR_MS = 1_777_881_600_000
TIMED = "[2026-05-04 07:00:00] production.ERROR: no such route"
TRACE = ["[stacktrace]", "#0 /srv/app.php(7): run()", '"}']
JAVA = "2026-05-04 07:00:00,123 INFO  [main] org.example.App - started"


@pytest.mark.parametrize(
    ("samples", "name"),
    [
        ([TIMED, *TRACE * 6], "timed_text"),
        (["a banner", "of two lines", TIMED, TIMED, TIMED], "timed_text"),
        (["one thing", TIMED, "after", "another"], "text"),
        ([JAVA, TIMED], "java"),
        ([JAVA, TIMED, TIMED], "timed_text"),
        (['{"a": 1}', "plain", "lines"], "json_lines"),
        ([], "text"),
    ],
)
def test_records_begin_with_a_time_where_the_first_lines_do(samples: list[str], name: str) -> None:
    """Lines of a trace do not count against a time; a named format is left only where it reads the lesser part."""
    assert formats.detect(samples, NEAR_MS).name == name
