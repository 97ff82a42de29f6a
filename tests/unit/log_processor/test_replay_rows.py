"""The rows of a replay, against a real HTTP service: what is begun anew, what is removed, who has to wait."""

import time
from dataclasses import replace
from typing import Any

import pytest
from log_processor.errors import OutOfTimeError
from log_processor.storing import replay_rows as module
from log_processor.storing.ledger import Ledger
from log_processor.work.ranges import ObjectRange
from log_processor.work.replay import Replay

from tests.unit.log_processor.conftest import Stack
from tests.unit.log_processor.test_ledger import PLAN, WORK, ending

FIRST, SECOND = Replay("20260505T100000001Z-0000"), Replay("20260505T100000002Z-0000")
REPLAYED = replace(WORK, replay=FIRST)
NOW_MS = int(time.time() * 1000)
TAIL = replace(WORK, start=100)


def never() -> bool:
    return False


@pytest.fixture
def ledger(stack: Stack) -> Ledger:
    return Ledger(stack.make_table_client(), "ledger")


def read(ledger: Ledger) -> dict[str, str]:
    """Return the status of each row by its label."""
    return {label: row.status for label, row in ledger.replays._list(WORK).items()}


def make_key(work: ObjectRange) -> dict[str, Any]:
    return {"object": {"S": work.uri}, "range": {"S": work.label}}


def store(ledger: Ledger) -> None:
    """Read the object for the first time, in two ranges."""
    ledger.begin(WORK, "", "web")
    ledger.keep_plan(WORK, PLAN)
    ledger.end(WORK, ending("continued", 3, resume=100))
    ledger.begin(TAIL, "", "web")
    ledger.end(TAIL, ending("done", 3))


def test_the_row_is_begun_anew(ledger: Ledger) -> None:
    """The whole object's row has nothing of the first reading, and those of its other ranges are gone."""
    store(ledger)
    reopened = ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    assert reopened is not None
    assert (reopened.replay.id, reopened.replay.storage, reopened.wait_s) == (FIRST.id, "records", 0)
    assert reopened.replay.written_by
    assert read(ledger) == {WORK.label: "running"}
    row = ledger.begin(REPLAYED, "", "web")
    assert (row.replay, row.plan, row.attempts, row.read) == (FIRST.id, "", 1, 0)


def test_a_replay_knows_how_documents_were_read(ledger: Ledger) -> None:
    """Also in the ranges that go on with it, and one that takes the place of a replay that came to no end."""
    ledger.begin(WORK, "", "web")
    ledger.keep_plan(WORK, replace(PLAN, kind="documents", rules={"expand": "items"}))
    ledger.end(WORK, ending("done", 3))
    ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    ledger.begin(REPLAYED, "", "web")
    ledger.keep_plan(REPLAYED, replace(PLAN, kind="documents"))
    ledger.end(REPLAYED, ending("continued", 3, resume=100))
    reopened = ledger.replays.reopen(replace(WORK, replay=SECOND), NOW_MS, 60, never)
    assert reopened is not None
    assert reopened.replay.documents == ('{"expand": "items"}', "{}")
    assert ledger.replays.find_replay(TAIL) == reopened.replay


def test_the_same_replay_begins_once(ledger: Ledger) -> None:
    """It finds what it has done; a later one begins anew, and then the first is late."""
    store(ledger)
    first = ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    ledger.begin(REPLAYED, "", "web")
    ledger.end(REPLAYED, ending("done", 6))
    assert ledger.replays.reopen(REPLAYED, NOW_MS, 60, never) == first
    assert read(ledger) == {WORK.label: "done"}
    assert ledger.replays.reopen(replace(WORK, replay=SECOND), NOW_MS, 60, never) is not None
    assert ledger.replays.reopen(REPLAYED, NOW_MS, 60, never) is None
    current = ledger.replays.find_replay(TAIL)
    assert current is not None
    assert current.id == SECOND.id


