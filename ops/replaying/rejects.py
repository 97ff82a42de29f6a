"""Replay rejects after a parser is mended: say how they parse now, and with `--yes` store those that do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from log_processor.errors import PipelineError
from log_processor.routing.routes import FILE
from log_processor.storing.ledger_row import parse_row
from log_processor.work.continuation import render_message
from log_processor.work.ranges import ObjectRange
from log_processor.work.replay import Replay, make_replay_id

from ops.accounts import read_ledger_rows
from ops.acting.act import Act, open_act
from ops.acting.steps import ActSteps
from ops.deployed_code import check_deployed
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.output import print_json, print_lines
from ops.frame.progress import show_progress
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import ZonedClock, check_order, open_clock
from ops.notes import print_note
from ops.parse import check_format, load_routes
from ops.pricing.usage import price_writes
from ops.reading.begun_ranges import read_ranges
from ops.reading.counted_source import CountedSource
from ops.reading.follower import Follower
from ops.reading.ledger_days import RangeRow, read_rows
from ops.reading.object_reader import ObjectReader
from ops.reading.row_ranges import make_version, split_uri
from ops.replaying.archived import RejectFilter, read_archive, select_ranges
from ops.replaying.mending import MendingTables, RangeRejects, make_batches, read_again
from ops.replaying.rejects_page import format_preview, list_groups

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class RejectOptions:
    """What `ops replay --rejects` was told beside which rejects are meant; each as its help says."""

    name: str | None = None
    since: str | None = None
    until: str = "now"
    tz: str = "UTC"
    yes: str | None = None
    limit: int | None = None
    rate: float | None = None
    max_read: str = "1GB"


@dataclass(slots=True)
class RejectReplay:
    """A replay of rejects: its act, the clients, and `refusals`, which has a sentence for what cannot be."""

    act: Act
    dynamodb: "DynamoDBClient"
    s3: "S3Client"
    meant: RejectFilter
    reader: ObjectReader
    refusals: list[str]

    @property
    def ledger(self) -> str:
        """Return the name of the ledger table."""
        return self.act.environment.config.ledger_table_name

    def find(self, ranges: Sequence[RangeRow]) -> list[RangeRejects]:
        """Return the rejects that are meant of each range, as they parse now."""
        rows = read_rows(self.dynamodb, self.ledger, [one.key for one in ranges])
        follower = Follower(self.reader, lambda uri: read_ledger_rows(self.dynamodb, self.ledger, uri))
        chosen: list[RangeRejects] = []
        with show_progress("ranges with rejects", len(ranges)) as advance:
            for one in (replace(one, row=rows[one.key]) for one in ranges if one.key in rows):
                limit, count = self.act.limit, sum(len(each.rejects) for each in chosen)
                if limit is not None and count >= limit:
                    break
                try:
                    chosen += self._find_in(one, follower, None if limit is None else limit - count)
                except (CommandError, PipelineError) as error:
                    self.refusals.append(f"{one.object}: {str(error).removeprefix(f'{one.object}: ')}")
                advance(1)
        return chosen

    def _find_in(self, one: RangeRow, follower: Follower, limit: int | None) -> Iterator[RangeRejects]:
        environment = self.act.environment
        archive = environment.config.build_archive_name(environment.account)
        rejects = list(filter(self.meant.matches, read_archive(self.s3, archive, one.row.rejects_key)))[:limit]
        work = follower.find_range(one) if rejects else None
        if work is not None:
            chosen = RangeRejects(one, work, rejects)
            read_again(chosen, self.reader, self.dynamodb, environment.config.log_table_name)
            yield chosen

    def write(self, chosen: Sequence[RangeRejects]) -> None:
        """Store what parses: records in place of their texts, and packs by a replay of their objects."""
        config = self.act.environment.config
        tables = MendingTables(self.dynamodb, config.log_table_name, config.ledger_table_name)
        parsing = [each for each in chosen if each.mended]
        planned = sum(len(each.mended) for each in parsing)
        with self.act.run(planned, "rejects") as steps:
            for each in parsing:
                if not each.is_packed:
                    _write_range(tables, each, steps)
            self._replay_packs([each for each in parsing if each.is_packed], steps)

    def _replay_packs(self, packed: Sequence[RangeRejects], steps: ActSteps) -> None:
        """Ask for a replay of each object version whose packs have rejects that parse."""
        objects: dict[ObjectRange, int] = {}
        for each in packed:
            version = make_version(*split_uri(each.one.object), each.work.version)
            objects[version] = objects.get(version, 0) + len(each.mended)
        sqs = self.act.environment.session.client("sqs")
        url = sqs.get_queue_url(QueueName=self.act.environment.config.work_queue_name)["QueueUrl"] if objects else ""
        replay = Replay(make_replay_id(datetime.now(UTC)))
        for version, rejects in steps.pace(list(objects.items()), size=lambda pair: pair[1]):
            sqs.send_message(QueueUrl=url, MessageBody=render_message(replace(version, replay=replay)))
            steps.count(replayed_with_their_object=rejects)


def _write_range(tables: MendingTables, chosen: RangeRejects, steps: ActSteps) -> None:
    row = chosen.one.row
    for batch in steps.pace(make_batches(chosen), size=len):
        row, stored = tables.write(chosen.one, row, batch)
        steps.count(stored=len(stored), left=len(batch) - len(stored))


def run(meant: RejectFilter, options: RejectOptions, *, as_json: bool) -> int:
    """Print how the rejects parse now; with `--yes` store those that do. Return 1 if some cannot be looked at."""
    clock = open_clock(options.tz)
    budget = ReadBudget(parse_size("--max-read", options.max_read), remedy="name a shorter time with --since")
    if options.since is not None:
        first, last = clock.parse("--since", options.since), clock.parse("--to", options.until)
        check_order((f"--since {options.since}", first), (f"--to {options.until}", last))
    routes = load_routes(FILE)
    check_format(meant.format, routes)
    arguments = {
        "rejects": True,
        "object": options.name,
        "source": meant.source,
        "format": meant.format,
        "reason": meant.reason,
        "since": options.since,
        "to": None if options.until == "now" else options.until,
    }
    act = open_act("replay", arguments, yes=options.yes, limit=options.limit, rate=options.rate)
    environment = act.environment
    check_deployed(environment)
    s3, dynamodb = environment.session.client("s3"), environment.session.client("dynamodb")
    reader = ObjectReader(CountedSource(s3, budget), routes, environment.config)
    replay = RejectReplay(act, dynamodb, s3, meant, reader, [])
    with translate_errors(f"the rejects of {environment.stack}", environment.config):
        chosen = replay.find(_list_ranges(replay, options, clock, budget))
    _print_preview(chosen, as_json=as_json)
    for refusal in replay.refusals:
        print_note(refusal)
    mended = sum(len(each.mended) for each in chosen)
    if mended and act.announce(_describe_plan(chosen)):
        replay.write(chosen)
    return ExitCode.WRONG if replay.refusals else ExitCode.WELL


def _list_ranges(replay: RejectReplay, options: RejectOptions, clock: ZonedClock, budget: ReadBudget) -> list[RangeRow]:
    """Return the ranges of an object, or those that were begun in a time, that have rejects."""
    if options.name is not None:
        items = read_ledger_rows(replay.dynamodb, replay.ledger, options.name)
        ranges = [RangeRow(options.name, item["range"]["S"], parse_row(item)) for item in items]
    else:
        since = options.since or f"{replay.act.environment.config.error_log_days}d"
        last = clock.parse("--to", options.until)
        begun = read_ranges(replay.dynamodb, replay.ledger, clock.parse("--since", since), clock, budget)
        ranges = [one for one in begun if datetime.fromisoformat(one.row.processed_at) <= last]
    return select_ranges(ranges, replay.meant.source)


def _print_preview(chosen: Sequence[RangeRejects], *, as_json: bool) -> None:
    groups, done = list_groups(chosen), sum(each.done for each in chosen)
    if as_json:
        print_json({"rejects": sum(len(each.rejects) for each in chosen), "done": done, "groups": groups})
    else:
        print_lines(format_preview(groups, done))


def _describe_plan(chosen: Sequence[RangeRejects]) -> list[str]:
    single = [mended for each in chosen if not each.is_packed for mended in each.mended]
    objects = {(each.one.object, each.work.version) for each in chosen if each.is_packed and each.mended}
    lines = []
    if single:
        units = sum(2 * -(-mended.size_bytes // 1024) for mended in single)
        moved = sum(mended.moves for mended in single)
        lines.append(
            f"{len(single):,} rejects are stored as records, {moved:,} of them under another time, in place of their "
            f"texts: about {units:,} write units of the log table, about ${price_writes(units):.6f}, and its index"
        )
    if objects:
        lines.append(f"{len(objects):,} objects in packs are replayed whole, because a pack holds many records")
    return lines
