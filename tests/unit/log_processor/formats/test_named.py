"""Plain and timed text read lines of named formats."""

import pytest
from log_processor.formats.lib.colours import strip_colours
from log_processor.formats.named import read_named
from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME, ORDER

from tests.support.fixtures import LAST_MODIFIED_MS, read_samples

SIGNED = ["java", "python_logging", "klog", "redis", "syslog_rfc5424", "combined", "json_lines", "postgresql"]


@pytest.mark.parametrize("name", ["java", "python_logging"])
def test_a_log_call_behind_a_time_is_never_passed_over(name: str) -> None:
    """What stands behind the time is looked at first, and tells nothing away that the format reads."""
    known = BY_NAME[name]
    missed = []
    for sample in read_samples(name):
        line = strip_colours(sample.line)
        before = ORDER[: next(index for index, other in enumerate(ORDER) if other.name == name)]
        if not line[:1].isdigit() or known.parse(line, LAST_MODIFIED_MS) is None:
            continue
        if (
            not any(other.parse(line, LAST_MODIFIED_MS) for other in before)
            and (read_named(line, LAST_MODIFIED_MS) or ("",))[0] != name
        ):
            missed.append(line)
    assert missed == []


@pytest.mark.parametrize("chosen", ["text", "timed_text"])
@pytest.mark.parametrize("name", SIGNED)
def test_text_names_the_lines_of_named_formats(chosen: str, name: str) -> None:
    """Detection chose text; a line that shows the signs of a named format is read by it all the same."""
    match = Reader(BY_NAME[chosen], LAST_MODIFIED_MS).read(BY_NAME[name].sample)
    assert match is not None
    assert match[0] == name


@pytest.mark.parametrize(
    "line", ["character.   | of a table", "worker 7 has the job", "level: info", "2026-05-04 10:00:00 up"]
)
def test_text_stays_text(line: str) -> None:
    """Weak formats are not tried in text, and prose is of none."""
    match = Reader(BY_NAME["text"], LAST_MODIFIED_MS).read(line)
    assert match is not None
    assert match[0] == "text"


def test_declared_text_names_nothing() -> None:
    """A declared format is strict."""
    match = Reader(BY_NAME["text"], LAST_MODIFIED_MS, declared=True).read(BY_NAME["klog"].sample)
    assert match is not None
    assert match[0] == "text"


@pytest.mark.parametrize("between", ["]", "] 0.003 ", '] "www.example.com" '])
def test_text_names_access_lines_of_any_layout(between: str) -> None:
    """What stands between the time and the request does not hide an access line among text."""
    line = f'192.0.2.1 - - [04/May/2026:10:00:00 +0000{between}"GET /a HTTP/1.1" 200 5'
    match = Reader(BY_NAME["text"], LAST_MODIFIED_MS).read(line)
    assert match is not None
    assert match[0] == "combined"
