"""No text makes a format raise; what a format reads can be stored, and `log_data` is the text itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME

from tests.fuzz.target import check_line, check_object
from tests.support.fixtures import FIXTURES, read_samples

SAMPLES = sorted({sample.line for sample in read_samples()})
OBJECTS = [path.read_bytes() for path in sorted(FIXTURES.rglob("*--*.log"))]
PIECES = st.text(max_size=12) | st.sampled_from(
    [
        '"',
        "\\",
        '\\"',
        "[",
        "]",
        "{",
        "}",
        " ",
        "=",
        "-",
        "\x00",
        "\u2028",
        "9" * 400,
        "9" * 25,
        "/",
        "\\ud800",
        "\n",
        "\r",
        "\x1b[",
    ]
)


@st.composite
def draw_line(draw: st.DrawFn) -> str:
    """Draw a fixture's line in which one to three stretches are cut, doubled, reversed or overwritten."""
    line = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(line)))
        end = draw(st.integers(start, min(len(line), start + 8)))
        stretch = line[start:end]
        instead = draw(st.sampled_from(["", stretch * 2, stretch[::-1], '\\"', "\x00"]) | PIECES)
        line = draw(st.sampled_from([line[:start], line[:start] + instead + line[end:]]))
    return line


@st.composite
def draw_object(draw: st.DrawFn) -> bytes:
    """Draw lines as they are, mutated or of any text, with any line ends; or a fixture with a stretch overwritten."""
    if draw(st.booleans()):
        whole = draw(st.sampled_from(OBJECTS))
        start = draw(st.integers(0, len(whole)))
        return whole[:start] + draw(st.binary(max_size=8)) + whole[start + draw(st.integers(0, 8)) :]
    lines = draw(st.lists(st.sampled_from(SAMPLES) | draw_line() | st.text(max_size=40), max_size=6))
    ends = st.sampled_from([b"\n", b"\r\n", b"\n\n"])
    return b"".join(line.encode() + draw(ends) for line in lines)


@pytest.mark.parametrize("known", BY_NAME.values(), ids=lambda known: known.name)
@given(raw=draw_line() | st.text())
@settings(deadline=None, max_examples=75)
def test_a_parser_is_total(known: Format, raw: str) -> None:
    """A parser returns fields or None for any text, below a header line or not."""
    check_line(known, raw)


@pytest.mark.slow
@given(data=draw_object() | st.binary(max_size=200), declared=st.none() | st.sampled_from(sorted(BY_NAME)))
@settings(deadline=None, max_examples=400)
def test_the_whole_path_is_total(data: bytes, declared: str | None) -> None:
    """From bytes to records nothing raises, no byte is lost, and each record keeps its own bytes."""
    check_object(data, declared)
