"""Read one JSON document step by step: the elements of its arrays of records, or the whole as one record."""

from log_processor.reading.json.buffer import RecordBuffer
from log_processor.reading.json.damage import NAME, find_element
from log_processor.reading.json.element_ends import ElementEnds
from log_processor.reading.json.entrances import Context, Entrances
from log_processor.reading.json.expansion import Expansions, Path
from log_processor.reading.json.root_fields import RootFields
from log_processor.reading.json.separators import (
    COMMA,
    NEXT_ELEMENT,
    SEPARATOR,
    SIGNS,
    skip_comma,
    skip_stray_bracket,
)
from log_processor.reading.json.values import CLOSED, MAX_VALUE_BYTES, SCAN, DamageError, IncompleteError, LongValue
from log_processor.reading.json.window import Window
from log_processor.state import DocumentPosition, InDocument


class Document:
    """The current document of a stream, read from the window's index `at` on; its records go to the buffer.

    `root` is the offset of its first byte, None between two documents. `has_array` says whether the last document that
    ended had an array of records; the next one probably has one too. A step raises `IncompleteError` or `DamageError`
    as the window does, and has then changed nothing.

    For example, with the array `logEvents` and the root field `owner`, the document below has two records. Both have
    the field `owner`, and their numbers are 0 and 1:

        {"owner": "me", "logEvents": [{"id": "a"}, {"id": "b"}]}

    `_context` says what comes next: members of an object, elements of the array of records, or objects of an array on
    the way to it, in which each has an array of records.
    """

    def __init__(self, window: Window, buffer: RecordBuffer, expansions: Expansions) -> None:
        self._window, self._buffer = window, buffer
        self._entrances, self._root_fields = Entrances(expansions), RootFields(expansions)
        self.root: int | None = None
        self.has_array = False
        self._names: Path = ()
        self._long: LongValue | None = None
        self._context, self._is_first = Context.MEMBERS, False
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
        self.root, self._context, self._names = position.root, Context.RECORDS, position.path[:-1]
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
        elif self._context is Context.RECORDS:
            self._read_elements()
        elif self._context is Context.HOLDERS:
            self._read_holder()
        else:
            self._read_member()

    def mend(self, damage_end: int) -> bool:
        """Make a text record of the broken element of the array, and go on at the next one; tell whether there is one.

        The damage stands before the offset `damage_end`; no element is looked for twice before it. Signs that separate
        elements make no record.
        """
        window = self._window
        separator = SEPARATOR.match(window.text, window.at)
        if self._context is not Context.RECORDS or self._long is not None or separator is None:
            return False
        at = separator.end()
        end = find_element(window, at, self._position.damage_end - window.base)
        if end is None or not self._stays_in_array(at, end):
            return False
        self._position = self._position._replace(damage_end=damage_end)
        data = window.data[at:end].rstrip()
        if data.strip(SIGNS):
            self._add_record(window.base + at, data, len(data), whole=False)
        window.at = at + len(data)
        return True

    def _stays_in_array(self, at: int, end: int) -> bool:
        """Tell whether the element found at the index `end` is of the same array as the broken one at `at`.

        Of arrays in arrays it may be of another one, or hold one: it has to begin with the same name, and no array may
        begin before it.
        """
        path, text = self._position.path, self._window.text
        if not path or not self._entrances.are_held(path[:-1]):
            return True
        first, other = NAME.match(text, at), NAME.match(text, end)
        return bool(first and other and first[1] == other[1]) and f'"{path[-1]}"' not in text[at:end]

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
        self._context, self._is_first, self._number, self.has_array = Context.RECORDS, True, 0, True
        self._position = self._position._replace(path=path, root_fields=self._root_fields.shared)

    def _read_elements(self) -> None:
        """Take the next element, and those after it that are at hand, or leave the array."""
        window = self._window
        text, at = window.text, skip_stray_bracket(window, window.skip_blanks(window.at))
        if text[at] == "]":
            self._leave_array(at + 1)
            return
        at = self._skip_comma(at)
        end = window.find_value_end(at)
        if end is None:
            self._long, window.at = LongValue(window.base + at), at
            return
        if text[end - 1] not in CLOSED and text[following := window.skip_blanks(end)] not in ",]":
            raise DamageError(following)
        self._take_element(at, end)
        ends = ElementEnds(window.data, at)
        while not self._buffer.is_full and (separator := NEXT_ELEMENT.match(text, window.at)):
            start = separator.end()
            stop = ends.find(window.at, start)
            if stop is None:
                try:
                    _, stop = SCAN(text, start)
                except (StopIteration, ValueError, RecursionError):
                    return  # the next step looks at it more closely
            self._take_element(start, stop)

    def _leave_array(self, stop: int) -> None:
        self._window.at, self._context, self._is_first = stop, Context.MEMBERS, False
        if self._position.path == ():
            self._end()

    def _read_holder(self) -> None:
        """Begin the next object of an array on the way to the records, skip what is no object, or leave the array."""
        window = self._window
        at = window.skip_blanks(window.at)
        if window.text[at] == "]":
            window.at, self._context, self._is_first, self._names = at + 1, Context.MEMBERS, False, self._names[:-1]
            return
        at = self._skip_comma(at)
        if self._entrances.begins_document(window, at):
            raise DamageError(at)
        if window.text[at] == "{":
            self._root_fields.begin_object(self._names)
            window.at, self._context, self._is_first = at + 1, Context.MEMBERS, True
        else:
            self._pass_value(at)

    def _pass_value(self, at: int) -> int | None:
        """Pass the value at the index `at` and return its end; None if the next steps have to skip a long one."""
        end = self._window.find_value_end(at)
        if end is None:
            self._long, self._window.at = LongValue(self._window.base + at), at
        else:
            self._window.at, self._is_first = end, False
        return end

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

        - Enter an array of records, or what is on the way to one.
        - Note any other value, in case it is a root field.
        - Begin to skip a value that is too long to hold; the next steps end it.
        """
        window = self._window
        at = window.skip_blanks(window.at)
        if window.text[at] == "}":
            self._close_object(at + 1)
            return
        name, at = window.read_name(self._skip_comma(at))
        if self._entrances.begins_document(window, at):
            raise DamageError(at)
        path = (*self._names, name)
        context = self._entrances.find_context(window, path, at)
        if context is Context.RECORDS:
            self._enter_array(path)
            window.at = at + 1
        elif context is not None:
            window.at, self._context, self._names, self._is_first = at + 1, context, path, True
        elif (end := self._pass_value(at)) is not None:
            self._root_fields.note_member(path, window.data[at:end], window.base + end - (self.root or 0))

    def _skip_comma(self, at: int) -> int:
        """Return the index of the next member or element.

        All but the first one have a comma before them. In an array of records it may be missing before an object.
        """
        if self._is_first or (self._context is Context.RECORDS and self._window.text[at] == "{"):
            return at
        return skip_comma(self._window, at)

    def _skip_long(self, value: LongValue) -> None:
        window = self._window
        end = value.feed(window.data[window.at :])
        if end is None:
            window.at = len(window.data)
            raise DamageError(window.at) if window.whole else IncompleteError
        window.at += end
        self._long, self._is_first = None, False
        if self._context is Context.RECORDS:
            self._add_record(value.offset, value.kept, value.length)

    def _close_object(self, stop: int) -> None:
        """End an object before the index `stop`: the document, or an object on the way to the records.

        A document without a record becomes one record itself.
        """
        window = self._window
        window.at, self._is_first = stop, False
        if self._entrances.are_held(self._names):
            self._context = Context.HOLDERS
            return
        if self._names:
            self._names = self._names[:-1]
            return
        if self.root is not None and not self._count:
            self.has_array = False
            position = DocumentPosition(None, 0, {}, self._position.damage_end)
            self._buffer.add(self.root, window.copy_kept(stop), window.offset - self.root, 0, position)
        self._end()

    def _end(self) -> None:
        self.root, self._context, self._names, self._long = None, Context.MEMBERS, (), None
        self._window.forget()
