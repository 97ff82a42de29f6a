"""Parse Docker Compose's logs: the container's name, padded, and a bar before each line."""

import re

from log_processor.formats.containers.embedded import merge_embedded
from log_processor.formats.containers.streams import read_other_line
from log_processor.formats.lib.format import Carrier, CarrierKind, Column, Format, Parsed, ReadMessage, StreamLine
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.levels import WORDS
from log_processor.formats.lib.traces import CONTINUES
from log_processor.formats.lib.zones import read_iso_ms

NO_LEVEL = rf"(?!(?:{WORDS}|STATUS) )"  # many programs write a level before a bar
NAME = (
    NO_LEVEL
    + r"([A-Za-z0-9](?:[A-Za-z0-9_.-]{0,126}[A-Za-z0-9])?)(?:(?:(?<=[-_]\d)|(?<=[-_]\d\d)) \|| {2,128}\|)(?: |$)"
)
TIME = r"(?:(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) )?"
LINE = re.compile(f"{NAME}{TIME}(.*)", re.DOTALL)
HEAD = compile_lazily(f"{NAME}{TIME}(?=(.?))".encode())


def parse(text: str, last_modified_ms: int, read: ReadMessage) -> Parsed | None:
    """Parse one record, of one line or several; return None if its first line has no name and bar."""
    first, *others = text.split("\n")
    match = LINE.fullmatch(first)
    if match is None:
        return None
    name, time, message = match.groups()
    if others:
        matches = [LINE.fullmatch(line) for line in others]
        message = "\n".join([message, *(one[3] if one else line for one, line in zip(matches, others, strict=True))])
    return merge_embedded(
        {"container.name": name}, message, read_iso_ms(time) if time else None, last_modified_ms, read
    )


def read_stream_line(line: bytes) -> StreamLine:
    """Return what joins `line` to other lines; its stream is its container.

    A line begins an event if its text is neither empty nor part of a trace.
    """
    head = HEAD.match(line)
    if head is None:
        return read_other_line(line)
    return StreamLine(head[1], bool(head[3]) and CONTINUES.match(line, head.end()) is None, partial=False)


CARRIER = Carrier(CarrierKind.CONTAINER, parse)
FORMAT = Format(
    "compose",
    CARRIER.bind(),
    title="Docker Compose's logs: the container's name, padded, and a bar before each line",
    specification="Docker Docs, docker compose logs",
    notes=(
        "Containers interleave; the lines of a trace are one record within their container. With "
        "`--timestamps` a time follows. A name stands at least two blanks from its bar, or else ends in the "
        "number of its instance. The fields and level of what the application wrote stand beside these, where "
        "that is of a format of its own, and its time where none precedes it."
    ),
    schema=(
        Column("container.name"),
        Column("message", note="without the prefixes; of JSON and logfmt their own"),
    ),
    sample="web-1  | 2026-05-04T10:00:00.123456789Z started",
    keeps_members=True,
    embedded=None,
    carrier=CARRIER,
    read_stream_line=read_stream_line,
    is_weak=True,
    signs=("|",),
)
