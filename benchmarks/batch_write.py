"""Measure the processor time of a BatchWriteItem of 25 items: the function's own wire beside boto3's client.

Both send the same items to a server in another process, which answers at once. The items are encoded before, so that
only the request is measured. Run `make install`, then
`PYTHONPATH=functions .venv/bin/python -m benchmarks.batch_write`.
"""

import hashlib
import multiprocessing
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any

import boto3
import orjson
from botocore.credentials import Credentials, ReadOnlyCredentials
from log_processor.calls.endpoint import DIRECT, Endpoint
from log_processor.calls.signer import Signer
from log_processor.calls.time_limit import TimeLimit
from log_processor.record import LogRecord
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.storing.wire import BATCH_WRITE, TableWire, make_headers

ITEMS = 25
CALLS = 200
ROUNDS = 7
REGION = "us-east-1"
LINE = '203.0.113.7 - - [02/Mar/2026:09:00:00 +0000] "GET /a HTTP/1.1" 200 17 "-" "curl"'


class AcceptingHandler(BaseHTTPRequestHandler):
    """A DynamoDB that stores every item."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together, as from AWS

    def do_POST(self) -> None:
        """Answer that every item is stored."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"UnprocessedItems":{}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Write nothing for a request."""


def serve(port: Connection) -> None:
    """Send the port, then serve until the process is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), AcceptingHandler)
    port.send(server.server_port)
    server.serve_forever()


def encode_items() -> list[bytes]:
    """Return a batch of common records, encoded as the function stores them."""
    encoder = ItemEncoder(
        ObjectFacts("s3://b/a.log", "a", "1", "2026-03-02T09:00:00Z"), index_shards=8, record_ttl_days=0
    )
    fields = {"client.address": "203.0.113.7", "http.request.method": "GET", "url.path": "/a", "status": 200}
    return [
        encoder.encode(LogRecord(f"{'0' * 30}-{n:x}", 1_772_442_000_000, "access", LINE, n, len(LINE), dict(fields)))
        for n in range(0, ITEMS * 90, 90)
    ]


def measure_cpu_ms(call: Callable[[], object]) -> float:
    """Return the milliseconds of processor time that one call takes: the least of several rounds."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        started_s = time.process_time()
        for _ in range(CALLS):
            call()
        rounds.append((time.process_time() - started_s) / CALLS * 1000)
    return min(rounds)


def build_parts(url: str, body: bytes, wire: TableWire) -> dict[str, Callable[[], object]]:
    """Return what a request of our own consists of, and the whole of it."""
    signer = Signer(url, "dynamodb", REGION, make_headers(BATCH_WRITE))
    credentials = ReadOnlyCredentials("testing", "testing", None)
    endpoint = Endpoint(f"{url}/", DIRECT)
    with TimeLimit(10) as limit:
        connection = endpoint.connect(limit, 3)
    request = f"POST / HTTP/1.1\r\nhost: stub\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body

    def limit_time() -> None:
        with TimeLimit(10) as limit:
            limit.borrow(connection.shutter)

    return {
        "SHA-256 of the body": lambda: hashlib.sha256(body).hexdigest(),
        "signature, with that": lambda: signer.sign(body, credentials, time.time()),
        "limit of the time": limit_time,
        "request and answer over a kept connection": lambda: connection.exchange(request),
        "a whole write": lambda: wire.post(body),
    }


def main() -> int:
    """Measure both clients and the parts of our own, and print the results."""
    mine, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{mine.recv()}"
    puts = encode_items()
    body = b'{"RequestItems":{"logs":[' + b",".join(puts) + b"]}}"
    request: Any = {"logs": [orjson.loads(put) for put in puts]}
    session = boto3.Session("testing", "testing", region_name=REGION)
    client = session.client("dynamodb", endpoint_url=url)
    credentials = Credentials("testing", "testing")
    wire = TableWire(endpoint_url=url, region=REGION, credentials=credentials, connections=1)
    own_ms = measure_cpu_ms(lambda: wire.post(body))
    boto_ms = measure_cpu_ms(lambda: client.batch_write_item(RequestItems=request))
    for name, part in build_parts(url, body, wire).items():
        print(f"{name}: {measure_cpu_ms(part) * 1000:.0f} µs")
    server.terminate()
    print(f"{ITEMS} items, {len(body):,} bytes: own wire {own_ms:.2f} ms, boto3 {boto_ms:.2f} ms of CPU a request")
    return 0


if __name__ == "__main__":
    sys.exit(main())
