"""Read one JSON document step by step: the elements of its arrays of records, or the whole as one record."""

import re

from log_processor.reading.json.buffer import RecordBuffer
from log_processor.reading.json.damage import find_element
from log_processor.reading.json.expansion import Expansions, Path
from log_processor.reading.json.root_fields import RootFields
from log_processor.reading.json.values import CLOSED, MAX_VALUE_BYTES, SCAN, DamageError, IncompleteError, LongValue
from log_processor.reading.json.window import Window
from log_processor.state import DocumentPosition, InDocument

COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
SEPARATOR = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
SIGNS = b" \t\r\n,[]{}"
STRAY_BRACKET = re.compile(r"\][ \t\r\n]{0,100}(?=,[ \t\r\n]{0,100}\{)")
STRAY_CHARACTERS = 204
NEXT_ELEMENT = re.compile(r'[ \t\r\n]*,[ \t\r\n]*(?=[{\["])')


class Document:
    """The current document of a stream, read from the window's index `at` on; its records go to the buffer.

    `root` is the offset of its first byte, None between two documents. `has_array` says whether the last document that
    ended had an array of records; the next one probably has one too. A step raises `IncompleteError` or `DamageError`
    as the window does, and has then changed nothing.

    For example, with the array `logEvents` and the root field `owner`, the document below has two records. Both have
    the field `owner`, and their numbers are 0 and 1:

        {"owner": "me", "logEvents": [{"id": "a"}, {"id": "b"}]}
    """

    def __init__(self, window: Window, buffer: RecordBuffer, expansions: Expansions) -> None:
        self._window, self._buffer, self._expansions = window, buffer, expansions
        self._root_fields = RootFields(expansions)
        self.root: int | None = None
        self.has_array = False
        self._names: Path = ()
        self._long: LongValue | None = None
        self._in_array = self._is_first = False
        self._position, self._number, self._count = DocumentPosition(None, 0, {}, 0), 0, 0

    def begin(self, at: int, damage_end: int) -> None:
        """Begin the document whose opening bracket or brace stands at the index `at`."""
        window = self._window
        self.root, self._count, self._is_first = window.base + at, 0, True
        self._position = DocumentPosition(None, self.root, {}, damage_end)
        self._root_fields.begin()
        window.keep(self.root)
        if window.text[at] == "[":
            self._enter_array(())
        window.at = at + 1

    def resume(self, state: InDocument) -> None:
        """Resume after the element that `state` names; if that stood in no array, wait for the next document."""
        position, number = state.document, state.number
        if position.path is None:
            return
        self.root, self._in_array, self._names = position.root, True, position.path[:-1]
        self._position, self._number, self._count = position, number + 1, number + 1
        self._root_fields.resume(position.path, position.root_fields)

    @property
    def is_waiting(self) -> bool:
        """Tell whether the records in the buffer may still get a root field."""
        return self.root is not None and self._root_fields.is_waiting(self._window.offset - self.root)

    def read_next(self) -> None:
        """Read the next member, or the next elements of the array."""
        if self._long is not None:
            self._skip_long(self._long)
        elif self._in_array:
            self._read_elements()
        else:
            self._read_member()

    def mend(self, damage_end: int) -> bool:
        """Make a text record of the broken element of the array, and go on at the next one; tell whether there is one.

        The damage stands before the offset `damage_end`; no element is looked for twice before it. Signs that separate
        elements make no record.
        """
        window = self._window
        separator = SEPARATOR.match(window.text, window.at)
        if not self._in_array or self._long is not None or separator is None:
            return False
        at = separator.end()
        end = find_element(window, at, self._position.damage_end - window.base)
        if end is None:
            return False
        self._position = self._position._replace(damage_end=damage_end)
        data = window.data[at:end].rstrip()
        if data.strip(SIGNS):
            self._add_record(window.base + at, data, len(data), whole=False)
        window.at = at + len(data)
        return True

    def abandon(self, position: DocumentPosition) -> None:
        """End the document because it is damaged; a record of what is left of it has `position`.

        - If the document has no record yet, go back to its beginning, so that all of it is read as text. If it is too
          long for that, make one record of what was read.
        - If a value is being skipped, make a record of its part.
        - Otherwise leave out a comma before the damage.
        """
        window = self._window
        if self.root is not None and not self._count:
            length = window.offset - self.root
            if length <= MAX_VALUE_BYTES:
                window.return_to(self.root)
            else:
                self._buffer.add(self.root, window.copy_kept(window.at), length, 0, position)
        elif self._long is not None:
            self._buffer.add(self._long.offset, self._long.kept, self._long.length, 0, position)
        elif self.root is not None and (
            comma := COMMA.match(window.text, window.at, position.damage_end - window.base)
        ):
            window.at = comma.end()
        self._end()

    def _enter_array(self, path: Path) -> None:
        self._root_fields.enter(path)
        self._in_array, self._is_first, self._number, self.has_array = True, True, 0, True
        self._position = self._position._replace(path=path, root_fields=self._root_fields.shared)

    def _read_elements(self) -> None:
        """Take the next element, and those after it that are at hand, or leave the array."""
        window = self._window
        text, at = window.text, self._skip_stray_bracket(window.skip_blanks(window.at))
        if text[at] == "]":
            window.at, self._in_array, self._is_first = at + 1, False, False
            if self._position.path == ():
                self._end()
            return
        at = self._skip_comma(at)
        end = window.find_value_end(at)
        if end is None:
            self._long, window.at = LongValue(window.base + at), at
            return
        if text[end - 1] not in CLOSED and text[following := window.skip_blanks(end)] not in ",]":
            raise DamageError(following)
        self._take_element(at, end)
        while not self._buffer.is_full and (separator := NEXT_ELEMENT.match(text, window.at)):
            try:
                _, end = SCAN(text, separator.end())
            except (StopIteration, ValueError, RecursionError):
                return  # the next step looks at it more closely
            self._take_element(separator.end(), end)

    def _take_element(self, at: int, end: int) -> None:
        window = self._window
        self._add_record(window.base + at, window.data[at:end], end - at)
        window.at = end

    def _add_record(self, offset: int, data: bytes, length: int, *, whole: bool = True) -> None:
        if not self._count:
            self._window.forget()
        self._buffer.add(offset, data, length, self._number, self._position, whole=whole)
        self._is_first, self._number, self._count = False, self._number + 1, self._count + 1

    def _read_member(self) -> None:
        """Read the next member of an object, or end the object at its closing brace.

        - Enter an array of records, or an object on the way to one.
        - Note any other value, in case it is a root field.
        - Begin to skip a value that is too long to hold; the next steps end it.
        """
        window = self._window
        at = window.skip_blanks(window.at)
        if window.text[at] == "}":
            self._close_object(at + 1)
            return
        name, at = window.read_name(self._skip_comma(at))
        path, character = (*self._names, name), window.text[at]
        if character == "[" and path in self._expansions:
            self._enter_array(path)
            window.at = at + 1
        elif character == "{" and any(longer[: len(path)] == path for longer in self._expansions):
            window.at, self._names, self._is_first = at + 1, path, True
        elif (end := window.find_value_end(at)) is not None:
            self._root_fields.note_member(path, window.data[at:end], window.base + end - (self.root or 0))
            window.at, self._is_first = end, False
        else:
            self._long, window.at = LongValue(window.base + at), at

    def _skip_comma(self, at: int) -> int:
        """Return the index of the next member or element.

        All but the first one have a comma before them. In an array it may be missing before an object.
        """
        character = self._window.text[at]
        if self._is_first or (self._in_array and character == "{"):
            return at
        if character != ",":
            raise DamageError(at)
        return self._window.skip_blanks(at + 1)

    def _skip_stray_bracket(self, at: int) -> int:
        """Pass a bracket at `at` that closes nothing, since another element follows; return where to read on."""
        text, stray = self._window.text, STRAY_BRACKET.match(self._window.text, at)
        if stray is None and text[at] == "]" and len(text) < at + STRAY_CHARACTERS and not self._window.whole:
            raise IncompleteError
        if stray is None:
            return at
        self._window.at = stray.end()
        return stray.end()

    def _skip_long(self, value: LongValue) -> None:
        window = self._window
        end = value.feed(window.data[window.at :])
        if end is None:
            window.at = len(window.data)
            raise DamageError(window.at) if window.whole else IncompleteError
        window.at += end
        self._long, self._is_first = None, False
        if self._in_array:
            self._add_record(value.offset, value.kept, value.length)

    def _close_object(self, stop: int) -> None:
        """End an object before the index `stop`: the document, or an object on the way to the records.

        A document without a record becomes one record itself.
        """
        window = self._window
        window.at, self._is_first = stop, False
        if self._names:
            self._names = self._names[:-1]
            return
        if self.root is not None and not self._count:
            self.has_array = False
            position = DocumentPosition(None, 0, {}, self._position.damage_end)
            self._buffer.add(self.root, window.copy_kept(stop), window.offset - self.root, 0, position)
        self._end()

    def _end(self) -> None:
        self.root, self._in_array, self._names, self._long = None, False, (), None
        self._window.forget()
