"""Begin an attempt at a range: learn the object's version, write the first word into the ledger, find the plan."""

import math
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from log_processor.errors import ObjectChangedError, ObjectMissingError, PipelineError, PlanError
from log_processor.parser_version import get_parser_version
from log_processor.planning import follow_plan, name_present_writer
from log_processor.reading.source import ObjectSource, OpenObject
from log_processor.reopening import follow_replay, join_replay
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import Routes
from log_processor.service_errors import OVERWRITTEN
from log_processor.settings import Tuning
from log_processor.storing.ledger import Ledger
from log_processor.storing.ledger_row import Row
from log_processor.work.deadline import Deadline
from log_processor.work.outcome import Requeued
from log_processor.work.plan import decode_plan
from log_processor.work.ranges import ObjectRange, parse_upload_ms
from log_processor.work.replay import NO_RULES, Stored

FINISHED = frozenset({"done", "continued"})
MAX_EVENT_DELAY_MS = 2_000
"""The most that an event may be later than its upload, so that no other upload of the same bytes is taken for that."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a range when an attempt at it begins.

    `open_object` is its object, if that had to be opened to learn its version or to begin a replay; `refusal` is why it
    cannot be read. `has_half_the_time` says that at least half of the invocation's time is left.
    """

    work: ObjectRange
    row: Row
    route: Route
    has_half_the_time: bool
    open_object: OpenObject | None = None
    refusal: PipelineError | None = None
    started_s: float = field(default_factory=time.monotonic)

    def close(self) -> None:
        """Close the object, if it is open, without reading it."""
        if self.open_object is not None:
            self.open_object.close()


def begin(
    work: ObjectRange, source: ObjectSource, ledger: Ledger, routes: Routes, deadline: Deadline, settings: Tuning
) -> Begun | Requeued | None:
    """Begin the range in the ledger; open the object first if that has to tell its version, or if it is a replay.

    Return the range to try again later if a replay has to wait, and None if a later replay has superseded the range.
    """
    with ExitStack() as cleanup:
        learned = _learn(work, source, ledger, cleanup)
        route, refusal = routes.find(work.key, work.bucket), learned.refusal
        joined = join_replay(learned.work, learned.uploaded_ms, ledger.replays, deadline)
        if not isinstance(joined, ObjectRange):
            return joined
        row = ledger.begin(joined, route.record_rules, route.get_source(work.key))
        if row.status not in FINISHED:
            followed = follow_replay(joined, row, ledger.replays)
            if not isinstance(followed, ObjectRange):
                return followed
            joined = followed
        cleanup.pop_all()  # the range is begun, and who attempts it closes the object
    work = joined
    try:
        plan = decode_plan(row.plan) or work.plan
        if work.replay is not None:
            writer = name_present_writer(route, plan, settings)
            work = replace(work, replaces=work.replaces or work.replay.choose_replaced(writer))
        if plan is not None:
            work = replace(work, plan=plan)
            work = replace(work, replaces=find_replaced(work, row, route.record_rules))
            route = follow_plan(route, plan, work)
    except PlanError as error:
        refusal = refusal or error
    return Begun(work, row, route, deadline.has_half_the_time, learned.open_object, refusal)


def find_replaced(work: ObjectRange, row: Row, record_rules: str) -> Stored | None:
    """Return what earlier attempts at a range, which has a plan, may have stored under other keys than this one will.

    They have, if their parser or their rules for records were others. So may those of the range that this one goes on
    with: what they stored last is not always within their own range.
    """
    parsers, rules = set(row.parsers), set(row.record_rules)
    if work.plan is not None and work.aligned and work.start > 0:
        parsers, rules = parsers | {work.plan.parser}, rules | {work.plan.record_rules or NO_RULES}
    is_other = parsers - {get_parser_version()} or rules - {record_rules or NO_RULES}
    if not is_other and row.attempts == row.marked_attempts:
        return work.replaces
    stored: Stored = "packs" if work.is_packed else "records"
    return stored if work.replaces in (None, stored) else "both"


