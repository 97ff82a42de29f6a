"""Measure parsing beside Vector's language VRL, which is compiled from Rust (`python -m benchmarks.parsing`).

`make bench` installs its package for Python: the section `bench` of the Pipfile.
"""

import random
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from log_processor.formats.registry import BY_NAME

from emulator.samples import lines

COUNT = 4_000
ROUNDS = 7
RFC_5424 = "<165>1 2026-05-04T10:00:00.{ms:03d}Z web1 shop {n} ID47 - order {n} is ready"
VPC = "2 123456789012 eni-0a1b2c3d {ip} 10.0.0.5 443 {port} 6 25 20000 1777881600 1777881660 ACCEPT OK"


@dataclass(frozen=True, slots=True)
class Parsing:
    """One format: its name here, the program of VRL that reads it, and its lines."""

    format: str
    program: str
    make_lines: Callable[[random.Random], list[str]]


def _draw(generate: Callable[[random.Random, int], lines.Lines]) -> Callable[[random.Random], list[str]]:
    return lambda rng: list(generate(rng, COUNT))


def _make_structured(_rng: random.Random) -> list[str]:
    return [RFC_5424.format(ms=n % 1000, n=n) for n in range(COUNT)]


def _make_flows(rng: random.Random) -> list[str]:
    return [VPC.format(ip=f"192.0.2.{n % 250}", port=rng.randrange(1024, 65535)) for n in range(COUNT)]


PARSINGS: Mapping[str, Parsing] = {
    "logfmt": Parsing("logfmt", "parse_logfmt!(.message)", _draw(lines.generate_logfmt)),
    "syslog 3164": Parsing("syslog_rfc3164", "parse_syslog!(.message)", _draw(lines.generate_syslog)),
    "syslog 5424": Parsing("syslog_rfc5424", "parse_syslog!(.message)", _make_structured),
    "VPC": Parsing("vpc_flow", "parse_aws_vpc_flow_log!(.message)", _make_flows),
    "combined": Parsing("combined", 'parse_apache_log!(.message, "combined")', _draw(lines.generate_combined)),
    "JSON": Parsing("json_lines", "parse_json!(.message)", _draw(lines.generate_json)),
}


def measure_ratio(name: str) -> float | None:
    """Return how many times as fast as VRL a format is parsed; None if pyVRL is not installed.

    Both parse the same lines by turns; the fastest of several rounds counts.
    """
    try:
        transform: Any = import_module("pyvrl").Transform
    except ImportError:
        return None
    parsing = PARSINGS[name]
    parse, remap = BY_NAME[parsing.format].parse, transform(f". = {parsing.program}").remap
    chosen = parsing.make_lines(random.Random(1))
    if any(parse(line, 0) is None for line in chosen):
        raise ValueError(f"not every line of {name} is read as {parsing.format}")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_measure_s(lambda line: parse(line, 0), chosen))
        theirs.append(_measure_s(lambda line: remap({"message": line}), chosen))
    return min(theirs) / min(ours)


def _measure_s(parse: Callable[[str], object], chosen: list[str]) -> float:
    begun = time.process_time()
    for line in chosen:
        parse(line)
    return time.process_time() - begun


def main() -> int:
    """Print the ratio of each format."""
    for name in PARSINGS:
        ratio = measure_ratio(name)
        print(f"{name}: {'pyVRL is not installed' if ratio is None else f'{ratio:.2f} times as fast as VRL'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
