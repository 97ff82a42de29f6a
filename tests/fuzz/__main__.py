"""Run every parser and the whole reading path on coverage-guided inputs (`make fuzz`; Atheris, which is libFuzzer).

An input's first byte chooses what reads it: the parsers of one format, or the whole path with that format declared or
detected. An input that fails is written to `build/fuzz/`; `make fuzz` reads it again with its name as `INPUT`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["log_processor"]):
    from tests.fuzz import target

from log_processor.formats.registry import BY_NAME

from emulator.samples.compressed import pack_zip
from tests.support.compressions import COMPRESSIONS
from tests.support.fixtures import FIXTURES, read_samples

BUILD = Path("build/fuzz")
SEEDS = BUILD / "seeds"
MAX_BYTES = 4096
SLOW_S = 10
LINE, DECLARED, DETECTED = range(3)
KINDS = 3
COMPRESSED = b'{"time":"2026-05-04T10:00:00Z","level":"info","message":"hello"}\n'


def check(data: bytes) -> None:
    """Give one input to what its first byte chooses."""
    if not data:
        return
    kind, number = data[0] % KINDS, data[0] // KINDS % len(target.NAMES)
    name = target.NAMES[number]
    if kind == LINE:
        target.check_line(BY_NAME[name], data[1:].decode("utf-8", "replace"))
    else:
        target.check_object(data[1:], name if kind == DECLARED else None)


def write_seeds() -> None:
    """Write each line of the fixtures for its format's parser, and each fixture and compression for the whole path."""
    SEEDS.mkdir(parents=True, exist_ok=True)
    for number, sample in enumerate(read_samples()):
        first = bytes([target.NAMES.index(sample.format.name) * KINDS + LINE])
        (SEEDS / f"line-{number:04d}").write_bytes(first + sample.line.encode())
    for path in sorted(FIXTURES.rglob("*--*.log")):
        (SEEDS / path.stem).write_bytes(bytes([DETECTED]) + path.read_bytes())
    for name, compress in (COMPRESSIONS | {"zip": lambda body: pack_zip({"a.log": body, "b/b.log": body})}).items():
        (SEEDS / f"compressed-{name}").write_bytes(bytes([DETECTED]) + compress(COMPRESSED * 3))


def run(arguments: Sequence[str] | None = None) -> None:
    """Run for so many seconds; the process ends with libFuzzer's exit code, 0 if nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long to go on (default: 60)")
    parser.add_argument("--runs", type=int, default=-1, help="how many inputs to try (default: no bound)")
    parser.add_argument("--input", type=Path, help="try this one input alone")
    options = parser.parse_args(arguments)
    write_seeds()
    limits = [
        f"-max_total_time={options.seconds}",
        f"-runs={options.runs}",
        f"-timeout={SLOW_S}",
        f"-max_len={MAX_BYTES}",
    ]
    inputs = [str(options.input)] if options.input else [str(SEEDS)]
    (BUILD / "found").mkdir(exist_ok=True)
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={BUILD}/found/", *inputs], check)
    atheris.Fuzz()


if __name__ == "__main__":
    run()
