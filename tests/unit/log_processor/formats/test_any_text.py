"""No text makes a format raise, and what it reads can be stored as JSON."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor import formats
from log_processor.formats.base import Format

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "formats"
SAMPLES = sorted({line for case in FIXTURES.glob("*.log") for line in case.read_text().split("\n") if line})
NEAR_MS = 1_777_881_600_000
PIECES = st.text(max_size=12) | st.sampled_from(
    ['"', "\\", "[", "]", "{", "}", " ", "=", "-", "\x00", "\u2028", "9" * 400, "/"]
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A fixture's line with a stretch replaced."""
    line = draw(st.sampled_from(SAMPLES))
    start = draw(st.integers(0, len(line)))
    end = draw(st.integers(start, min(len(line), start + 8)))
    return line[:start] + draw(PIECES) + line[end:]


@pytest.mark.parametrize("known", [*formats.ORDER, *formats.KEYED], ids=lambda known: known.name)
@given(raw=mutated() | st.text())
@settings(deadline=None, max_examples=150)
def test_a_parser_is_total(known: Format, raw: str) -> None:
    """Fields or None, whatever the text, below a header or not."""
    for parse in (known.parse, *([known.header.bind(None), known.header.bind(raw)] if known.header else [])):
        parsed = parse(raw, NEAR_MS)
        if parsed is not None:
            orjson.dumps(parsed.fields, option=orjson.OPT_PASSTHROUGH_DATACLASS)
            assert parsed.timestamp_ms is None or isinstance(parsed.timestamp_ms, int)
    if known.header:
        known.header.read(raw, None)
