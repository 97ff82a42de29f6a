"""Measure what parsing by a format of `routes.toml` costs, beside the formats that are built in.

Run `PYTHONPATH=functions python -m benchmarks.own_formats`.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from log_processor.formats.lib.format import Format, Parse
from log_processor.formats.registry import ORDER
from log_processor.routing.own_formats.group_spans import compile_spans
from log_processor.routing.routes import load_file

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "own_formats"
LAST_MODIFIED_MS = 1_777_888_800_000
ROUNDS = 60
CALLS = 20
RECORD_BYTES = 256 * 1024
SLOWEST = "".join(f"(?P<g{number}>.*)" for number in range(40)) + "a"
"""The slowest expression that we know: each of its groups may end at each character."""
Lines = Sequence[str]


def measure_formats(rounds: int = ROUNDS) -> tuple[Mapping[str, float], float]:
    """Return how many times the median of the built-in formats each own format takes, and that median in seconds.

    The time is that of parsing a record; of the built-in formats it is their sample. Rounds of all alternate, and the
    shortest of each counts.
    """
    own = {known.name: (known.parse, lines) for known, lines in _list_own_formats()}
    built_in = {known.name: (known.parse, [known.sample]) for known in ORDER if known.header_lines is None}
    times: dict[str, float] = {}
    for _ in range(rounds):
        for name, (parse, lines) in (own | built_in).items():
            times[name] = min(times.get(name, 1.0), _measure_s(parse, lines))
    middle_s = median(times[name] for name in built_in)
    return {name: times[name] / middle_s for name in own}, middle_s


def measure_slowest_s() -> float:
    """Return how long the slowest expression takes for the longest record."""
    find_spans, record = compile_spans(SLOWEST), b"a" * RECORD_BYTES
    begun = time.process_time()
    find_spans(record)
    return time.process_time() - begun


def _list_own_formats() -> Iterator[tuple[Format, Lines]]:
    """Yield each format of the fixtures with the lines that begin its records."""
    for path in sorted(FOLDER.glob("*.toml")):
        (known,) = load_file(path).own_formats.values()
        lines = path.with_suffix(".log").read_text("utf-8").splitlines()
        yield known, [line for line in lines if known.parse(line, LAST_MODIFIED_MS) is not None]


def _measure_s(parse: Parse, lines: Lines) -> float:
    begun = time.perf_counter()
    for _ in range(CALLS):
        for line in lines:
            parse(line, LAST_MODIFIED_MS)
    return (time.perf_counter() - begun) / CALLS / len(lines)


def main() -> None:
    """Print the times of the own formats beside the median of the others, and that of the slowest expression."""
    ratios, middle_s = measure_formats()
    print(f"the median of the built-in formats takes {middle_s * 1e6:.1f} µs a record")
    for name, ratio in ratios.items():
        print(f"{name} takes {ratio * middle_s * 1e6:.1f} µs, {ratio:.1f} times the median")
    print(f"the slowest expression takes {measure_slowest_s():.1f} s for a record of {RECORD_BYTES:,} bytes")


if __name__ == "__main__":
    main()
