"""Make sample objects from a seed: in several formats, plain and compressed, one large, one damaged, one no log."""

import gzip
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

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

Generate = Callable[[random.Random, int, datetime | None], Lines]


@dataclass(frozen=True)
class Sample:
    """One object to upload. If it is damaged on purpose, `damage` says how."""

    key: str
    content: bytes
    damage: str = ""


def make_samples(seed: int = SEED, large_lines: int = LARGE_LINES, end: datetime | None = None) -> list[Sample]:
    """Return the sample objects; the same arguments give the same bytes. `end` is the time of the last lines."""
    rng = random.Random(seed)  # noqa: S311 - samples have to repeat, not to be unguessable
    make = _Maker(rng, end)
    return [
        make.plain("web/access.log", lines.generate_combined, large_lines),
        make.rotated("web/access-rotated.log.gz", 2_000),
        make.plain("api/requests.jsonl", lines.generate_json, 3_000),
        make.gzipped("api/events 2026+03 (final).json.gz", lines.generate_json, 1_500),
        make.plain("worker/app.log", lines.generate_logfmt, 1_500),
        make.plain("worker/notes with odd separators.log", lines.generate_odd_text, 200),
        make.gzipped(BALANCER_KEY, lines.generate_load_balancer, 1_000),
        make.gzipped(CDN_KEY, lines.generate_cdn, 1_000),
        Sample("functions/checkout.zst.log", zstd.compress(make.content(lines.generate_json, 1_000))),
        make.zipped("web/days.zip.log", 1_000),
        make.plain("hosts/büro süd/syslog.log", lines.generate_syslog, 800, newline="\r\n"),
        make.plain("orders/order-service.log", lines.generate_java, 300),
        make.cut_off("damaged/cut-off.log.gz", 4_000),
        Sample("uploads/holiday+photo.log", PICTURE + rng.randbytes(20_000), "a picture, and no log"),
    ]


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes samples from one random source."""

    rng: random.Random
    end: datetime | None

    def content(self, generate: Generate, count: int, newline: str = "\n") -> bytes:
        return (newline.join(generate(self.rng, count, self.end)) + newline).encode()

    def plain(self, key: str, generate: Generate, count: int, newline: str = "\n") -> Sample:
        return Sample(key, self.content(generate, count, newline))

    def gzipped(self, key: str, generate: Generate, count: int) -> Sample:
        return Sample(key, _compress(self.content(generate, count)))

    def rotated(self, key: str, count: int) -> Sample:
        """Return a file of two gzip members, as `cat a.gz b.gz` makes it."""
        return Sample(key, b"".join(_compress(self.content(lines.generate_combined, count // 2)) for _ in range(2)))

    def zipped(self, key: str, count: int) -> Sample:
        """Return a zip of two files."""
        days = {f"day-{day}.log": self.content(lines.generate_combined, count // 2) for day in (1, 2)}
        return Sample(key, pack_zip(days))

    def cut_off(self, key: str, count: int) -> Sample:
        """Return a gzip file without its last two fifths."""
        whole = _compress(self.content(lines.generate_combined, count))
        return Sample(key, whole[: len(whole) * 3 // 5], "cut off: its last two fifths are missing")


def _compress(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6, mtime=0)
