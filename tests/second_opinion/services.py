"""Serve the DynamoDB and the S3 of others, and moto's SQS, which neither has; end all of them at the end."""

import json
import logging
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from moto.server import ThreadedMotoServer

FOLDER = Path(__file__).resolve().parent
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
SOURCE_BUCKET, ARCHIVE_BUCKET = "source", "archive"
NOT_INSTALLED = "dynalite and s3rver are not installed: run 'make second-opinion' or 'make test', which installs them"


class NotInstalledError(Exception):
    """The services are not installed. The message says what installs them."""


@dataclass(frozen=True, slots=True)
class Services:
    """Where the services are; `read_event` returns the next event of an upload to the source bucket."""

    dynamodb: str
    s3: str
    sqs: str
    read_event: Callable[[], dict[str, Any]]


@contextmanager
def serve() -> Iterator[Services]:
    """Serve the three services on free ports; raise `NotInstalledError` if they are not installed."""
    if not INSTALLED.exists() or shutil.which("node") is None:
        raise NotInstalledError(NOT_INSTALLED)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    queues = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    queues.start()
    try:
        host, port = queues.get_host_and_port()
        with tempfile.TemporaryDirectory(prefix="second-opinion-") as folder, _start(Path(folder)) as lines:
            urls = _read_line(lines)
            yield Services(urls["dynamodb"], urls["s3"], f"http://{host}:{port}", lambda: _read_line(lines))
    finally:
        queues.stop()


@contextmanager
def _start(folder: Path) -> Iterator[IO[str]]:
    """Start the process that serves dynalite and s3rver, and yield what it prints; its input's end is its own."""
    command = ["node", str(FOLDER / "serve.js"), str(folder), SOURCE_BUCKET, ARCHIVE_BUCKET]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as node:
        assert node.stdout is not None
        yield node.stdout


def _read_line(lines: IO[str]) -> Any:
    line = lines.readline()
    if not line:
        raise RuntimeError("dynalite and s3rver ended: their reason stands above")
    return json.loads(line)
