"""Find where a JSON value ends: in the text at hand, or far beyond it if the value is too long or nested too deeply."""

import json
import re
from typing import Any

MAX_VALUE_BYTES = 4 * 1024 * 1024
TAIL = 16
"""Characters at the end of a text in which a word or a number may still go on."""
STRUCTURED = frozenset('{["')
CLOSED = frozenset('}]"')
DECODER: Any = json.JSONDecoder(strict=False, parse_int=len, parse_float=len)
"""Does not parse numbers: they are not needed, and `int` refuses very long ones."""
SCAN = DECODER.scan_once
BLANK = re.compile(r"[ \t\r\n]*")
REST_OF_STRING = rb'[^"\\]*+(?:\\.[^"\\]*+)*+("?)'
STRING = re.compile(REST_OF_STRING, re.DOTALL)
TOKEN = re.compile(rb'"' + REST_OF_STRING + rb"|[{}\[\]]", re.DOTALL)
OPEN_BRACKETS = frozenset(b"{[")


class UncountedText(str):
    """A text whose line ends are not counted, as an error of Python's decoder does with all that stand before it.

    In damaged text of one line, the time for that would grow with the window and the number of values.
    """

    __slots__ = ()

    def count(self, *_args: object) -> int:
        """Return 0: the errors' line is not looked at."""
        return 0

    def rfind(self, *_args: object) -> int:
        """Return 0: nor is their column."""
        return 0


class IncompleteError(Exception):
    """The text ends before the value does, and the stream may have more of it."""


class DamageError(ValueError):
    """No JSON can have the character that stands at the index `at`."""

    def __init__(self, at: int) -> None:
        super().__init__(f"no JSON at {at}")
        self.at = at


def decode_value(text: str, at: int, *, whole: bool) -> tuple[Any, int]:
    """Return the value that begins at index `at`, and the index after its end; numbers in the value are wrong.

    Raise `IncompleteError` if the text is not `whole` and the value may go on in the rest of the stream, as `[1, 2`
    does, and `12`, of which more digits may come. Raise `DamageError` if it is no JSON, and `RecursionError` if it is
    nested too deeply.
    """
    try:
        value, end = SCAN(text, at)
    except StopIteration as error:
        damaged_at = int(error.value)
    except json.JSONDecodeError as error:
        damaged_at = len(text) if error.msg.startswith("Unterminated") else error.pos
    else:
        if whole or text[end - 1] in CLOSED or end + TAIL <= len(text):
            return value, end
        raise IncompleteError
    if not whole and damaged_at + TAIL >= len(text):
        raise IncompleteError from None
    raise DamageError(damaged_at) from None


def skip_blanks(text: str, at: int, *, whole: bool) -> int:
    """Return the index of the first character from `at` on that is not blank.

    If there is none, raise `DamageError` if the text is `whole`, else `IncompleteError`. Raise `DamageError` also after
    4 MiB of blanks.
    """
    match = BLANK.match(text, at)
    end = match.end() if match else at
    if end - at > MAX_VALUE_BYTES:
        raise DamageError(at)
    if end < len(text):
        return end
    if whole:
        raise DamageError(end)
    raise IncompleteError


class LongValue:
    """An object, array or string that is skipped without being decoded.

    Its brackets are counted to find its end, and its first 4 MiB are kept.
    """

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.length = 0
        self.kept = b""
        self._depth = 0
        self._quoted = False
        self._escaped = False

    def feed(self, piece: bytes) -> int | None:
        """Take the next bytes of the value; return the index after its end in `piece`, None if it goes on."""
        at = self._find_string_end(piece) if self._quoted else 0
        if at and not (self._quoted or self._depth):
            return self._take(piece, at)
        for token in TOKEN.finditer(piece, at):
            if self._is_last(token, piece):
                return self._take(piece, token.end())
        self._take(piece, len(piece))
        return None

    def _is_last(self, token: re.Match[bytes], piece: bytes) -> bool:
        """Tell whether the value ends with `token`, a bracket or a string; the end of `piece` may cut off a string."""
        if token[1] is not None:
            self._quoted, self._escaped = not token[1], not token[1] and token.end() < len(piece)
            return not (self._quoted or self._depth)
        self._depth += 1 if piece[token.start()] in OPEN_BRACKETS else -1
        return self._depth == 0

    def _find_string_end(self, piece: bytes) -> int:
        match = STRING.match(piece, 1 if self._escaped else 0)
        if match is None:
            return 0
        self._quoted, self._escaped = not match[1], not match[1] and match.end() < len(piece)
        return match.end()

    def _take(self, piece: bytes, stop: int) -> int:
        self.length += stop
        if (room := MAX_VALUE_BYTES - len(self.kept)) > 0:
            self.kept += piece[: min(stop, room)]
        return stop
