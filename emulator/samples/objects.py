"""Make sample objects from a seed: in several formats, plain and compressed, one large, one damaged, one no log."""

import gzip
import random
from collections.abc import Callable
from dataclasses import dataclass

from backports import zstd

from emulator.samples import lines
from emulator.samples.compressed import pack_zip
from emulator.samples.lines import Lines

FOLDER = "AWSLogs/123456789012"
BALANCER_KEY = (
    f"{FOLDER}/elasticloadbalancing/us-east-1/2026/05/04/123456789012_elasticloadbalancing_us-east-1_"
    "app.shop.5f2d9a1b7c3e4d6f_20260504T1005Z_192.0.2.17_2k8x1q4z.log.gz"
)
CDN_KEY = f"{FOLDER}/CloudFront/E2EXAMPLE1AB3C.2026-05-04-10.ab12cd34.gz"
SERVICE_KEYS = {"alb": BALANCER_KEY, "cloudfront_v2": CDN_KEY}
"""The keys that log services write, by their names in the setting `log_services`; a test holds them to its table."""
SEED = 20260302
LARGE_LINES = 100_000
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"

Generate = Callable[[random.Random, int], Lines]


@dataclass(frozen=True)
class Sample:
    """One object to upload. If it is damaged on purpose, `damage` says how."""

    key: str
    content: bytes
    damage: str = ""


def make_samples(seed: int = SEED, large_lines: int = LARGE_LINES) -> list[Sample]:
    """Return the sample objects; the same seed gives the same bytes."""
    rng = random.Random(seed)  # noqa: S311 - samples have to repeat, not to be unguessable
    return [
        _make_plain("web/access.log", lines.generate_combined, rng, large_lines),
        _make_rotated("web/access-rotated.log.gz", rng, 2_000),
        _make_plain("api/requests.jsonl", lines.generate_json, rng, 3_000),
        _make_gzipped("api/events 2026+03 (final).json.gz", lines.generate_json, rng, 1_500),
        _make_plain("worker/app.log", lines.generate_logfmt, rng, 1_500),
        _make_plain("worker/notes with odd separators.log", lines.generate_odd_text, rng, 200),
        _make_gzipped(BALANCER_KEY, lines.generate_load_balancer, rng, 1_000),
        _make_gzipped(CDN_KEY, lines.generate_cdn, rng, 1_000),
        Sample("functions/checkout.zst.log", zstd.compress(_encode(lines.generate_json(rng, 1_000)))),
        Sample(
            "web/days.zip.log",
            pack_zip({f"day-{day}.log": _encode(lines.generate_combined(rng, 500)) for day in (1, 2)}),
        ),
        _make_plain("hosts/büro süd/syslog.log", lines.generate_syslog, rng, 800, newline="\r\n"),
        _make_plain("orders/order-service.log", lines.generate_java, rng, 300),
        _make_cut_off("damaged/cut-off.log.gz", rng, 4_000),
        Sample("uploads/holiday+photo.log", PICTURE + rng.randbytes(20_000), "a picture, and no log"),
    ]


def _make_plain(key: str, generate: Generate, rng: random.Random, count: int, newline: str = "\n") -> Sample:
    return Sample(key, _encode(generate(rng, count), newline))


def _make_gzipped(key: str, generate: Generate, rng: random.Random, count: int) -> Sample:
    return Sample(key, _compress(_encode(generate(rng, count))))


def _make_rotated(key: str, rng: random.Random, count: int) -> Sample:
    """Return a file of two gzip members, as `cat a.gz b.gz` makes it."""
    members = (_compress(_encode(lines.generate_combined(rng, count // 2))) for _ in range(2))
    return Sample(key, b"".join(members))


def _make_zipped(key: str, rng: random.Random, count: int) -> Sample:
    """Return a zip of two files."""
    days = {f"day-{day}.log": _encode(lines.generate_combined(rng, count // 2)) for day in (1, 2)}
    return Sample(key, pack_zip(days))


def _make_cut_off(key: str, rng: random.Random, count: int) -> Sample:
    """Return a gzip file without its last two fifths."""
    whole = _compress(_encode(lines.generate_combined(rng, count)))
    return Sample(key, whole[: len(whole) * 3 // 5], "cut off: its last two fifths are missing")


def _encode(logged: Lines, newline: str = "\n") -> bytes:
    return (newline.join(logged) + newline).encode()


def _compress(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6, mtime=0)
