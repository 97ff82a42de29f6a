"""List the rejects of one object version, with their reasons, and say how each parses now."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from log_processor.errors import PipelineError
from log_processor.routing.routes import FILE
from log_processor.storing.ledger_row import LedgerItem, parse_row

from ops.errors import CommandError
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment
from ops.frame.read_budget import ReadBudget
from ops.parse import load_routes
from ops.reading.counted_source import CountedSource
from ops.reading.follower import Follower
from ops.reading.ledger_days import RangeRow
from ops.reading.object_reader import ObjectReader
from ops.reading.plain import convert_item
from ops.replaying.archived import ArchivedReject, read_archive, select_ranges
from ops.replaying.mending import RangeRejects, read_again

MAX_REJECTS = 100
"""So many rejects of an object are listed; `ops replay --rejects` counts all."""


@dataclass(frozen=True, slots=True)
class ObjectReject:
    """A reject: where it begins in the object's text, why it was one, and how it parses now, in words."""

    log_id: str
    offset: int
    format: str
    reason: str
    now: str


@dataclass(frozen=True, slots=True)
class ObjectRejects:
    """The rejects of an object version; `refusals` has a sentence for each range whose rejects cannot be read."""

    rejects: Sequence[ObjectReject]
    refusals: Sequence[str]


def read_rejects(
    name: str, version: str, items: Sequence[LedgerItem], environment: Environment, budget: ReadBudget
) -> ObjectRejects:
    """Return the rejects of a version of `name`, whose rows of the ledger `items` are."""
    ranges = [RangeRow(name, item["range"]["S"], parse_row(item)) for item in items]
    own = [one for one in select_ranges(ranges, None) if one.row.version == version and one.row.rejects_key]
    s3 = environment.session.client("s3")
    reader = ObjectReader(CountedSource(s3, budget), load_routes(FILE), environment.config)
    follower = Follower(reader, lambda _: items)
    archive = environment.config.build_archive_name(environment.account)
    rejects: list[ObjectReject] = []
    refusals: list[str] = []
    for one in own:
        if len(rejects) >= MAX_REJECTS:
            break
        try:
            with translate_errors(f"the rejects in s3://{archive}/{one.row.rejects_key}", environment.config):
                archived = list(islice(read_archive(s3, archive, one.row.rejects_key), MAX_REJECTS - len(rejects)))
        except CommandError as error:
            refusals.append(str(error))
            continue
        try:
            rejects += _judge(one, archived, follower, environment)
        except (CommandError, PipelineError) as error:
            refusals.append(f"how they parse now is not known: {error}")
            rejects += [_describe(reject, "not read again") for reject in archived]
    return ObjectRejects(rejects, refusals)


def _judge(
    one: RangeRow, archived: list[ArchivedReject], follower: Follower, environment: Environment
) -> Iterator[ObjectReject]:
    work = follower.find_range(one)
    if work is None:
        yield from (_describe(reject, "not read again: its range is unknown") for reject in archived)
        return
    again = RangeRejects(one, work, list(archived))
    dynamodb = environment.session.client("dynamodb")
    read_again(again, follower.reader, dynamodb, environment.config.log_table_name)
    mended = {each.reject.log_id: _describe_record(convert_item(each.item)) for each in again.mended}
    still = {log_id: f"still a reject: {reason}" for log_id, reason in again.still.items()}
    for reject in archived:
        now = mended.get(reject.log_id) or still.get(reject.log_id) or "stored as a record already, or removed"
        yield _describe(reject, now)


def _describe(reject: ArchivedReject, now: str) -> ObjectReject:
    return ObjectReject(reject.log_id, int(reject.log_id.split("-")[1], 16), reject.format, reject.reason, now)


def _describe_record(record: dict[str, object]) -> str:
    fields = json.dumps(record.get("fields", {}), ensure_ascii=False)
    return f"parses as {record['format']}: {fields}"
