r"""Find the lines of a private key (PEM) that are records of their own: each hides nothing by itself.

A key is open from its first line, `-----BEGIN … PRIVATE KEY-----`, to its last one, at most for 16 KiB of the object.
Whatever looks like a line of base64 in the records between is taken for a part of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from log_processor.cutting import REACH_BYTES
from log_processor.routing.lib.views import Span, View

NEEDLE = "PRIVATE KEY"
MARK = re.compile(rb"-----(BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
LINE = re.compile(rb"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}+={0,2}")
LAST_LINE = re.compile(
    rb"(?:(?<![^\n\"])|(?<=[\d:|>\]-] )|(?<= [FP] ))"
    rb"(?:[A-Za-z0-9+/]{4}){0,9}(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)(?=[\r\n\"\\]|\Z)"
)
"""The rest of a key, which may be short, behind a line's beginning or what a logger writes there."""


@dataclass(frozen=True, slots=True)
class OpenKey:
    """A key whose first line begins at the byte `offset` of the object; if it `has_body`, a line of it was seen."""

    offset: int
    has_body: bool

    def is_near(self, offset: int) -> bool:
        """Tell whether what begins at the byte `offset` of the object may be a part of the key."""
        return offset - self.offset <= REACH_BYTES

    def find_lines(self, view: View) -> Iterator[Span]:
        """Yield the lines of a view that look like the key's, up to the key's end."""
        mark = MARK.search(view.data)
        stop = mark.start() if mark else len(view.data)
        position = 0
        for line in LINE.finditer(view.data, 0, stop):
            yield line.span()
            position = line.end()
        if position or self.has_body:
            for line in LAST_LINE.finditer(view.data, position, stop):
                yield line.span()


def follow_key(key: OpenKey | None, offset: int, text: str) -> OpenKey | None:
    """Return the key that is open after a line or record that begins at the byte `offset`; `key` was open before it."""
    if key is None and NEEDLE not in text:
        return None
    data, begun = text.encode("utf-8", "replace"), 0
    for mark in MARK.finditer(data):
        begun = mark.end()
        key = OpenKey(offset + mark.start(), has_body=False) if mark[1] == b"BEGIN" else None
    if key is None or key.has_body or LINE.search(data, begun) is None:
        return key
    return replace(key, has_body=True)
