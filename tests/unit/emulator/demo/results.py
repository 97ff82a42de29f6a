"""Make results of the demo for its tests: files that are stored, and files that could not be read."""

from pathlib import Path

from emulator.demo.ledger import ObjectAccount
from emulator.demo.logs import LogFile
from emulator.demo.result import DemoResult, ObjectResult
from emulator.verify.account import Tally
from emulator.verify.failures import ErrorDocument

REASON = "NotALogError: the bytes are a PNG image: route only log files to this bucket"
SECONDS = {"setup": 1.23, "apply": 4, "ingest": 5.06}


def readable(key: str) -> ObjectResult:
    return ObjectResult(LogFile(key, Path(key)), ObjectAccount("done", "combined", "", 5, 3, 1, 1, 1500), Tally())


def unreadable(key: str, *, damage: str = "", stored: int = 0) -> ObjectResult:
    account = ObjectAccount("failed", "-", REASON, stored, stored, duration_ms=50)
    archived = ErrorDocument(f"s3://logs/{key}", REASON, f"errors/{key}.error.json", f"errors/{key}.object")
    return ObjectResult(LogFile(key, Path(key), damage=damage), account, Tally(), archived)


def make_result(*objects: ObjectResult) -> DemoResult:
    archived = [file.archived for file in objects if file.archived]
    return DemoResult(list(objects), [], archived, SECONDS, "archive-bucket")
