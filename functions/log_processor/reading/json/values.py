"""Where a JSON value ends: in the text at hand, or, for one too long or too deep to be read at once, far behind it."""

import json
import re
from typing import Any

MAX_VALUE_BYTES = 4 * 1024 * 1024
TAIL = 16
"""Characters at the end of a text in which a word or a number may still go on."""
STRUCTURED = frozenset('{["')
CLOSED = frozenset('}]"')
DECODER: Any = json.JSONDecoder(strict=False, parse_int=len, parse_float=len)  # the numbers are thrown away
SCAN = DECODER.scan_once
BLANK = re.compile(r"[ \t\r\n]*")
REST_OF_STRING = rb'[^"\\]*+(?:\\.[^"\\]*+)*+("?)'
STRING = re.compile(REST_OF_STRING, re.DOTALL)
TOKEN = re.compile(rb'"' + REST_OF_STRING + rb"|[{}\[\]]", re.DOTALL)
OPENING = frozenset(b"{[")


class StarvedError(Exception):
    """The text ends before the value does, and more of it may come."""


class DamageError(ValueError):
    """At the place `at` stands what no JSON has there."""

    def __init__(self, at: int) -> None:
        super().__init__(f"no JSON at {at}")
        self.at = at


def decoded(text: str, at: int, *, whole: bool) -> tuple[Any, int]:
    """The value at `at` (its numbers are nonsense) and where it ends; `whole` says that no more text may come.

    Raises `StarvedError`, `DamageError`, and `RecursionError` where it is nested too deeply.
    """
    try:
        value, end = SCAN(text, at)
    except StopIteration as error:
        place = int(error.value)
    except json.JSONDecodeError as error:
        place = len(text) if error.msg.startswith("Unterminated") else error.pos
    else:
        if whole or text[end - 1] in CLOSED or end + TAIL <= len(text):
            return value, end
        raise StarvedError
    if not whole and place + TAIL >= len(text):
        raise StarvedError from None
    raise DamageError(place) from None


def sign_at(text: str, at: int, *, whole: bool) -> int:
    """The place of the first sign at `at` or behind it that is not blank; raises as `decoded` does."""
    match = BLANK.match(text, at)
    end = match.end() if match else at
    if end - at > MAX_VALUE_BYTES:
        raise DamageError(at)
    if end < len(text):
        return end
    if whole:
        raise DamageError(end)
    raise StarvedError


class LongValue:
    """An object, array or string that is passed without being read: its signs are counted, its first 4 MiB are kept."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.length = 0
        self.kept = b""
        self._depth = 0
        self._quoted = False
        self._escaped = False

    def feed(self, piece: bytes) -> int | None:
        """Take more of its bytes; the place in `piece` behind its end, or None where it takes all and goes on."""
        at = self._end_of_string(piece) if self._quoted else 0
        if at and not (self._quoted or self._depth):
            return self._take(piece, at)
        for token in TOKEN.finditer(piece, at):
            if self._ends(token, piece):
                return self._take(piece, token.end())
        self._take(piece, len(piece))
        return None

    def _ends(self, token: re.Match[bytes], piece: bytes) -> bool:
        """Whether the value ends with `token`, a bracket or a string, which may be cut off where `piece` ends."""
        if token[1] is not None:
            self._quoted, self._escaped = not token[1], not token[1] and token.end() < len(piece)
            return not (self._quoted or self._depth)
        self._depth += 1 if piece[token.start()] in OPENING else -1
        return self._depth == 0

    def _end_of_string(self, piece: bytes) -> int:
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
