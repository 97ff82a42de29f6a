"""Tell whether the other fields of a record hold no part of the words that are hidden, without reading it again.

They hold none if each stands in the text from which the words are taken out, as it is or without escapes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from log_processor.routing.lib.escapes import unescape
from log_processor.routing.lib.views import Span
from log_processor.storing.attribute_names import MAX_DEPTH
from log_processor.storing.items import render_json

WORD = re.compile(r"[^\s\"'{}\[\]=&:,;<>()|\\]+")
"""A text that no reader takes apart into fields with names of their own."""
PLACE = b"\0"
"""What stands in the text in place of each word."""


def are_words_apart(
    data: bytes, spans: Sequence[Span], words: Iterable[str], fields: dict[str, Any], may_hold: Callable[[bytes], bool]
) -> bool:
    """Tell whether the other `fields` hold no part of the words that stand at some `spans` of a text.

    `fields` has None for each of the words. `may_hold` tells whether a text without escapes holds a value of its own.
    """
    if not all(map(WORD.fullmatch, words)):
        return False
    shown = _leave_out(data, spans)
    text, decoded = shown.decode("utf-8", "replace"), None
    for value in _list_values(fields, 0):
        if value in text:
            continue
        if decoded is None:
            decoded = unescape(shown).decode("utf-8", "replace") if b"\\" in shown else ""
        if value not in decoded or may_hold(value.encode("utf-8", "replace")):
            return False
    return True


def _leave_out(data: bytes, spans: Sequence[Span]) -> bytes:
    """Return a text without its spans."""
    if len(spans) == 1:
        [(start, stop)] = spans
        return data[:start] + PLACE + data[stop:]
    pieces, position = [], 0
    for start, stop in sorted(spans):
        pieces.append(data[position:start])
        position = max(position, stop)
    return PLACE.join([*pieces, data[position:]])


def _list_values(members: dict[str, Any] | list[Any], depth: int) -> Iterator[str]:
    """Yield the texts of all values at any depth."""
    for value in members.values() if isinstance(members, dict) else members:
        if type(value) is str:
            yield value
        elif type(value) is int:
            yield str(value)
        elif isinstance(value, dict | list) and depth < MAX_DEPTH:
            yield from _list_values(value, depth + 1)
        elif value is not None:
            yield render_json(value)
