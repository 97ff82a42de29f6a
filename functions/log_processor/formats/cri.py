"""Container runtime logs (Kubernetes CRI logging format): time, stream, tag, text.

A long line comes in parts: those tagged `P`, and the one tagged `F` that ends it, are one record, as are the lines of a
trace; the streams may interleave. The time is that of the first part.
Schema: log.iostream (stdout or stderr), logtag (of the first line: F full, P partial), message (parts joined).
Sample: 2026-05-04T10:00:00.123456789Z stdout F started
"""

import re

from log_processor.formats.base import Format, Strand
from log_processor.formats.timestamps import iso_ms
from log_processor.formats.traces import CONTINUES
from log_processor.record import Parsed

LINE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::[\w:]*)? ?(.*)",
    re.DOTALL,
)
HEAD = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.Z+-]{9,24} (stdout|stderr) ([FP])(?::[\w:]*)? ?(?=(.?))")
ALONE = Strand(b"", fresh=True, partial=False)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one record, of one line or of several; None where its first line has no time, stream and tag."""
    first, *others = text.split("\n")
    match = LINE.fullmatch(first)
    if match is None:
        return None
    time, stream, tag, message = match.groups()
    if others:
        message = "".join([message, *_joined(others, partial=tag == "P")])
    return Parsed({"log.iostream": stream, "logtag": tag, "message": message}, iso_ms(time))


def _joined(others: list[str], *, partial: bool) -> list[str]:
    """The texts of further lines, each with what stands between it and the one before."""
    pieces = []
    for line in others:
        match = LINE.fullmatch(line)
        pieces.append(("" if partial else "\n") + (match[4] if match else line))
        partial = match is not None and match[3] == "P"
    return pieces


def strand(line: bytes) -> Strand:
    """An empty text begins no event: traces have such lines, and elsewhere it says nothing."""
    head = HEAD.match(line)
    if head is None:
        return ALONE
    stream, tag, sign = head.groups()
    fresh = bool(sign) and CONTINUES.match(line, head.end()) is None
    return Strand(stream, fresh, tag == b"P")


FORMAT = Format("cri", parse, strand=strand)
