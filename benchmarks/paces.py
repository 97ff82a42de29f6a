"""Measure how fast the deployed function, or a plain one of boto3 alone, stores an object against a stub of AWS.

The function runs on one core, and the stub in this process on the others. `python -m benchmarks.paces ZIP` compares the
function with another zip of it, such as that of the version before, by turns.
"""

import argparse
import gzip
import io
import random
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.certificate import write_certificate
from benchmarks.function import Code, process_object, start_function, zip_own_code
from benchmarks.stub import Repeated, Stub
from emulator.samples import lines

HERE = Path(__file__).parent
BLOCK_LINES = 4_000
SMALL_LINES, SMALL_OBJECTS = 50, 40
EVENT = (
    '{{"eventVersion":"1.09","userIdentity":{{"type":"AssumedRole","principalId":"AROAEXAMPLE:ann",'
    '"arn":"arn:aws:sts::123456789012:assumed-role/admin/ann","accountId":"123456789012",'
    '"accessKeyId":"ASIAEXAMPLE","sessionContext":{{"sessionIssuer":{{"type":"Role","userName":"admin"}},'
    '"attributes":{{"creationDate":"2026-05-04T09:00:00Z","mfaAuthenticated":"false"}}}}}},'
    '"eventTime":"2026-05-04T10:{minute:02d}:{second:02d}Z","eventSource":"s3.amazonaws.com",'
    '"eventName":"GetObject","awsRegion":"eu-central-1","sourceIPAddress":"192.0.2.{address}",'
    '"userAgent":"aws-cli/2.15","requestParameters":{{"bucketName":"shop","key":"orders/{number}.json"}},'
    '"responseElements":null,"requestID":"{number:016x}","eventID":"{number:032x}","readOnly":true,'
    '"resources":[{{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::shop/orders/{number}.json"}}],'
    '"eventType":"AwsApiCall","managementEvent":false,"recipientAccountId":"123456789012",'
    '"eventCategory":"Data"}}'
)


@dataclass(frozen=True, slots=True)
class Pace:
    """What the records of one object took: processor time of each, and how many were stored in a second.

    `reading_us` is the part of the time that the thread takes which reads, parses and encodes; the others write.
    """

    cpu_us: float
    per_second: float
    reading_us: float = 0.0


def build_lines(generate: Callable[[random.Random, int], lines.Lines], count: int) -> Repeated:
    """Return an object of about so many lines, a block of them again and again."""
    block = "".join(f"{line}\n" for line in generate(random.Random(1), min(count, BLOCK_LINES)))
    return Repeated(block.encode(), max(1, count // BLOCK_LINES))


def build_events(count: int) -> Repeated:
    """Return a document of CloudTrail with so many events."""
    events = [
        EVENT.format(minute=number // 60 % 60, second=number % 60, address=number % 250, number=number)
        for number in range(min(count, BLOCK_LINES) + 1)
    ]
    block = "".join(f"{event}," for event in events[1:]).encode()
    return Repeated(block, max(1, count // BLOCK_LINES), b'{"Records":[', f"{events[0]}]}}".encode())


def build_gzip(count: int) -> Repeated:
    """Return about so many lines, compressed: a member of gzip for each block."""
    plain = build_lines(lines.generate_combined, count)
    return Repeated(gzip.compress(plain.block), plain.times)


OBJECTS: Mapping[str, Callable[[int], Repeated]] = {
    "combined": lambda count: build_lines(lines.generate_combined, count),
    "combined as gzip": build_gzip,
    "ALB": lambda count: build_lines(lines.generate_load_balancer, count),
    "CloudTrail": build_events,
}


def zip_plain_code(handler: str) -> Code:
    """Return the function of boto3 alone: `put_each` or `put_batches`."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.write(HERE / "plain_handlers.py", "plain_handlers.py")
    return Code(f"plain_handlers.{handler}", content.getvalue())


@contextmanager
def _serve(objects: Mapping[str, Repeated], write_s: float, *, is_tls: bool) -> Iterator[tuple[Stub, dict[str, str]]]:
    """Yield a stub, and the settings of a function that trusts it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pem"
        tls = write_certificate(path) if is_tls else None
        with Stub(objects, write_s, tls) as stub:
            yield stub, {"AWS_CA_BUNDLE": str(path)} if is_tls else {}


def measure_pace(
    kind: str,
    count: int,
    code: Code | None = None,
    *,
    times: int = 1,
    write_s: float = 0.0,
    is_tls: bool = False,
    **settings: str,
) -> Pace:
    """Return the pace of a function, ours if `code` is None, with so many objects of about so many records.

    The start of its process is not measured.
    """
    objects = {"a.log": OBJECTS[kind](50)} | {f"b{number}.log": OBJECTS[kind](count) for number in range(times)}
    with (
        _serve(objects, write_s, is_tls=is_tls) as (stub, trusting),
        start_function(stub, code, **trusting, **settings) as child,
    ):
        process_object(child, stub, "a.log")
        reading_us, cpu_us = child.read_thread_times_us()
        stored = stub.stored
        seconds = sum(process_object(child, stub, f"b{number}.log").seconds for number in range(times))
        records = stub.stored - stored
        later_us, total_us = child.read_thread_times_us()
        return Pace((total_us - cpu_us) / records, records / seconds, (later_us - reading_us) / records)


def measure_start_s(code: Code | None = None) -> float:
    """Return the processor time of a new process until its first answer, for an object of one line."""
    with (
        Stub({"a.log": Repeated(b"one line\n", 1)}) as stub,
        start_function(stub, code) as child,
    ):
        process_object(child, stub, "a.log")
        return child.cpu_s


def measure_small_ms(sides: Mapping[str, Code], rounds: int) -> dict[str, float]:
    """Return the processor time of an object of few lines on each side, the least of all rounds."""
    paces = [
        {name: measure_pace("combined", SMALL_LINES, code, times=SMALL_OBJECTS) for name, code in sides.items()}
        for _ in range(rounds)
    ]
    return {name: min(pace[name].cpu_us for pace in paces) * SMALL_LINES / 1000 for name in sides}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the paces of the function and of another zip of it, the least processor time of all rounds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.paces", description=__doc__)
    parser.add_argument("other", type=Path, metavar="ZIP", help="the zip to compare with: build/stage/*/archive.zip")
    parser.add_argument("--lines", type=int, default=100_000, help="the size of an object (default: 100,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    options = parser.parse_args(arguments)
    own = zip_own_code()
    sides = {"own": own, "other": Code(own.handler, options.other.read_bytes(), own.layers)}
    for name, small_ms in measure_small_ms(sides, options.rounds).items():
        print(f"combined, an object of {SMALL_LINES} lines, {name}: {small_ms:.2f} ms", flush=True)
    for kind in ("combined", "ALB", "CloudTrail"):
        for write_s in (0.0, 0.020):
            runs: dict[str, list[Pace]] = {name: [] for name in sides}
            for _ in range(options.rounds):
                for name, code in sides.items():
                    runs[name].append(measure_pace(kind, options.lines, code, write_s=write_s))
            for name, paces in runs.items():
                best = min(paces, key=lambda pace: pace.cpu_us)
                print(
                    f"{kind}, {write_s * 1000:g} ms a write, {name}: {best.cpu_us:.1f} µs, of which reading "
                    f"{best.reading_us:.1f}; {max(pace.per_second for pace in paces):,.0f} records/s",
                    flush=True,
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