@dataclass(frozen=True, slots=True)
class _Learned:
    """A range with its version, the object if it had to be opened for that, and why it cannot be read."""

    work: ObjectRange
    open_object: OpenObject | None = None
    refusal: PipelineError | None = None

    @property
    def uploaded_ms(self) -> int:
        """Return when the object was uploaded, in epoch milliseconds; 0 if it was not opened."""
        return self.open_object.last_modified_ms if self.open_object else 0


def _learn(work: ObjectRange, source: ObjectSource, ledger: Ledger, cleanup: ExitStack) -> _Learned:
    """Return the range with its version; open the object if it has to tell that, or before a replay begins.

    Raise why a replay cannot read the object, unless it has begun already: until then the ledger stays as it is, since
    what it says of the records is still true.
    """
    learned = _Learned(work)
    has_replay = work.is_object and work.replay is not None
    if work.is_whole and work.version_id is None and work.last_modified_ms is None:
        learned = _learn_version(work, source, ledger, cleanup)
    elif has_replay:
        learned = _open_version(work, source, cleanup)
    if learned.refusal is not None and has_replay:
        current = ledger.replays.find_replay(learned.work)
        if current is None or current.id != work.replay_id:
            raise learned.refusal
    return learned


def _open_version(work: ObjectRange, source: ObjectSource, cleanup: ExitStack) -> _Learned:
    try:
        open_object = source.open(work, 0)
    except PipelineError as error:
        return _Learned(work, refusal=error)
    cleanup.callback(open_object.close)
    return _Learned(work, open_object)


def _learn_version(work: ObjectRange, source: ObjectSource, ledger: Ledger, cleanup: ExitStack) -> _Learned:
    """Return the range with the version that the object itself tells; `cleanup` closes the object.

    In a bucket that keeps no versions, the object may have been overwritten since the event:

    - If an attempt at the upload of the event was begun, the range is that upload's. It is refused if it is not done.
    - Otherwise it is the newer upload's, which is stored once, whichever event comes first.
    """
    try:
        open_object = source.open(work, 0)
    except (ObjectChangedError, ObjectMissingError) as error:
        return _find_begun(work, ledger, error) or _Learned(work, refusal=error)
    except PipelineError as error:
        return _Learned(work, refusal=error)
    cleanup.callback(open_object.close)
    newest = replace(work, version_id=open_object.version_id, etag=open_object.etag)
    if newest.version_id is not None:
        return _Learned(newest, open_object)
    newest = replace(newest, last_modified_ms=open_object.last_modified_ms)
    if open_object.last_modified_ms > _read_event_ms(work):
        refusal = ObjectChangedError(f"{newest.uri} is now version {newest.version}: {OVERWRITTEN}")
        if begun := _find_begun(newest, ledger, refusal):
            open_object.close()
            return begun
    return _Learned(newest, open_object)


def _find_begun(work: ObjectRange, ledger: Ledger, refusal: PipelineError) -> _Learned | None:
    """Return the range of the upload of its event, if the ledger has that: refused, unless it is finished already.

    It is the newest upload before the event. One that is finished is the event's own only if it was made just before:
    otherwise an upload between the two could be lost without a word.
    """
    if not work.etag:
        return None
    event_ms = _read_event_ms(work)
    uploads = {parse_upload_ms(row.version): row.status in FINISHED for row in ledger.find_uploads(work)}
    earliest_ms = {True: event_ms - MAX_EVENT_DELAY_MS, False: 0}
    begun_ms = max((ms for ms, done in uploads.items() if earliest_ms[done] <= ms <= event_ms), default=None)
    if begun_ms is None:
        return None
    return _Learned(replace(work, last_modified_ms=begun_ms), refusal=None if uploads[begun_ms] else refusal)


def _read_event_ms(work: ObjectRange) -> float:
    """Return the time of the event in epoch milliseconds; infinity if it has none, so that no upload is after it."""
    return math.inf if work.event_ms is None else work.event_ms