def test_a_replay_waits_for_attempts_that_run(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as an invocation may take: after that, none of them can write any more."""
    ledger.begin(WORK, "", "web")
    ledger.end(WORK, ending("continued", 3, resume=100))
    ledger.begin(TAIL, "", "web")
    reopened = ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    assert reopened is not None
    assert 60 < reopened.wait_s <= 60 + module.CLOCK_SKEW_S + 1
    assert read(ledger) == {WORK.label: "running", TAIL.label: "running"}
    later = time.time() + 70
    monkeypatch.setattr(time, "time", lambda: later)
    reopened = ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    assert reopened is not None
    assert reopened.wait_s == 0
    assert read(ledger) == {WORK.label: "running"}


def test_an_attempt_that_begins_meanwhile_is_waited_for(ledger: Ledger) -> None:
    """A range of the first reading whose row appears after the replay has begun."""
    store(ledger)
    ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    ledger.begin(TAIL, "", "web")
    reopened = ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    assert reopened is not None
    assert reopened.wait_s > 0
    assert reopened == ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)


def test_an_attempt_of_before_changes_nothing(ledger: Ledger) -> None:
    """It ends after the replay has begun: neither its word nor its plan counts."""
    ledger.begin(WORK, "", "web")
    ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    ledger.begin(REPLAYED, "", "web")
    assert ledger.end(WORK, ending("done", 7)).is_refused
    ledger.keep_plan(WORK, PLAN)
    row = ledger.replays._list(WORK)[WORK.label]
    assert (row.status, row.plan) == ("running", "")


def test_the_rows_of_a_replay_are_not_removed(ledger: Ledger) -> None:
    """Its message is delivered once more after it was split: its ranges stay, one of the first reading goes."""
    ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    ledger.begin(replace(TAIL, replay=FIRST), "", "web")
    ledger.begin(replace(WORK, start=200), "", "web")
    ledger.end(replace(WORK, start=200), ending("done", 7))
    ledger.replays.reopen(REPLAYED, NOW_MS, 60, never)
    assert set(read(ledger)) == {WORK.label, TAIL.label}
    ledger.replays.forget(TAIL)
    assert TAIL.label in read(ledger)
    ledger.replays.forget(replace(TAIL, replay=FIRST))
    assert TAIL.label not in read(ledger)


def test_rows_are_removed_while_there_is_time(ledger: Ledger) -> None:
    """An object has up to 2,000 of them: the next delivery removes the rest."""
    store(ledger)
    with pytest.raises(OutOfTimeError):
        ledger.replays.reopen(REPLAYED, NOW_MS, 60, lambda: True)
    assert ledger.replays.reopen(REPLAYED, NOW_MS, 60, never) is not None
    assert set(read(ledger)) == {WORK.label}


def test_rows_that_may_have_expired(stack: Stack) -> None:
    """An object without rows that is older than they live: whatever may lie in the table is looked for."""
    kept, expiring = (
        Ledger(stack.make_table_client(), "ledger"),
        Ledger(stack.make_table_client(), "ledger", ttl_days=30),
    )
    old_ms = NOW_MS - 31 * 86_400_000
    storages = []
    for number, (ledger, uploaded_ms) in enumerate([(kept, old_ms), (expiring, NOW_MS), (expiring, old_ms)]):
        reopened = ledger.replays.reopen(replace(REPLAYED, key=f"{number}.log"), uploaded_ms, 60, never)
        assert reopened is not None
        storages.append(reopened.replay.storage)
    assert storages == [None, None, "both"]


@pytest.mark.parametrize("gone", [WORK, TAIL])
@pytest.mark.parametrize(("days", "storage"), [(0, "records"), (31, "both")])
def test_some_rows_may_have_expired(stack: Stack, gone: ObjectRange, days: int, storage: str) -> None:
    """DynamoDB removes them in any order: without that of the plan, or of a range, nobody knows what is stored."""
    ledger = Ledger(stack.make_table_client(), "ledger", ttl_days=30)
    store(ledger)
    if days:
        stack.dynamodb.delete_item(TableName="ledger", Key=make_key(gone))
    reopened = ledger.replays.reopen(REPLAYED, NOW_MS - days * 86_400_000, 60, never)
    assert reopened is not None
    assert (reopened.replay.storage, bool(reopened.replay.written_by)) == (storage, not days)


def test_a_range_has_begun_in_its_own_reading_alone(ledger: Ledger) -> None:
    """What an earlier reading has begun, a replay has not, and the other way round."""
    assert not ledger.has_begun(TAIL)
    ledger.begin(TAIL, "", "web")
    assert ledger.has_begun(TAIL)
    assert not ledger.has_begun(replace(TAIL, replay=FIRST))
    other = replace(TAIL, start=200, replay=FIRST)
    ledger.begin(other, "", "web")
    assert ledger.has_begun(other)
    assert not ledger.has_begun(replace(other, replay=SECOND))
