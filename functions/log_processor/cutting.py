"""Find where to cut a text that is too long, so that neither part has half of a value."""

import re

REACH_BYTES = 16 * 1024
"""How far before the bound a text may be cut, and how far beside a cut a value is looked for. A longer one is cut."""
ENDS = (re.compile(rb'\n|["}\]],'), re.compile(rb"[;&]|(?<![\d:=>,])[ \t](?!\d)"))
"""The ends of lines and of JSON's members and elements; if there is none, those of words and pairs."""


def find_last_end(data: bytes, start: int, stop: int) -> int:
    """Return the last index before `stop` at which a text may be cut so that no value is in both parts.

    It is after the end of a line, of a member of JSON or of a pair, or before a word. If there is none, it is `start`,
    or the index 16 KiB before `stop` if that is later.
    """
    first = max(start, stop - REACH_BYTES)
    for end in ENDS:
        cut = max((match.end() for match in end.finditer(data, first, stop)), default=first)
        if cut > first:
            return cut
    return first


def find_cut(data: bytes, start: int, limit: int) -> int:
    """Return where to cut a text that goes on beyond `limit`: where no value is cut, or between two characters."""
    cut = find_last_end(data, start, limit)
    if cut > max(start, limit - REACH_BYTES):
        return cut
    return limit - next((back for back in range(4) if data[limit - back] & 0xC0 != 0x80), 0)


def take_last_lines(text: str) -> str:
    """Return the last lines of a text that begin in its last 16 KiB of characters; nothing if none does."""
    return text if len(text) <= REACH_BYTES else text[-REACH_BYTES:].partition("\n")[2]


def take_first_lines(text: str) -> str:
    """Return the first lines of a text that end in its first 16 KiB of characters; nothing if none does."""
    return text if len(text) <= REACH_BYTES else text[:REACH_BYTES].rpartition("\n")[0]
