"""Reader states survive messages and ledger rows, and the texts of earlier versions are decoded."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_processor.errors import EnvelopeError
from log_processor.state import Below, Columns, DocumentPosition, InDocument, InRecord, ReaderState, decode, encode
from log_processor.storing.ledger_row import parse_row
from log_processor.work.continuation import range_from_message, render_message
from log_processor.work.ranges import ObjectRange

from tests.unit.log_processor.edges import World, asks

POSITIONS = st.builds(
    DocumentPosition,
    st.none() | st.lists(st.text(), max_size=3).map(tuple),
    st.integers(0),
    st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text())),
    st.integers(0),
)
CUT = st.builds(
    InRecord, st.integers(0), st.sampled_from(Below), st.text(), st.none() | st.integers(), st.none() | st.text()
)
COLUMNS = st.builds(Columns, st.text(), st.text(), st.none() | CUT)
STATES = CUT | COLUMNS | st.builds(InDocument, POSITIONS, st.integers(0), st.none() | COLUMNS)
WORK = ObjectRange("source", "web/a.log", "v1", "etag", start=40, format="w3c", sequential=True, stalls=2)
OLD_BODY: dict[str, Any] = {
    "bucket": "source",
    "key": "web/a.log",
    "version_id": "v1",
    "etag": "etag",
    "start": 40,
    "end": None,
    "aligned": True,
    "format": "w3c",
    "header": None,
    "index": 0,
    "sequential": True,
    "event_time": None,
    "stalls": 2,
}
"""The message of the version before for `WORK`."""
OLD_POSITION = '{"document": {"path": ["Records"], "root": 3, "around": {"owner": "me"}, "mended": 0}, "number": 7}'
OLD_STATES: list[tuple[str | None, ReaderState | None]] = [
    (None, None),
    ("", None),
    ("date time sc-status", Columns("date time sc-status")),
    ("date\ttime\n2026-05-04", Columns("date\ttime", "2026-05-04")),
    ("\n2026-05-04", Columns("", "2026-05-04")),
    ("17", Columns("17")),
    ('{"document": x', Columns('{"document": x')),
    (OLD_POSITION, InDocument(DocumentPosition(("Records",), 3, {"owner": "me"}, 0), 7)),
]


@given(state=STATES)
def test_a_state_survives_its_text(state: ReaderState) -> None:
    """Any names of columns and any root fields are decoded as they were, in a message too."""
    assert decode(encode(state)) == state
    work = replace(WORK, state=state)
    assert range_from_message(json.loads(render_message(work))) == work


@pytest.mark.parametrize(("text", "state"), OLD_STATES)
def test_texts_of_earlier_versions_are_decoded(text: str | None, state: ReaderState | None) -> None:
    """Messages and ledger rows of earlier versions hold the old text, under its old name."""
    assert range_from_message({"object_range": OLD_BODY | {"header": text}}) == replace(WORK, state=state)
    item = {"status": {"S": "continued"}} | ({"header": {"S": text}} if text is not None else {})
    assert parse_row(item).state == state


def test_a_message_of_a_later_version_says_what_to_do() -> None:
    """A message of a later version, sent before a roll-back, is refused and not read as something else."""
    message = json.loads(render_message(WORK)) | {"version": 3}
    with pytest.raises(EnvelopeError, match="of version 3, which this function does not read: deploy the version"):
        range_from_message(message)


def test_columns_that_look_like_a_document_stay_columns() -> None:
    """A column may have any name, also one that looks like a reader state in a document."""
    world = World("[[route]]\nkeys = ['**']\nformat = 'w3c'")
    row = b"2026-05-04 10:00:00 GET\n"
    body = b'#Fields: {"document": time cs-method\n' + row * 60
    world.run(world.put(body), iter([asks(3)]))
    assert {ending.status for ending in world.ledger.endings.values()} == {"continued", "done"}
    assert world.totals()["read"] == 61
