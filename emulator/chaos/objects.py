"""Make the objects that a chaos run uploads: for each way of reading, and some that must fail."""

import bz2
import gzip
import lzma
import random
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from backports import zstd

from emulator.chaos.hidden import HIDDEN, wrap_in_docker, write_hidden
from emulator.chaos.middleware import POISON, REFUSED
from emulator.chaos.mixed import (
    WRITERS,
    Written,
    choose_alternating,
    choose_foreign_head,
    place_records,
    write_banner,
    write_records,
)
from emulator.chaos.policy import DENIED
from emulator.chaos.truth import TrueRecord
from emulator.samples import lines
from emulator.samples.compressed import compress_as_firehose, pack_zip
from emulator.samples.lines import Lines

SMALL_OBJECTS = 12
POISONED_LINES = 3
SKIPPED_FRAME = b"\x50\x2a\x4d\x18\x04\0\0\0note"


@dataclass(frozen=True, slots=True)
class ChaosObject:
    """One object version to upload.

    - `fails`: it has to end in the dead-letter queue.
    - `after_read`: it is uploaded only after the function has begun to read an earlier version of the same key.
    - `truth`: what is known of its records, if it was written record by record.
    - `secrets`: the values in it that have to be hidden.
    - `is_plain`: the bucket without versions gets it, and gets equal bytes once more after all work has ended.
    """

    key: str
    content: bytes
    fails: bool = False
    after_read: bool = False
    truth: tuple[TrueRecord, ...] = ()
    secrets: tuple[str, ...] = ()
    is_plain: bool = False


