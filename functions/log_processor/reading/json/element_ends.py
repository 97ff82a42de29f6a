"""Find the ends of elements that look like the first one, in half the time that scanning them takes."""

import re

import orjson

BEGINNING = re.compile(rb'\{[ \t\r\n]*"[^"\\]{1,100}"')


class ElementEnds:
    """The elements behind the one at the index `at` of `data`, in a row that has the same signs between them.

    If what stands before the next signs is a whole object, that is the element: no JSON goes on behind its end. If it
    is none, since such signs stand within it too, the row has ended.
    """

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        beginning = BEGINNING.match(data, at)
        self._beginning = beginning[0] if beginning else None
        self._signs = b""

    def find(self, stop: int, start: int) -> int | None:
        """Return the end of the element at the index `start`; None if it has to be scanned.

        `stop` is the end of the element before it.
        """
        if self._beginning is None:
            return None
        data, signs = self._data, self._signs or self._data[stop - 1 : start] + self._beginning
        end = data.find(signs, start) + 1
        try:
            if not end or type(orjson.loads(data[start:end])) is not dict:
                return None
        except orjson.JSONDecodeError:
            self._beginning = None
            return None
        self._signs = signs
        return end
