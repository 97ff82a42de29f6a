"""Say which members of a document are entered: arrays of records, and what leads to them."""

import re
from enum import Enum

from log_processor.reading.json.expansion import Expansions, Path
from log_processor.reading.json.values import IncompleteError, decode_value
from log_processor.reading.json.window import Window


class Context(Enum):
    """Name what comes next in a document: members of an object, records of an array, or objects that hold arrays."""

    MEMBERS = "members"
    RECORDS = "records"
    HOLDERS = "holders"


class Entrances:
    """The members by which the arrays of `expansions` are reached.

    For example, with the nested array `a.b` the member `a` is entered if it is an array, and in each of its objects
    the array `b`; if `a.b` is not nested, `a` is entered if it is an object.
    """

    def __init__(self, expansions: Expansions) -> None:
        self._expansions = expansions
        names = {path[0] for path in expansions}
        self._document = re.compile(rf'\{{[ \t]{{0,100}}"(?:{"|".join(map(re.escape, sorted(names)))})"')
        self._document_characters = max(map(len, names), default=0) + 103
        self._ways = {
            (path[:length], "[" if expansion.nested else "{"): Context.HOLDERS if expansion.nested else Context.MEMBERS
            for path, expansion in expansions.items()
            for length in range(1, len(path))
        }

    def are_held(self, path: Path) -> bool:
        """Tell whether the objects at `path` are those of an array on the way to the records."""
        return (path, "[") in self._ways

    def begins_document(self, window: Window, at: int) -> bool:
        """Tell whether a document with an array of records begins a line at the index `at`: the one before is cut off.

        Raise `IncompleteError` if more of the stream has to be read to tell.
        """
        text = window.text
        if text[at] != "{" or text[at - 1 : at] != "\n":
            return False
        if len(text) < at + self._document_characters and not window.has_ended:
            raise IncompleteError
        return self._document.match(text, at) is not None

    def find_context(self, window: Window, path: Path, at: int) -> Context | None:
        """Return what comes next in the member at `path`, whose value begins at the index `at`; None if not entered.

        The first element of an array may decide. Raise `IncompleteError` if it is not at hand.
        """
        character = window.text[at]
        if character == "[" and path in self._expansions:
            return Context.RECORDS if self._holds_records(window, path, at + 1) else None
        return self._ways.get((path, character))

    def _holds_records(self, window: Window, path: Path, at: int) -> bool:
        expansion = self._expansions[path]
        if not expansion.names:
            return True
        at = window.skip_blanks(at)
        end = window.find_value_end(at) if window.text[at] == "{" else None
        return end is not None and expansion.accepts(decode_value(window.text[at:end], 0, whole=True)[0])
