"""Forget a person: say which records are theirs; with `--yes`, remove them so that no replay brings them back."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from log_processor.routing.routes import FILE, Routes

from ops.acting.act import Act, open_act
from ops.acting.steps import ActSteps
from ops.exit_codes import ExitCode
from ops.forgetting.elsewhere import Archive, clean_letters, remove_source
from ops.forgetting.matches import PersonRecords, VersionRecords, find_records
from ops.forgetting.person import Person, parse_person
from ops.forgetting.removal import Eraser
from ops.frame.aws_errors import translate_errors
from ops.frame.output import print_json, print_lines
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import ZonedClock, open_clock
from ops.notes import print_note
from ops.parse import load_routes
from ops.reading.row_ranges import split_uri
from ops.reading.spending import watch_reading

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

TABLE = "the log table"
RECOVERY_DAYS = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetPlan:
    """Whom to forget and how; see the command's options."""

    fields: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    source_objects: bool = False
    rate: float | None = None
    yes: str | None = None
    tz: str = "UTC"
    max_read: str = "1GB"


@dataclass(slots=True)
class Removed:
    """What is the person's, and what is removed of it: records, what lies in the archive, letters, source versions."""

    records: int = 0
    archive: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    source_versions: int = 0
    open_objects: list[str] = field(default_factory=list)


def run(plan: ForgetPlan, *, as_json: bool) -> int:
    """Say what is the person's, and with `--yes` remove it; return 1 if something could not be removed, else 0."""
    clock, person = open_clock(plan.tz), parse_person(plan.fields, plan.where)
    routes = load_routes(FILE)
    budget = ReadBudget(parse_size("--max-read", plan.max_read), remedy="it has to be read whole")
    # the log of acts may not keep what is to be forgotten
    names = sorted({one.partition("=")[0] for one in plan.fields}) + ["a condition"] * bool(plan.where)
    arguments = {"fields": names, "value": "hidden", "source_objects": plan.source_objects}
    act = open_act("forget", arguments, yes=plan.yes, rate=plan.rate)
    with translate_errors(f"the tables, queues and buckets of {act.environment.stack}", act.environment.config):
        records = _find(act, person, budget)
        planned = _look_elsewhere(act, person, records, plan, is_confirmed=False)
        planned.records = records.count()
        for words in records.unreadable:
            print_note(words)
        if not act.announce(_describe(planned, records, plan)):
            return ExitCode.WRONG if records.unreadable else ExitCode.WELL
        removed = _forget(act, person, records, plan)
    if as_json:
        print_json(asdict(removed))
    else:
        print_lines(_report(act, removed, records, plan, clock, routes))
    return ExitCode.WRONG if removed.open_objects or records.unreadable else ExitCode.WELL


def _find(act: Act, person: Person, budget: ReadBudget) -> PersonRecords:
    """Return the person's records; what the whole table costs to read is said before."""
    dynamodb, table = act.environment.session.client("dynamodb"), act.environment.config.log_table_name
    budget.announce(TABLE, int(dynamodb.describe_table(TableName=table)["Table"].get("TableSizeBytes", 0)))
    with watch_reading(budget, TABLE) as spend:
        return find_records(dynamodb, table, person, spend)


def _look_elsewhere(
    act: Act, person: Person, records: PersonRecords, plan: ForgetPlan, *, is_confirmed: bool
) -> Removed:
    """Return what is the person's beside the table; remove it if that is confirmed."""
    environment, config = act.environment, act.environment.config
    s3: S3Client = environment.session.client("s3")
    sqs: SQSClient = environment.session.client("sqs")
    archive = Archive(s3, config.build_archive_name(environment.account), person)
    queue_url = sqs.get_queue_url(QueueName=config.dead_letter_queue_name)["QueueUrl"]
    versions = {(one.uri, one.version) for one in records.versions.values()} if plan.source_objects else set()
    for uri, version in versions if is_confirmed else ():
        remove_source(s3, uri, version)
    return Removed(
        archive=Counter(archive.clean(records, is_confirmed=is_confirmed)),
        letters=clean_letters(sqs, queue_url, person, is_confirmed=is_confirmed),
        source_versions=len(versions),
    )