def make_uploads(seed: int, records: int, *, is_packed: bool = False) -> list[ChaosObject]:
    """Return objects with about `records` records in all; the same seed gives the same bytes."""
    rng = random.Random(seed)  # noqa: S311 - has to repeat, not to be unguessable
    share = max(records // 20, 100)
    small = [
        ChaosObject(f"small/{number:02d}.log", _encode_lines(lines.generate_logfmt(rng, share // SMALL_OBJECTS + 1)))
        for number in range(SMALL_OBJECTS)
    ]
    return [
        *small,
        *_make_mixed(rng, share),
        ChaosObject("web/split.log", _encode_lines(lines.generate_combined(rng, 5 * share))),
        ChaosObject("web/rotated.log.gz", _compress_members(lines.generate_combined(rng, 3 * share), rng)),
        ChaosObject(
            "api/continued.json.gz", gzip.compress(_encode_lines(lines.generate_json(rng, 3 * share)), 6, mtime=0)
        ),
        ChaosObject("api/delivered.zst.json", _compress_frames(lines.generate_json(rng, 3 * share), rng)),
        ChaosObject("web/archived.bz2.log", bz2.compress(_encode_lines(lines.generate_combined(rng, share)))),
        ChaosObject("web/archived.xz.log", lzma.compress(_encode_lines(lines.generate_combined(rng, share)))),
        ChaosObject(
            "firehose/delivered.snappy.json", compress_as_firehose(_encode_lines(lines.generate_json(rng, share)))
        ),
        ChaosObject("web/week.zip.log", pack_zip(_make_members(rng, share))),
        ChaosObject("orders/traces.log", _encode_lines(lines.generate_java(rng, 2 * share))),
        ChaosObject("hosts/crlf.log", _encode_lines(lines.generate_syslog(rng, share), "\r\n")),
        ChaosObject("cdn/header.log", _encode_lines(lines.generate_cdn(rng, share))),
        ChaosObject("notes/odd separators+ä.log", _encode_lines(lines.generate_odd_text(rng, share // 2))),
        *(ChaosObject(f"api/poisoned-{number}.jsonl", _encode_poisoned(rng, share // 16)) for number in range(8)),
        ChaosObject("web/overwritten.log", _encode_lines(lines.generate_combined(rng, share // 2))),
        ChaosObject("web/overwritten.log", _encode_lines(lines.generate_json(rng, share // 2)), after_read=True),
        ChaosObject("plain/status.log", b"ok\n", is_plain=True),
        ChaosObject("plain/app.log", _encode_lines(lines.generate_logfmt(rng, share // 4)), is_plain=True),
        *_make_hidden(rng, share // 10, is_packed=is_packed),
        ChaosObject(f"{DENIED}app.log", _encode_lines(lines.generate_logfmt(rng, share // 4))),
        ChaosObject("damaged/cut-off.log.gz", _cut_gzip(lines.generate_combined(rng, share)), fails=True),
        ChaosObject(
            "damaged/cut-off.zst.log", _cut_off(_compress_frames(lines.generate_combined(rng, share), rng)), fails=True
        ),
        ChaosObject(f"{REFUSED}/cut-off.log.gz", _cut_gzip(lines.generate_combined(rng, 100)), fails=True),
        ChaosObject("uploads/photo.log", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + rng.randbytes(5_000), fails=True),
    ]


def _make_members(rng: random.Random, share: int) -> dict[str, bytes]:
    """Return files of several formats and sizes by their names, as a zip holds them."""
    return {
        "monday/access.log": _encode_lines(lines.generate_combined(rng, share)),
        "monday/app.log": _encode_lines(lines.generate_java(rng, share // 2)),
        "tuesday/app.jsonl.gz": gzip.compress(_encode_lines(lines.generate_json(rng, share)), mtime=0),
    }


def _make_mixed(rng: random.Random, share: int) -> Iterator[ChaosObject]:
    """Yield objects with a foreign head, of one format behind a banner, and of two formats that take turns."""
    half = share // 2
    for number in range(2):
        yield _write_object(f"mixed/head-{number}.log", write_records(rng, choose_foreign_head(rng, half)))
        yield _write_object(f"mixed/turns-{number}.log", write_records(rng, choose_alternating(rng, half)))
    name = rng.choice(sorted(WRITERS))
    yield _write_object("mixed/banner.log", [*write_banner(rng), *write_records(rng, [name] * half)])


def _make_hidden(rng: random.Random, count: int, *, is_packed: bool) -> Iterator[ChaosObject]:
    """Yield an object whose values are hidden, one with Docker's JSON around its records, and a damaged one."""
    for key, fails in ((f"{HIDDEN}app.log", False), (f"{HIDDEN}docker.log", False), (f"{HIDDEN}cut-off.log.gz", True)):
        records, secrets = write_hidden(rng, count, is_packed=is_packed)
        if "docker" in key:
            records = list(map(wrap_in_docker, records))
        content, truth = place_records(records)
        if fails:
            content = _cut_off(gzip.compress(content, 6, mtime=0))
            whole_bytes = len(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(content))
            truth = tuple(record for record in truth if record.end < whole_bytes)
        yield ChaosObject(key, content, fails, truth=truth, secrets=tuple(secrets))


def _write_object(key: str, records: Iterable[Written]) -> ChaosObject:
    content, truth = place_records(records)
    return ChaosObject(key, content, truth=truth)


def _encode_lines(logged: Lines, newline: str = "\n") -> bytes:
    return (newline.join(logged) + newline).encode()


def _compress_members(logged: Lines, rng: random.Random) -> bytes:
    """Return gzip members that end at random bytes, so also in the middle of a line."""
    return b"".join(gzip.compress(piece, 6, mtime=0) for piece in _cut_pieces(_encode_lines(logged), rng))


def _compress_frames(logged: Lines, rng: random.Random) -> bytes:
    """Return frames of zstd that end like this, with one to skip before each."""
    pieces = _cut_pieces(_encode_lines(logged), rng)
    return b"".join(SKIPPED_FRAME + zstd.compress(piece) for piece in pieces)


def _cut_pieces(content: bytes, rng: random.Random) -> Iterator[bytes]:
    cuts = sorted(rng.sample(range(1, len(content)), 5))
    pieces = zip([0, *cuts], [*cuts, len(content)], strict=True)
    return (content[start:end] for start, end in pieces)


def _cut_gzip(logged: Lines) -> bytes:
    return _cut_off(gzip.compress(_encode_lines(logged), 6, mtime=0))


def _cut_off(whole: bytes) -> bytes:
    return whole[: len(whole) * 3 // 5]


def _encode_poisoned(rng: random.Random, count: int) -> bytes:
    encoded = list(lines.generate_json(rng, count))
    for number in rng.sample(range(len(encoded)), POISONED_LINES):
        encoded[number] = encoded[number].replace('"message": "', f'"message": "{POISON} ', 1)
    return ("\n".join(encoded) + "\n").encode()
