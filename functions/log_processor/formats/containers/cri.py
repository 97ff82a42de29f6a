"""Parse logs of container runtimes: time, stream, tag and text; before version 1.9 without the tag."""

import re

from log_processor.formats.containers.embedded import merge_embedded
from log_processor.formats.containers.streams import read_stream_line
from log_processor.formats.lib.format import Carrier, CarrierKind, Column, Format, Parsed, ReadMessage, StrongStart
from log_processor.formats.lib.zones import read_iso_ms

LINE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr)"
    r"(?: ([FP])(?::[\w:]*)?)?(?= |$) ?(.*)",
    re.DOTALL,
)


def parse(text: str, last_modified_ms: int, read: ReadMessage) -> Parsed | None:
    """Parse one record, of one line or several; return None if its first line has no time and stream."""
    first, *others = text.split("\n")
    match = LINE.fullmatch(first)
    if match is None:
        return None
    time, stream, tag, message = match.groups()
    if others:
        message = "".join([message, *_join_texts(others, partial=tag == "P")])
    fields = {"log.iostream": stream, "logtag": tag} if tag else {"log.iostream": stream}
    return merge_embedded(fields, message, read_iso_ms(time), last_modified_ms, read)


def _join_texts(others: list[str], *, partial: bool) -> list[str]:
    """Return the texts of further lines, each behind what separates it from the line before.

    That is nothing after a partial line (tag `P`), and a line end otherwise.
    """
    pieces = []
    for line in others:
        match = LINE.fullmatch(line)
        pieces.append(("" if partial else "\n") + (match[4] if match else line))
        partial = match is not None and match[3] == "P"
    return pieces


CARRIER = Carrier(CarrierKind.CONTAINER, parse)
FORMAT = Format(
    "cri",
    CARRIER.bind(),
    title="Container runtime logs: time, stream, tag, text; without the tag before version 1.9",
    specification="Kubernetes CRI logging format",
    notes=(
        "A long line comes in parts: those tagged `P`, and the one tagged `F` that ends it, are one record, as "
        "are the lines of a trace; the streams may interleave. The time is that of the first part. The fields "
        "and level of what the application wrote stand beside these, where that is of a format of its own."
    ),
    schema=(
        Column("log.iostream", note="stdout or stderr"),
        Column("logtag", note="of the first line: F full, P partial"),
        Column("message", note="parts joined; of JSON and logfmt their own"),
    ),
    sample="2026-05-04T10:00:00.123456789Z stdout F started",
    keeps_members=True,
    embedded=None,
    carrier=CARRIER,
    read_stream_line=read_stream_line,
    strong=(
        StrongStart(
            re.compile(rb"\d{4}-\d\d-\d\dT[\d:.Z+-]{9,24} std(?:out|err) [FP] "),
            b"12",
            needs=b" std",
            words="time, stream and tag",
        ),
    ),
    signs=(" stdout", " stderr"),
)
