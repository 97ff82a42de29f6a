"""Send object versions to be read again: say which, how much and at what price, and with `--yes` send them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from log_processor.routing.routes import FILE, Routes

from ops.acting.act import Act, open_act
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.output import print_json, print_lines
from ops.frame.progress import show_progress
from ops.frame.read_budget import format_size
from ops.frame.times import ZonedClock, check_order, open_clock
from ops.object_name import parse_object_name
from ops.parse import load_routes
from ops.reading.listed_versions import ListedVersion, VersionWindow, list_buckets, list_versions
from ops.replaying.candidates import Candidate, Gone, judge_versions, list_day
from ops.replaying.choice import Choice, ReplayFilter, choose
from ops.replaying.estimate import estimate_dollars
from ops.replaying.resumption import find_replay_id
from ops.replaying.sending import send_replays

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
FOLLOW = "they are read in their turn: 'ops status' says how far the function is, 'ops audit' whether all is stored"


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """What `ops replay` was told beside which versions are meant; each as its help says."""

    since: str | None = None
    to: str | None = None
    day: str | None = None
    yes: str | None = None
    limit: int | None = None
    rate: float | None = None


def run(meant: ReplayFilter, options: ReplayOptions, *, tz: str, as_json: bool) -> int:
    """Say what a replay of the versions that are meant is, and with `--yes` send them; return the exit code."""
    clock = open_clock(tz)
    for name in meant.names:
        parse_object_name(name, "write s3://BUCKET/KEY, or s3://BUCKET/PREFIX/ for all below it")
    arguments = {
        "objects": list(meant.names),
        "since": options.since,
        "to": options.to,
        "day": options.day,
        "failed": meant.failed,
        "mixed": meant.mixed,
        "again": meant.again,
        "source": list(meant.sources),
        "all_versions": meant.all_versions,
    }
    act = open_act("replay", arguments, yes=options.yes, limit=options.limit, rate=options.rate)
    routes, gone = load_routes(FILE), Gone()
    replay_id, is_resumed = find_replay_id(act)
    candidates = _find_candidates(act, meant, options, clock, gone)
    choice = choose(candidates, meant, routes, replay_id)
    chosen = choice.sent[: act.limit]
    later = len(choice.sent) - len(chosen)
    if not candidates:
        raise CommandError("no object version is as asked: check the names, the times, and 'ops sources'")
    lines = list(_describe(act, choice, chosen, gone, routes, is_resumed=is_resumed))
    if not chosen:
        print_lines([*lines, "nothing is to be replayed"])
        return ExitCode.WELL
    if not act.announce(lines):
        return ExitCode.WELL
    sent = send_replays(act, [one.version for one in chosen], replay_id, later)
    if as_json:
        print_json({"replay": replay_id, "sent": sent, "later": later, "left": dict(choice.left)})
    else:
        print_lines([f"{_count(sent)} on the work queue, as replay {replay_id}: {FOLLOW}"])
    return ExitCode.WELL


def _count(versions: int) -> str:
    return f"{versions:,} object version{'' if versions == 1 else 's'}"


def _be(versions: int) -> str:
    return "is" if versions == 1 else "are"


def _find_candidates(
    act: Act, meant: ReplayFilter, options: ReplayOptions, clock: ZonedClock, gone: Gone
) -> list[Candidate]:
    """Return every version in the window that is named, with what the ledger says of it."""
    environment, config = act.environment, act.environment.config
    table, dynamodb = config.ledger_table_name, environment.session.client("dynamodb")
    s3: S3Client = environment.session.client("s3")
    if options.day is not None:
        pages = list_day(s3, dynamodb, table, clock.parse("--day", options.day), gone)
    else:
        pages = _list_buckets(act, s3, meant, options, clock)
    candidates: list[Candidate] = []
    with translate_errors("the source buckets and the ledger", config), show_progress("object versions") as advance:
        for page in pages:
            named = [one for one in page if meant.names_object(one.uri)]
            candidates += judge_versions(dynamodb, table, named, config.ledger_ttl_days)
            advance(len(page))
    return candidates


def _list_buckets(
    act: Act, s3: "S3Client", meant: ReplayFilter, options: ReplayOptions, clock: ZonedClock
) -> Iterator[list[ListedVersion]]:
    """Yield the versions in the buckets that the stack serves, a page at a time."""
    since = clock.parse("--since", options.since) if options.since else EARLIEST
    until = clock.parse("--to", options.to) if options.to else clock.now
    check_order((f"--since {options.since}", since), (f"--to {options.to or 'now'}", until))
    buckets = list_buckets(act.environment.config, act.environment.account)
    for name in meant.names or ("",):
        yield from list_versions(s3, buckets, VersionWindow(since, until, name))


def _describe(
    act: Act, choice: Choice, chosen: list[Candidate], gone: Gone, routes: Routes, *, is_resumed: bool
) -> Iterator[str]:
    """Yield the lines that say what is sent, what that costs, and what is left and why."""
    versions = [one.version for one in chosen]
    if versions:
        price = estimate_dollars(act.environment.session.client("s3"), versions, routes, act.environment.config)
        size = format_size(sum(one.size_bytes for one in versions))
        goes_on = "; an act that was interrupted goes on" if is_resumed else ""
        queue = act.environment.config.work_queue_name
        yield f"{_count(len(versions))}, {size}, {price}, go to {queue}{goes_on}"
    if len(chosen) < len(choice.sent):
        yield f"{len(choice.sent) - len(chosen):,} more are left for later, by --limit"
    for reason, count in sorted(choice.left.items()):
        remedy = ": restore them, and the event of that starts the reading" if "storage class" in reason else ""
        yield f"{_count(count)} {_be(count)} left out: {reason}{remedy}"
    if gone.count:
        example = f"gone from the bucket, such as {gone.names[0]}; their records stay"
        yield f"{_count(gone.count)} {_be(gone.count)} left out: {example}"
