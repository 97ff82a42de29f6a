"""The objects that a chaos run uploads: every way of reading, and those that have to fail."""

import gzip
import random
from dataclasses import dataclass

from emulator.chaos.layer import POISON, REFUSED
from emulator.samples import lines
from emulator.samples.lines import Lines

SMALL_OBJECTS = 12
POISONED_LINES = 5


@dataclass(frozen=True, slots=True)
class Upload:
    """One version of one object; `fails` says that it has to end in the dead-letter queue.

    `after_read` uploads it only once an earlier version of the same key is being read.
    """

    key: str
    content: bytes
    fails: bool = False
    after_read: bool = False


def uploads(seed: int, records: int) -> list[Upload]:
    """Objects that hold about `records` records in all; the same seed gives the same bytes."""
    rng = random.Random(seed)  # noqa: S311 - has to repeat, not to be unguessable
    share = max(records // 20, 100)
    small = [
        Upload(f"small/{number:02d}.log", _encoded(lines.logfmt(rng, share // SMALL_OBJECTS + 1)))
        for number in range(SMALL_OBJECTS)
    ]
    return [
        *small,
        Upload("web/split.log", _encoded(lines.combined(rng, 7 * share))),
        Upload("web/rotated.log.gz", _members(lines.combined(rng, 3 * share), rng)),
        Upload("api/continued.json.gz", gzip.compress(_encoded(lines.json_lines(rng, 3 * share)), 6, mtime=0)),
        Upload("orders/traces.log", _encoded(lines.java_events(rng, 2 * share))),
        Upload("hosts/crlf.log", _encoded(lines.syslog(rng, share), "\r\n")),
        Upload("cdn/header.log", _encoded(lines.cdn(rng, share))),
        Upload("notes/odd separators+ä.log", _encoded(lines.odd_text(rng, share // 2))),
        Upload("api/poisoned.jsonl", _poisoned(rng, share // 2)),
        Upload("web/overwritten.log", _encoded(lines.combined(rng, share // 2))),
        Upload("web/overwritten.log", _encoded(lines.json_lines(rng, share // 2)), after_read=True),
        Upload("damaged/cut-off.log.gz", _cut_off(lines.combined(rng, share)), fails=True),
        Upload(f"{REFUSED}/cut-off.log.gz", _cut_off(lines.combined(rng, 100)), fails=True),
        Upload("uploads/photo.log", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + rng.randbytes(5_000), fails=True),
    ]


def _encoded(logged: Lines, newline: str = "\n") -> bytes:
    return (newline.join(logged) + newline).encode()


def _members(logged: Lines, rng: random.Random) -> bytes:
    """Gzip members that end anywhere, in the middle of a line too."""
    content = _encoded(logged)
    cuts = sorted(rng.sample(range(1, len(content)), 5))
    pieces = zip([0, *cuts], [*cuts, len(content)], strict=True)
    return b"".join(gzip.compress(content[start:end], 6, mtime=0) for start, end in pieces)


def _cut_off(logged: Lines) -> bytes:
    whole = gzip.compress(_encoded(logged), 6, mtime=0)
    return whole[: len(whole) * 3 // 5]


def _poisoned(rng: random.Random, count: int) -> bytes:
    written = list(lines.json_lines(rng, count))
    for place in rng.sample(range(len(written)), POISONED_LINES):
        written[place] = written[place].replace('"message": "', f'"message": "{POISON} ', 1)
    return ("\n".join(written) + "\n").encode()
