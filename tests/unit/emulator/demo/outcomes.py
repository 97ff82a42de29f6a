"""Outcomes of the demo for its tests: files that are stored, and files that could not be read."""

from pathlib import Path

from emulator.demo.ledger import ObjectAccount
from emulator.demo.logs import LogFile
from emulator.demo.outcome import ObjectOutcome, Outcome
from emulator.verify.account import Tally
from emulator.verify.failures import ArchivedObject

REASON = "NotALogError: the bytes are an image, a document or a program: route only log files to this bucket"
SECONDS = {"setup": 1.23, "apply": 4, "ingest": 5.06}


def readable(key: str) -> ObjectOutcome:
    return ObjectOutcome(LogFile(key, Path(key)), ObjectAccount("done", "combined", "", 5, 3, 1, 1, 1500), Tally())


def unreadable(key: str, *, damage: str = "", stored: int = 0) -> ObjectOutcome:
    account = ObjectAccount("failed", "-", REASON, stored, stored, duration_ms=50)
    archived = ArchivedObject(f"s3://logs/{key}", REASON, f"errors/{key}.error.json", f"errors/{key}.object")
    return ObjectOutcome(LogFile(key, Path(key), damage=damage), account, Tally(), archived)


def outcome_of(*objects: ObjectOutcome) -> Outcome:
    archived = [entry.archived for entry in objects if entry.archived]
    return Outcome(list(objects), [], archived, SECONDS, "archive-bucket")
