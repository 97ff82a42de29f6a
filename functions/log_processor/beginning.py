"""Begin an attempt at a range: learn the object's version, write the first word into the ledger, find the plan."""

import time
from dataclasses import dataclass, field, replace

from log_processor.errors import PipelineError, PlanError
from log_processor.reading.source import ObjectSource, OpenObject
from log_processor.routing.lib.route import Route
from log_processor.routing.routes import Routes
from log_processor.storing.ledger import Ledger
from log_processor.storing.ledger_row import Row
from log_processor.work.deadline import Deadline
from log_processor.work.plan import decode_plan
from log_processor.work.ranges import ObjectRange


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a range when an attempt at it begins.

    `open_object` is its object, if that had to be opened to learn its version; `refusal` is why it could not be opened.
    `has_half_the_time` says that at least half of the invocation's time is left.
    """

    work: ObjectRange
    row: Row
    route: Route
    has_half_the_time: bool
    open_object: OpenObject | None = None
    refusal: PipelineError | None = None
    started_s: float = field(default_factory=time.monotonic)


def begin(work: ObjectRange, source: ObjectSource, ledger: Ledger, routes: Routes, deadline: Deadline) -> Begun:
    """Begin the range in the ledger; open the object first if the event names no version."""
    open_object: OpenObject | None = None
    refusal: PipelineError | None = None
    if not work.version:
        try:
            open_object = source.open(work, 0)
            work = replace(work, version_id=open_object.version_id, etag=open_object.etag)
        except PipelineError as error:
            refusal = error
    row = ledger.begin(work)
    try:
        work = replace(work, plan=decode_plan(row.plan) or work.plan)
    except PlanError as error:
        refusal = refusal or error
    return Begun(work, row, routes.find(work.key), deadline.has_half_the_time, open_object, refusal)
