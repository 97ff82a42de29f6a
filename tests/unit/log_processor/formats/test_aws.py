"""AWS's formats: none of them takes the lines of another format."""

from pathlib import Path

import pytest
from log_processor.formats.registry import BY_NAME

from tests.support.fixtures import FIXTURES, LAST_MODIFIED_MS, get_family

AWS = [known for known in BY_NAME.values() if get_family(known) == "aws" and known.carrier is None]
EMBEDDING = {"cloudwatch_export--events", "json_lines--prefixes", "timed_text--more"}


@pytest.mark.parametrize("case", sorted(FIXTURES.rglob("*.log")), ids=lambda case: case.stem)
def test_no_aws_format_takes_lines_of_another(case: Path) -> None:
    """Only its own format reads a fixture's line; exports and containers may embed Lambda's lines."""
    embedded = [["aws_lambda"]] if case.stem in EMBEDDING else []
    for line in filter(str.strip, case.read_text(errors="replace").split("\n")):
        takers = [known.name for known in AWS if known.parse(line, LAST_MODIFIED_MS) is not None]
        assert len(takers) <= 1, line
        assert takers in ([], [case.stem.partition("--")[0]], *embedded), line


def test_an_unhandled_error_of_a_python_function_is_one_event() -> None:
    """The runtime writes its type and message, and the trace below: that is one record."""
    trace = "[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 3, in main"
    parsed = BY_NAME["aws_lambda"].parse(trace, LAST_MODIFIED_MS)
    assert parsed is not None
    assert (parsed.level, parsed.fields["exception.type"]) == ("error", "KeyError")
    assert BY_NAME["aws_lambda"].parse(trace.partition("\n")[0], LAST_MODIFIED_MS) is None
