"""The reader state, which a reader needs to resume in the middle of an object, and its text form.

Messages and ledger rows hold the text. `decode` also reads the texts of earlier versions: the same form for a position
in a document, but column names as plain text, with the day in a line of its own.
"""

import json
import re
from dataclasses import astuple, dataclass
from enum import Enum
from typing import Any, NamedTuple

SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Columns:
    """What header lines declared about the rows below them.

    `names` holds the names of the columns, separated as the values are; it is empty if only other directives came.
    `day` is the date of rows that have a time of day alone, and `record` the record that goes on behind a cut.
    """

    names: str = ""
    day: str = ""
    record: "InRecord | None" = None


class DocumentPosition(NamedTuple):
    """The array of a JSON document in which a record stands; offsets are bytes of the decompressed stream.

    `path` names the members that lead to the array; it is None if the record is in no array. `root` is the offset of
    the document's first byte, and `root_fields` holds what its elements share. Something was damaged before the offset
    `damage_end`, so no document is looked for before it; it is 0 if nothing was.
    """

    path: tuple[str, ...] | None
    root: int
    root_fields: dict[str, Any]
    damage_end: int


@dataclass(frozen=True, slots=True)
class InDocument:
    """The state of a reader that resumes after element `number`, counted from 0, of an array of `document`.

    `columns` is what header lines between the documents declared.
    """

    document: DocumentPosition
    number: int
    columns: Columns | None = None


class Below(Enum):
    """Name what may stand below the first line of a record, as a part of it."""

    NOTHING = "nothing"
    TRACE = "trace"
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class InRecord:
    """The state of a reader that resumes within a record that was cut, since it has more lines than a record may have.

    `offset` is that of its first byte, and `below` what may still stand in it. All its pieces have the `format`, time
    and level of the first one; the time is in epoch milliseconds, or None if the record has no time of its own.
    """

    offset: int
    below: Below
    format: str
    timestamp_ms: int | None
    level: str | None


ReaderState = Columns | InDocument | InRecord


def get_columns(state: ReaderState | None) -> Columns | None:
    """Return what header lines declared before the place where a reader resumes."""
    return state.columns if isinstance(state, InDocument) else state if isinstance(state, Columns) else None


def get_cut_record(state: ReaderState | None) -> InRecord | None:
    """Return the record that goes on behind a cut, if the state is within one."""
    return state.record if isinstance(state, Columns) else state if isinstance(state, InRecord) else None


def encode(state: ReaderState) -> str:
    """Return the text of `state`; `decode` reverses this."""
    match state:
        case Columns():
            return _render(_describe_columns(state))
        case InDocument(DocumentPosition(path, root, root_fields, damage_end), number, columns):
            document = {"path": path, "root": root, "around": root_fields, "mended": damage_end}
            named = {"header": _describe_columns(columns)} if columns else {}
            return _render({"document": document, "number": number} | named)
        case InRecord():
            return _render(_describe_record(state))


def _describe_columns(columns: Columns) -> dict[str, Any]:
    record = _describe_record(columns.record) if columns.record else {}
    return {"columns": columns.names, "day": columns.day} | record


def _describe_record(record: InRecord) -> dict[str, Any]:
    offset, below, name, timestamp_ms, level = astuple(record)
    return {"record": {"offset": offset, "below": below.value, "format": name, "time": timestamp_ms, "level": level}}


def measure_in_message(value: Any) -> int:
    """Return how many bytes a value of a state has in a message, whose JSON holds the text of the state's JSON."""
    return len(json.dumps(_render(value), ensure_ascii=False).encode())


def _render(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def is_encoded(text: str) -> bool:
    """Tell whether `text` has the present form, which `encode` returns."""
    state = _parse_state(text)
    return state is not None and not SURROGATE.search(encode(state))


def decode(text: str | None) -> ReaderState | None:
    """Return the state that `text` encodes, in this form or an earlier one; None if there is no text."""
    if not text:
        return None
    state = _parse_state(text)
    if state is not None:
        return state
    names, _, day = text.partition("\n")  # the form of earlier versions
    return Columns(names, day)


def _parse_state(text: str) -> ReaderState | None:
    """Return the state of a text in the present form; None if it has another form, or if a value of it is wrong."""
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match state:
        case {"columns": str(), "day": str()}:
            return _read_columns(state)
        case {
            "document": {
                "path": None | list() as path,
                "root": int(root),
                "around": dict(root_fields),
                "mended": int(damage_end),
            },
            "number": int(number),
        } if _are_counts(root, damage_end, number) and all(isinstance(name, str) for name in path or ()):
            position = DocumentPosition(None if path is None else tuple(path), root, root_fields, damage_end)
            columns = _read_columns(state.get("header"))
            return InDocument(position, number, columns) if columns or "header" not in state else None
        case {"record": dict(record)} if (cut_record := _read_record(record)) is not None:
            return cut_record
    return None


def _read_columns(described: object) -> Columns | None:
    match described:
        case {"columns": str(names), "day": str(day), **others}:
            cut_record = _read_record(others.get("record"))
            return Columns(names, day, cut_record) if cut_record or "record" not in others else None
    return None


def _read_record(record: object) -> InRecord | None:
    match record:
        case {
            "offset": int(offset),
            "below": "nothing" | "trace" | "anything" as below,
            "format": str(name),
            "time": None | int() as timestamp_ms,
            "level": None | str() as level,
        } if _are_counts(offset) and type(timestamp_ms) is not bool:
            return InRecord(offset, Below(below), name, timestamp_ms, level)
    return None


def _are_counts(*numbers: int) -> bool:
    """Tell whether each is a whole number from 0; JSON's true and false are none."""
    return all(type(number) is int and number >= 0 for number in numbers)
