"""Sample log objects made from a seed: several formats, plain and gzipped, large, damaged, and one that is no log."""

import gzip
import random
from collections.abc import Callable
from dataclasses import dataclass

from emulator.samples import lines
from emulator.samples.lines import Lines

SEED = 20260302
LARGE_LINES = 100_000
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"

Generate = Callable[[random.Random, int], Lines]


@dataclass(frozen=True)
class Sample:
    """One object to upload; `damage` says what is wrong with one that is damaged on purpose."""

    key: str
    content: bytes
    damage: str = ""


def sample_objects(seed: int = SEED, large_lines: int = LARGE_LINES) -> list[Sample]:
    """Return the samples; the same seed gives the same bytes."""
    rng = random.Random(seed)  # noqa: S311 - samples have to repeat, not to be unguessable
    return [
        _plain("web/access.log", lines.combined, rng, large_lines),
        _rotated("web/access-rotated.log.gz", rng, 2_000),
        _plain("api/requests.jsonl", lines.json_lines, rng, 3_000),
        _gzipped("api/events 2026+03 (final).json.gz", lines.json_lines, rng, 1_500),
        _plain("worker/app.log", lines.logfmt, rng, 1_500),
        _plain("worker/notes with odd separators.log", lines.odd_text, rng, 200),
        _gzipped("load-balancer/app-shop_20260302T0900Z_192.0.2.17_2k8x.log.gz", lines.load_balancer, rng, 1_000),
        _gzipped("cdn/E2EXAMPLE1.2026-03-02-09.ab12cd34.log.gz", lines.cdn, rng, 1_000),
        _plain("hosts/büro süd/syslog.log", lines.syslog, rng, 800, newline="\r\n"),
        _plain("orders/order-service.log", lines.java_events, rng, 300),
        _damaged("damaged/cut-off.log.gz", rng, 4_000),
        Sample("uploads/holiday+photo.log", PICTURE + rng.randbytes(20_000), "a picture, and no log"),
    ]


def _plain(key: str, generate: Generate, rng: random.Random, count: int, newline: str = "\n") -> Sample:
    return Sample(key, _encode(generate(rng, count), newline))


def _gzipped(key: str, generate: Generate, rng: random.Random, count: int) -> Sample:
    return Sample(key, _compress(_encode(generate(rng, count))))


def _rotated(key: str, rng: random.Random, count: int) -> Sample:
    """Two gzip members in one file, as `cat a.gz b.gz` makes them."""
    members = (_compress(_encode(lines.combined(rng, count // 2))) for _ in range(2))
    return Sample(key, b"".join(members))


def _damaged(key: str, rng: random.Random, count: int) -> Sample:
    """A gzip of which the last two fifths never arrived; how many whole records remain is for its reader to find."""
    whole = _compress(_encode(lines.combined(rng, count)))
    return Sample(key, whole[: len(whole) * 3 // 5], "cut off: its last two fifths are missing")


def _encode(logged: Lines, newline: str = "\n") -> bytes:
    return (newline.join(logged) + newline).encode()


def _compress(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6, mtime=0)