def _forget(act: Act, person: Person, records: PersonRecords, plan: ForgetPlan) -> Removed:
    """Remove what is the person's: from the table first, then from elsewhere."""
    config = act.environment.config
    dynamodb = act.environment.session.client("dynamodb")
    eraser = Eraser(dynamodb, config.log_table_name, config.ledger_table_name, config.pack_level)
    with act.run(records.count(), "records") as steps:
        open_objects = _erase(eraser, records, steps)
        removed = _look_elsewhere(act, person, records, plan, is_confirmed=True)
        removed.records, removed.open_objects = steps.counts["removed"], open_objects
        steps.count(**removed.archive, letters=removed.letters, source_versions=removed.source_versions)
    return removed


def _erase(eraser: Eraser, records: PersonRecords, steps: ActSteps) -> list[str]:
    """Remove the records; return the objects that are being read meanwhile, so that some may come back."""
    begun = datetime.now(UTC)
    for digest, version in steps.pace(records.versions.items(), size=lambda one: len(one[1].log_ids)):
        eraser.note(digest, version.log_ids)
        eraser.remove(version)
        steps.count(removed=len(version.log_ids))
    open_objects = []
    for version in records.versions.values():
        is_read, has_ended = eraser.find_open(version, begun)
        if is_read or has_ended:
            eraser.remove(version)
        if is_read:
            open_objects.append(version.uri)
    return sorted(set(open_objects))


def _describe(planned: Removed, records: PersonRecords, plan: ForgetPlan) -> Iterator[str]:
    objects = {one.uri for one in records.versions.values()}
    yield f"{planned.records:,} records of {len(records.versions):,} object versions are removed from the table"
    yield from (f"  {uri}" for uri in sorted(objects)[:20])
    for what in ("reject", "copy", "document"):
        if planned.archive[what]:
            yield f"{planned.archive[what]:,} of the error archive: {what}"
    if planned.letters:
        yield f"{planned.letters:,} dead letters that name the person are deleted"
    if plan.source_objects:
        yield f"{planned.source_versions:,} source object versions are deleted, with all other records in them"


def _report(
    act: Act, removed: Removed, records: PersonRecords, plan: ForgetPlan, clock: ZonedClock, routes: Routes
) -> Iterator[str]:
    config = act.environment.config
    yield f"removed   {removed.records:,} records from the table and its indexes"
    yield f"archive   {', '.join(f'{count:,} {what}' for what, count in removed.archive.items()) or 'nothing'}"
    yield f"letters   {removed.letters:,} deleted"
    until = clock.format(clock.now + timedelta(days=RECOVERY_DAYS))
    yield f"stays     in the table's point-in-time recovery until {until}, and in backups until they are deleted"
    if plan.source_objects:
        days = config.source_version_days
        yield f"sources   {removed.source_versions:,} object versions deleted; replicas and delete markers: {days} days"
    else:
        expiry = f"for {config.source_expiry_days} days" if config.source_expiry_days else "until somebody deletes them"
        yield f"sources   {len(records.versions):,} object versions stay {expiry}: --source-objects deletes them"
    yield "replays   leave the records out: the ledger has their ids, and nothing else of them"
    yield from _describe_routes(records, routes)
    for uri in removed.open_objects:
        yield f"again     {uri} is being read: run the same command again when it is done"


def _describe_routes(records: PersonRecords, routes: Routes) -> Iterator[str]:
    """Yield for each source what its route does with a new upload, which is new data."""
    firsts: dict[str, VersionRecords] = {}
    for version in records.versions.values():
        bucket, key = split_uri(version.uri)
        firsts.setdefault(routes.find(key, bucket).get_source(key), version)
    for source, version in sorted(firsts.items()):
        bucket, key = split_uri(version.uri)
        hides = routes.find(key, bucket).redaction is not None
        remedy = "its route hides what it names" if hides else "no route hides it: add redact to the route of its keys"
        yield f"uploads   a new one of {source} is new data: {remedy} (docs/routes.md)"
