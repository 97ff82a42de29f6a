"""Tell from the ledger's rows of an object what the table holds of it, before a replay writes it anew."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from log_processor.errors import PlanError
from log_processor.storing.ledger_row import Row
from log_processor.work.plan import decode_plan
from log_processor.work.replay import UNKNOWN_WRITER, Replay, Stored, name_writer, render_reading


def describe_replaced(
    replay_id: str, rows: Mapping[str, Row], whole: Row | None, *, may_have_expired: bool = False
) -> Replay:
    """Return the replay with what the rows of an object version, by their labels, say of the items in the table.

    If the reading that they are of is not complete, and is a replay itself, what that replaced is there as well. If the
    first of its rows may have expired, and any is missing, anything may be there.
    """
    now = _describe_reading(replay_id, list(rows.values()))
    if may_have_expired and (whole is None or not _is_complete(rows.values())):
        now = replace(now, written_by=UNKNOWN_WRITER, storage="both")
    documents = _list_documents(rows.values())
    if whole is None or not whole.replay or _is_complete(rows.values()):
        return replace(now, documents=tuple(sorted(documents)))
    before = Replay.parse(whole.replay, whole.replaced)
    return replace(_add(now, before), documents=tuple(sorted(documents | set(before.documents))))


def _add(now: Replay, before: Replay) -> Replay:
    """Return what two readings may have stored, of which the later one is not complete."""
    if before.storage is None or now.storage is None:
        return now if before.storage is None else replace(before, id=now.id)
    writer = now.written_by if now.written_by == before.written_by else UNKNOWN_WRITER
    return Replay(now.id, writer, now.storage if now.storage == before.storage else "both")


def _list_documents(rows: Iterable[Row]) -> set[str]:
    """Return the rules of the plans by which documents were read whose elements are stored as items."""
    documents = set()
    for row in rows:
        with suppress(PlanError):
            plan = decode_plan(row.plan)
            if plan is not None and plan.kind == "documents" and plan.storage == "records":
                documents.add(render_reading(plan.rules))
    return documents


def _describe_reading(replay_id: str, rows: Collection[Row]) -> Replay:
    """Return what one reading of the object may have stored, by its rows."""
    begun = [row for row in rows if row.attempts]
    is_marked = all(row.marked_attempts == row.attempts for row in begun)
    try:
        plans = [plan for row in begun if (plan := decode_plan(row.plan))]
    except PlanError:
        return Replay(replay_id, UNKNOWN_WRITER, "both")
    if not plans:  # a version that marks its attempts stores nothing before it has a plan
        return Replay(replay_id, UNKNOWN_WRITER, None if is_marked else "records")
    storages: set[Stored] = {plan.storage for plan in plans}
    storage: Stored = storages.pop() if len(storages) == 1 else "both"
    parsers = frozenset[str]().union(*(row.parsers for row in begun))
    rules = frozenset[str]().union(*(row.record_rules for row in begun))
    writers = {
        name_writer(parser, version, plan.rules, plan.storing)
        for parser in parsers
        for version in rules
        for plan in plans
    }
    return Replay(replay_id, writers.pop() if is_marked and len(writers) == 1 else UNKNOWN_WRITER, storage)


def _is_complete(rows: Collection[Row]) -> bool:
    """Tell whether every range of the object is final, and none is missing."""
    ranges = [row for row in rows if row.ranges is None]
    if not all(row.status in ("done", "continued") for row in ranges):
        return False
    planned = sum(row.ranges or 0 for row in rows) or 1
    return planned + sum(row.status == "continued" for row in ranges) == len(ranges)
