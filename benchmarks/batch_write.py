"""What a BatchWriteItem of 25 items costs in processor time: the function's own wire beside boto3's client.

Both send the same items to a server in another process, which answers at once; the items are encoded before, so only
the request counts. Run `make install`, then `PYTHONPATH=functions .venv/bin/python -m benchmarks.batch_write`.
"""

import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any

import boto3
import orjson
from botocore.credentials import Credentials
from log_processor.record import LogRecord
from log_processor.storing.items import ItemEncoder, ObjectFacts
from log_processor.storing.wire import BatchWriteWire

ITEMS = 25
CALLS = 200
ROUNDS = 7
REGION = "us-east-1"
LINE = '203.0.113.7 - - [02/Mar/2026:09:00:00 +0000] "GET /a HTTP/1.1" 200 17 "-" "curl"'


class Answer(BaseHTTPRequestHandler):
    """Takes every item."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answer that nothing is left over."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"UnprocessedItems":{}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def serve(port: Connection) -> None:
    """Serve until the process is ended; tells its port first."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    port.send(server.server_port)
    server.serve_forever()


def encoded_items() -> list[bytes]:
    """Return a batch of usual records, as the function stores them."""
    encoder = ItemEncoder(
        ObjectFacts("s3://b/a.log", "a", "1", "2026-03-02T09:00:00Z"), index_shards=8, record_ttl_days=0
    )
    fields = {"client.address": "203.0.113.7", "http.request.method": "GET", "url.path": "/a", "status": 200}
    return [
        encoder.encode(LogRecord(f"{'0' * 30}-{n:x}", 1_772_442_000_000, "access", LINE, n, len(LINE), dict(fields)))
        for n in range(0, ITEMS * 90, 90)
    ]


def cpu_ms(call: Callable[[], object]) -> float:
    """Return the processor's milliseconds for one call: the median of some rounds."""
    call()
    rounds = []
    for _ in range(ROUNDS):
        started_s = time.process_time()
        for _ in range(CALLS):
            call()
        rounds.append((time.process_time() - started_s) / CALLS * 1000)
    return statistics.median(rounds)


def main() -> int:
    """Measure both and print them."""
    mine, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{mine.recv()}"
    puts = encoded_items()
    body = b'{"RequestItems":{"logs":[' + b",".join(puts) + b"]}}"
    request: Any = {"logs": [orjson.loads(put) for put in puts]}
    session = boto3.Session("testing", "testing", region_name=REGION)
    client = session.client("dynamodb", endpoint_url=url)
    credentials = Credentials("testing", "testing")
    wire = BatchWriteWire(endpoint_url=url, region=REGION, credentials=credentials, connections=1)
    own_ms = cpu_ms(lambda: wire.post(body))
    boto_ms = cpu_ms(lambda: client.batch_write_item(RequestItems=request))
    server.terminate()
    print(f"{ITEMS} items, {len(body):,} bytes: own wire {own_ms:.2f} ms, boto3 {boto_ms:.2f} ms of CPU a request")
    return 0


if __name__ == "__main__":
    sys.exit(main())
