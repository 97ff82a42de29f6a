"""Let the ranges of one object take part in the same reading of it: the first one, or its last replay."""

import logging
import math
import time
from dataclasses import replace

from log_processor.escaping import escape
from log_processor.storing.ledger_row import Row
from log_processor.storing.replay_rows import ReplayRows
from log_processor.work.chain import MAX_DELAY_S
from log_processor.work.deadline import Deadline
from log_processor.work.outcome import Requeued
from log_processor.work.ranges import ObjectRange
from log_processor.work.replay import Replay

logger = logging.getLogger(__name__)


def join_replay(
    work: ObjectRange, uploaded_ms: int, rows: ReplayRows, deadline: Deadline
) -> ObjectRange | Requeued | None:
    """Return the range after the replay that it asks for, if any, has begun in the ledger.

    Return it as one to try again if attempts of an earlier reading may still run, and None if a later replay has begun.
    """
    if work.replay is None or not work.is_object:
        return work
    reopened = rows.reopen(work, uploaded_ms, deadline.whole_s, lambda: deadline.near)
    if reopened is None:
        _note_superseded(work)
        return None
    work = replace(work, replay=reopened.replay)
    return Requeued(work, min(MAX_DELAY_S, reopened.wait_s)) if reopened.wait_s else work


def follow_replay(work: ObjectRange, row: Row, rows: ReplayRows) -> ObjectRange | Requeued | None:
    """Return the range, whose ledger `row` is begun, for the reading that the row of the whole object names.

    An event that is delivered once more while the object is replayed takes part in that. A range of an earlier reading
    is None: it is not read, and its row is removed.
    """
    if not work.is_object:
        current = rows.find_replay(work)
        if current is None:
            return work
        if work.replay is not None and current.id == work.replay_id:
            return replace(work, replay=replace(work.replay, documents=current.documents))
        rows.forget(work)
        _note_superseded(work)
        return None
    if row.replay and work.replay is None:
        work = replace(work, replay=Replay.parse(row.replay, row.replaced))
    wait_s = math.ceil(row.replay_from - time.time())
    return Requeued(work, min(MAX_DELAY_S, wait_s)) if wait_s > 0 else work


def _note_superseded(work: ObjectRange) -> None:
    logger.info("%s %s is not read: a later replay reads the whole object", escape(work.uri), work.label)
