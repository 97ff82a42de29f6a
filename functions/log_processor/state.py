"""What a reader has to know to go on in the middle of an object, and the one text form in which it travels.

Messages and ledger rows carry the text. `decode` also understands what versions before wrote: a document's place as it
is now, but columns as they stood, with the day in a line of its own.
"""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Columns:
    """What header lines said of the rows below: the names, parted as the values are, and the day of rows without one.

    `names` is empty where only other directives came before.
    """

    names: str = ""
    day: str = ""


class Place(NamedTuple):
    """Where in a stream of JSON documents a record stands: in the array at `path`, None between arrays.

    The array's document begins at the byte `root`, and its root fields are `around`. Before the byte `mended` no
    document is looked for, since one was damaged there.
    """

    path: tuple[str, ...] | None
    root: int
    around: dict[str, Any]
    mended: int


@dataclass(frozen=True, slots=True)
class InDocument:
    """The reader goes on after the element `number` of the array at `place`."""

    place: Place
    number: int


ReaderState = Columns | InDocument


def encode(state: ReaderState) -> str:
    """Return the text of `state`; `decode` is its inverse."""
    match state:
        case Columns(names, day):
            return json.dumps({"columns": names, "day": day})
        case InDocument(place, number):
            return json.dumps({"document": place._asdict(), "number": number})


def decode(text: str | None) -> ReaderState | None:
    """Return the state that `text` stands for, None if there is no text."""
    if not text:
        return None
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    match said:
        case {"columns": str(names), "day": str(day)}:
            return Columns(names, day)
        case {
            "document": {
                "path": None | list() as path,
                "root": int(root),
                "around": dict(around),
                "mended": int(mended),
            },
            "number": int(number),
        }:
            return InDocument(Place(None if path is None else tuple(path), root, around, mended), number)
    names, _, day = text.partition("\n")  # written by a version before
    return Columns(names, day)
