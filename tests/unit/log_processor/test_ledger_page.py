"""`docs/ledger.md` is the schema of the ledger: it has each attribute that the function writes, and no other."""

import re
from dataclasses import replace
from pathlib import Path

from log_processor.state import Columns
from log_processor.storing.ledger import Ledger
from log_processor.storing.ledger_row import DAY_INDEXED
from log_processor.work.members import Member
from log_processor.work.replay import Replay

from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.test_ledger_counts import PLAN, WORK, end

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "ledger.md").read_text("utf-8")


def test_the_page_has_every_attribute(stack: Stack) -> None:
    """Whatever an attempt writes when it begins, when it is denied and when it ends, and what mended rejects add."""
    ledger = Ledger(stack.make_table_client(), "ledger", ttl_days=30)
    whole, part = replace(WORK, member=Member(3, "a/b.log", 99, 5, 9, 8, 7)), replace(WORK, start=5, end=9)
    written: set[str] = set()
    for work in (whole, part):
        ledger.begin(work, "0a1b", "web")
        ledger.keep_plan(work, PLAN)
        ledger.note_denial(work, "2026-05-04T10:00:00Z", "no")
        written = written.union(*stack.items("ledger"))
        facts = {"reason": "no", "resume": 7, "rejects_key": "errors/a", "ranges": 3, "size_bytes": 7}
        ledger.end(work, end("continued", state=Columns("a b"), **facts))
        written = written.union(*stack.items("ledger"))
    replayed = replace(WORK, replay=Replay("20260505T100000001Z-0000"))
    ledger.begin(WORK, "0a1b", "web")
    ledger.replays.reopen(replayed, 0, 60, lambda: False)  # it has to wait for the attempt
    written = written.union(*stack.items("ledger"))
    rows = [
        line.split("|")[1] for line in PAGE.partition("## The log of acts")[0].splitlines() if line.startswith("| `")
    ]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == written | {"mended_by"}


def test_the_page_says_what_the_index_holds() -> None:
    """The counts and the times go by one word each."""
    held = PAGE.split("It holds the keys")[1].split("`reason` and")[0]
    counts, times = (
        {"read", "stored", "filtered", "rejected", "bytes"},
        {"first_time", "last_time", "event_time", "finished_at"},
    )
    assert set(re.findall(r"`(\w+)`", held)) | counts | times == set(DAY_INDEXED)
