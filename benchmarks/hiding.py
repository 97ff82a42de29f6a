"""Measure what hiding costs: parse and encode records under a route that hides, beside the same without it.

Run `PYTHONPATH=functions python -m benchmarks.hiding`.
"""

import json
import time
from collections.abc import Callable, Iterator

from log_processor.formats.reader import Reader
from log_processor.formats.registry import BY_NAME
from log_processor.reading.records import read_records
from log_processor.record import RawRecord
from log_processor.routing.lib.route import DEFAULT, Route
from log_processor.routing.routes import read
from log_processor.storing.items import ItemEncoder, ObjectFacts

RECORDS = 4_000
RUNS = 5
REDACT = ("'ip'", "'ip', 'email', 'card', 'aws_key', 'jwt'", "{field = 'name'}")


def build_access_line(number: int) -> str:
    """Return a line of an access log in the combined format, with an address."""
    return (
        f"192.0.2.{number % 250} - frank [10/Oct/2025:13:55:{number % 60:02d} +0000] "
        f'"GET /shop/item/{number}?ref=home HTTP/1.1" 200 {number} "https://example.com/start" "Mozilla/5.0 (X11)"'
    )


def build_json_line(number: int) -> str:
    """Return a line of JSON with an address in a member."""
    user = {"id": number, "name": "frank"}
    times = {"time": "2026-05-04T10:00:00Z", "level": "info", "message": f"request {number} done", "ms": 1.5}
    return json.dumps(times | {"client": f"192.0.2.{number % 250}", "status": 200, "user": user})


def build_docker_line(number: int) -> str:
    """Return a line of Docker with a line of JSON in it, whose quotes are escaped."""
    return json.dumps({"log": build_json_line(number) + "\n", "stream": "stdout", "time": "2026-05-04T10:00:00.1Z"})


def build_logfmt_line(number: int) -> str:
    """Return a line of logfmt with escapes of each kind, and an address."""
    said = json.dumps(f'GET "/shop/item/{number}?a=x%20y" of C:\\temp done\n')
    return f"time=2026-05-04T10:00:00Z level=info msg={said} client=192.0.2.{number % 250} name=frank n={number}"


LINES: dict[str, Callable[[int], str]] = {
    "combined": build_access_line,
    "json_lines": build_json_line,
    "docker_json": build_docker_line,
    "logfmt": build_logfmt_line,
}


def measure_ratio(format_name: str, redact: str) -> float:
    """Return how many times the time without hiding it takes to parse and encode records with it.

    The least of several runs counts, and the runs of both alternate.
    """
    hiding = read(f"[[route]]\nkeys = ['**']\nredact = [{redact}]").routes[0]
    lines = [LINES[format_name](number) for number in range(RECORDS)]
    times = [(_measure_s(format_name, lines, DEFAULT), _measure_s(format_name, lines, hiding)) for _ in range(RUNS)]
    return min(with_it for _, with_it in times) / min(without for without, _ in times)


def _measure_s(format_name: str, lines: list[str], route: Route) -> float:
    encoder = ItemEncoder(ObjectFacts("s3://a/b", "b", "v1", "now"), index_shards=8, record_ttl_days=90)
    begun = time.process_time()
    for _, record in read_records(
        _make_blocks(lines), Reader(BY_NAME[format_name], 0), "d", 0, route.make_transform("")
    ):
        if record is not None:
            encoder.encode(record)
    return time.process_time() - begun


def _make_blocks(lines: list[str]) -> Iterator[list[RawRecord]]:
    yield [RawRecord(at, len(line), line, at + 1, False, None) for at, line in enumerate(lines)]


def main() -> None:
    """Print the ratio of each format and rule."""
    for format_name in LINES:
        for redact in REDACT:
            print(f"{format_name}: redact = [{redact}] takes {measure_ratio(format_name, redact):.1f} times the time")


if __name__ == "__main__":
    main()
