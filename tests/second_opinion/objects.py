"""Make the objects that the function is judged by: each kind of way through it, with what has to become of it."""

import gzip
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backports import zstd

from emulator.samples import lines
from emulator.samples.objects import make_samples
from tests.second_opinion.extremes import make_extreme_lines

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "formats"
SPLIT_BYTES = 150_000
RANGE_BYTES = 1 << 17
SETTINGS = {"SPLIT_THRESHOLD_BYTES": str(SPLIT_BYTES), "RANGE_BYTES": str(RANGE_BYTES)}
NOT_JUDGED = {
    "compose--containers": "records of interleaved streams are no stretches of bytes",
    "cri--lines": "the same",
    "cri--odd": "the same",
    "docker_json--inner": "the same",
    "vpc_flow--written_names": "the account takes its header, which names columns as the console does, for a line",
}
"""The fixtures that an account of stretches of bytes cannot judge, and why."""
EVERY_KIND = frozenset({"plain", "gzip", "zstd", "split", "continued", "rejects", "refused"})


@dataclass(frozen=True, slots=True)
class Upload:
    """One object; `kind` says which way it has to go.

    It is `plain`, `gzip` or `zstd`, `split` into ranges, `continued` because each invocation's clock may be asked
    `asks` times only, read with so many `rejects`, or `refused` as a whole.
    """

    kind: str
    key: str
    body: bytes
    asks: int | None = None
    rejects: int = 0


def make_few() -> Iterator[Upload]:
    """Yield one object of each kind, and the records at the limits of an item."""
    yield Upload("plain", "app/extremes.jsonl", _join(make_extreme_lines()))
    yield from _make_each_kind(random.Random(1), 200)


def make_hard_to_pack() -> Iterator[Upload]:
    """Yield what compresses badly, what grows as JSON, a line of 4 MiB, and a cell of 131,072 elements of a byte."""
    rng = random.Random(3)
    printable, controls = [chr(code) for code in range(33, 127)], [chr(code) for code in (*range(1, 9), *range(14, 28))]
    yield Upload("split", "hard/incompressible.txt", _join(_make_noise(rng, printable)))
    yield Upload("split", "hard/controls.txt", b"text first\n" * 8_000 + _join(_make_noise(rng, controls)))
    yield Upload("plain", "hard/long.txt.gz", gzip.compress(_join(["".join(rng.choices(printable, k=4 << 20))])))
    yield Upload(
        "plain", "hard/elements.json.gz", gzip.compress(b'{"Records": [' + b",".join([b"7"] * 131_072) + b"]}")
    )


def _make_noise(rng: random.Random, characters: list[str]) -> Iterator[str]:
    for _ in range(3_000):
        yield "w" + "".join(rng.choices(characters, k=rng.randrange(100, 220)))


def make_many() -> Iterator[Upload]:
    """Yield larger objects of each kind, the demo's samples, and the fixtures of formats, also gzipped."""
    yield Upload("plain", "app/extremes.jsonl", _join(make_extreme_lines()))
    yield from _make_each_kind(random.Random(2), 4_000)
    for sample in make_samples(large_lines=5_000):
        kind = "refused" if sample.damage else _name_kind(sample.content)
        # s3rver 3.7.1 does not decode %2B in the source of a copy; S3 does (API Reference, CopyObject: "URL-encoded").
        key = sample.key.replace("+", " ") if sample.damage else sample.key
        yield Upload(kind, f"samples/{key}", sample.content)
    for path in sorted(path for path in FIXTURES.rglob("*.log") if path.stem not in NOT_JUDGED):
        body = path.read_bytes()
        yield Upload(_name_kind(body), f"fixtures/{path.name}", body)
        yield Upload("gzip", f"fixtures/{path.name}.gz", gzip.compress(body, mtime=0))


def _make_each_kind(rng: random.Random, count: int) -> Iterator[Upload]:
    yield Upload("plain", "web/büro + süd/access.log", _join(lines.generate_combined(rng, count)))
    yield Upload("gzip", "orders/service.log.gz", gzip.compress(_join(lines.generate_java(rng, count)), mtime=0))
    yield Upload("zstd", "functions/checkout.log.zst", zstd.compress(_join(lines.generate_json(rng, count))))
    yield Upload("split", "api/requests.jsonl", _join(lines.generate_json(rng, 6 * count)))
    slow = _join(lines.generate_logfmt(rng, count))
    yield Upload("continued", "worker/app.log", slow, asks=4 + count // 100)
    yield Upload("continued", "worker/app.log.gz", gzip.compress(slow, mtime=0), asks=4 + count // 100)
    odd = [*lines.generate_json(rng, count), "no JSON", '{"half": ', "nor this"]
    rng.shuffle(odd)
    yield Upload("rejects", "declared/odd.jsonl", _join(odd), rejects=3)
    whole = gzip.compress(_join(lines.generate_combined(rng, count)), mtime=0)
    yield Upload("refused", "damaged/cut off.log.gz", whole[: len(whole) * 3 // 5])


def _name_kind(body: bytes) -> str:
    if body.startswith(b"\x1f\x8b"):
        return "gzip"
    if body.startswith(b"\x28\xb5\x2f\xfd"):
        return "zstd"
    return "split" if len(body) > SPLIT_BYTES else "plain"


def _join(logged: Iterator[str] | list[str]) -> bytes:
    return ("\n".join(logged) + "\n").encode()
