"""Forget a person: say which records are theirs; with `--yes`, remove them so that no replay brings them back."""

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from log_processor.routing.routes import FILE

from ops.acting.act import Act, open_act
from ops.acting.steps import ActSteps
from ops.exit_codes import ExitCode
from ops.forgetting.elsewhere import Archive, clean_letters, remove_source
from ops.forgetting.matches import PersonRecords, find_records
from ops.forgetting.page import Removed, describe_plan, format_report
from ops.forgetting.person import Person, parse_person
from ops.forgetting.removal import Eraser
from ops.frame.aws_errors import translate_errors
from ops.frame.output import print_json, print_lines
from ops.frame.read_budget import ReadBudget, parse_size
from ops.frame.times import open_clock
from ops.notes import print_note
from ops.parse import load_routes
from ops.reading.spending import watch_reading
from ops.reading.version_names import VersionNames

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

TABLE = "the log table"


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
        if not act.announce(describe_plan(planned, records, with_sources=plan.source_objects)):
            return ExitCode.WRONG if records.unreadable else ExitCode.WELL
        removed = _forget(act, person, records, plan)
    if as_json:
        print_json(asdict(removed))
    else:
        said = {"with_sources": plan.source_objects, "has_fields": bool(plan.fields)}
        print_lines(format_report(act.environment.config, removed, records, clock, routes, **said))
    return ExitCode.WELL if removed.is_whole and not records.unreadable else ExitCode.WRONG


def _find(act: Act, person: Person, budget: ReadBudget) -> PersonRecords:
    """Return the person's records; what the whole table costs to read is said before."""
    dynamodb, table = act.environment.session.client("dynamodb"), act.environment.config.log_table_name
    budget.announce(TABLE, int(dynamodb.describe_table(TableName=table)["Table"].get("TableSizeBytes", 0)))
    with watch_reading(budget, TABLE) as spend:
        records = find_records(dynamodb, table, person, spend)
        ledger, s3 = act.environment.config.ledger_table_name, act.environment.session.client("s3")
        records.name_versions(VersionNames(dynamodb, ledger, s3), spend)
        return records


def _look_elsewhere(
    act: Act, person: Person, records: PersonRecords, plan: ForgetPlan, *, is_confirmed: bool
) -> Removed:
    """Return what is the person's beside the table; remove it if that is confirmed."""
    environment, config = act.environment, act.environment.config
    s3: S3Client = environment.session.client("s3")
    sqs: SQSClient = environment.session.client("sqs")
    archive = Archive(s3, config.build_archive_name(environment.account), person)
    queue_url = sqs.get_queue_url(QueueName=config.dead_letter_queue_name)["QueueUrl"]
    named = {(one.uri, one.version) for one in records.versions.values() if one.version}
    versions = named if plan.source_objects else set()
    for uri, version in versions if is_confirmed else ():
        remove_source(s3, uri, version)
    letters = clean_letters(sqs, queue_url, person, is_confirmed=is_confirmed)
    return Removed(
        archive=Counter(archive.clean(records, is_confirmed=is_confirmed)),
        letters=letters.count,
        unseen_letters=letters.unseen,
        source_versions=len(versions),
    )


def _forget(act: Act, person: Person, records: PersonRecords, plan: ForgetPlan) -> Removed:
    """Remove what is the person's: from the table at last, because its records say what is theirs elsewhere.

    So whatever stops it, the same command finds all that is left.
    """
    config = act.environment.config
    dynamodb = act.environment.session.client("dynamodb")
    eraser = Eraser(dynamodb, config.log_table_name, config.ledger_table_name, config.pack_level)
    with act.run(records.count(), "records") as steps:
        begun = datetime.now(UTC)
        for digest, version in records.versions.items():
            eraser.note(digest, version.log_ids)
        removed = _look_elsewhere(act, person, records, plan, is_confirmed=True)
        removed.open_objects = _erase(eraser, records, steps, begun)
        removed.records = steps.counts["removed"]
        steps.count(**removed.archive, letters=removed.letters, source_versions=removed.source_versions)
    return removed


def _erase(eraser: Eraser, records: PersonRecords, steps: ActSteps, begun: datetime) -> list[str]:
    """Remove the records; return the objects that are being read meanwhile, so that some may come back.

    Their ids have been noted since `begun`.
    """
    for version in steps.pace(records.versions.values(), size=lambda one: len(one.log_ids)):
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
