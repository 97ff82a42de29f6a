"""One JSON document, element by element: its arrays of records, or itself as a record where it has none."""

import re

from log_processor.reading.json.expansion import Expansions, Path
from log_processor.reading.json.found import Found
from log_processor.reading.json.root_fields import RootFields
from log_processor.reading.json.values import CLOSED, MAX_VALUE_BYTES, SCAN, DamageError, LongValue, StarvedError
from log_processor.reading.json.window import Window
from log_processor.state import InDocument, Place

COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
NEXT = re.compile(r'[ \t\r\n]*,[ \t\r\n]*(?=[{\["])')


class Document:
    """The document under way, of which the window's place is the part that is read; `root` is its first byte.

    `root` is None between documents. `nested` says that the one before held an array of records.
    Its steps raise `StarvedError` and `DamageError` as the window does, and then have changed nothing.
    """

    def __init__(self, window: Window, found: Found, expansions: Expansions) -> None:
        self._window, self._found, self._expansions = window, found, expansions
        self._roots = RootFields(expansions)
        self.root: int | None = None
        self.nested = False
        self._names: Path = ()
        self._long: LongValue | None = None
        self._in_array = self._fresh = False
        self._place, self._number, self._count = Place(None, 0, {}, 0), 0, 0

    def begin(self, at: int, mended: int) -> None:
        """Begin the document at the sign `at`, an opening bracket or brace."""
        window = self._window
        self.root, self._count, self._fresh = window.base + at, 0, True
        self._place = Place(None, self.root, {}, mended)
        self._roots.begin()
        window.keep(self.root)
        if window.text[at] == "[":
            self._enter(())
        window.at = at + 1

    def go_on(self, entered: InDocument) -> None:
        """Go on after the element at that place."""
        place, number = entered.place, entered.number
        if place.path is None:
            return
        self.root, self._in_array, self._names = place.root, True, place.path[:-1]
        self._place, self._number, self._count = place, number + 1, number + 1
        self._roots.go_on(place.path, place.around)

    @property
    def held(self) -> bool:
        """Whether what is found may still get a root field."""
        return self.root is not None and self._roots.awaited(self._window.offset - self.root)

    def step(self) -> None:
        """Read on by a member, or by elements of the array."""
        if self._long is not None:
            self._pass_long(self._long)
        elif self._in_array:
            self._element()
        else:
            self._member()

    def give_up(self, between: Place) -> None:
        """End where something is damaged; what no record has taken is to be read once more, or is one, of `between`."""
        window = self._window
        if self.root is not None and not self._count:
            length = window.offset - self.root
            if length <= MAX_VALUE_BYTES:
                window.back_to(self.root)
            else:
                self._found.add(self.root, window.kept(window.at), length, 0, between)
        elif self._long is not None:
            self._found.add(self._long.offset, self._long.kept, self._long.length, 0, between)
        elif self.root is not None and (comma := COMMA.match(window.text, window.at, between.mended - window.base)):
            window.at = comma.end()
        self._end()

    def _enter(self, path: Path) -> None:
        self._roots.enter(path)
        self._in_array, self._fresh, self._number, self.nested = True, True, 0, True
        self._place = self._place._replace(path=path, around=self._roots.around)

    def _element(self) -> None:
        """Take an element, and those that are at hand behind it, or leave the array."""
        window = self._window
        text, at = window.text, window.sign(window.at)
        if text[at] == "]":
            window.at, self._in_array, self._fresh = at + 1, False, False
            if self._place.path == ():
                self._end()
            return
        at = self._behind_comma(at)
        end = window.value_end(at)
        if end is None:
            self._long, window.at = LongValue(window.base + at), at
            return
        if text[end - 1] not in CLOSED and text[behind := window.sign(end)] not in ",]":
            raise DamageError(behind)
        self._take_element(at, end)
        while not self._found.full and (following := NEXT.match(text, window.at)):
            try:
                _, end = SCAN(text, following.end())
            except (StopIteration, ValueError, RecursionError):
                return  # the next step looks at it more closely
            self._take_element(following.end(), end)

    def _take_element(self, at: int, end: int) -> None:
        window = self._window
        self._take(window.base + at, window.data[at:end], end - at)
        window.at = end

    def _take(self, offset: int, data: bytes, length: int) -> None:
        if not self._count:
            self._window.forget()
        self._found.add(offset, data, length, self._number, self._place)
        self._fresh, self._number, self._count = False, self._number + 1, self._count + 1

    def _member(self) -> None:
        window = self._window
        at = window.sign(window.at)
        if window.text[at] == "}":
            self._close(at + 1)
            return
        name, at = window.name(self._behind_comma(at))
        path, sign = (*self._names, name), window.text[at]
        if sign == "[" and path in self._expansions:
            self._enter(path)
            window.at = at + 1
        elif sign == "{" and any(longer[: len(path)] == path for longer in self._expansions):
            window.at, self._names, self._fresh = at + 1, path, True
        elif (end := window.value_end(at)) is not None:
            self._roots.note(path, window.data[at:end], window.base + end - (self.root or 0))
            window.at, self._fresh = end, False
        else:
            self._long, window.at = LongValue(window.base + at), at

    def _behind_comma(self, at: int) -> int:
        """Where the next member or element begins: at once behind the opening sign, else behind a comma."""
        if self._fresh:
            return at
        if self._window.text[at] != ",":
            raise DamageError(at)
        return self._window.sign(at + 1)

    def _pass_long(self, value: LongValue) -> None:
        window = self._window
        end = value.feed(window.data[window.at :])
        if end is None:
            window.at = len(window.data)
            raise DamageError(window.at) if window.whole else StarvedError
        window.at += end
        self._long, self._fresh = None, False
        if self._in_array:
            self._take(value.offset, value.kept, value.length)

    def _close(self, stop: int) -> None:
        """End an object: one on the way to the records, or the document, which is a record where it held none."""
        window = self._window
        window.at, self._fresh = stop, False
        if self._names:
            self._names = self._names[:-1]
            return
        if self.root is not None and not self._count:
            self.nested = False
            between = Place(None, 0, {}, self._place.mended)
            self._found.add(self.root, window.kept(stop), window.offset - self.root, 0, between)
        self._end()

    def _end(self) -> None:
        self.root, self._in_array, self._names, self._long = None, False, (), None
        self._window.forget()
