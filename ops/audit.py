"""Prove that all that lies in the buckets is stored: compare buckets with ledger, and ledger with log table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from log_processor.parser_version import get_parser_version
from log_processor.reading.source import ObjectSource
from log_processor.routing.routes import FILE
from log_processor.storing.forgotten import ForgottenRecords

from ops.acting.act import Act, open_act
from ops.auditing.auditor import Auditor, LedgerReader
from ops.auditing.comparing import TableComparison
from ops.auditing.discrepancy import Discrepancy, Wrong
from ops.auditing.judging import Standard, find_patience
from ops.auditing.repair import repair
from ops.auditing.rereading import VersionReader
from ops.auditing.sampling import TableSample
from ops.auditing.table_keys import TableKeys
from ops.errors import CommandError
from ops.exit_codes import ExitCode
from ops.frame.aws_errors import translate_errors
from ops.frame.environment import Environment, open_environment
from ops.frame.output import print_json, print_lines
from ops.frame.read_budget import ReadBudget, format_size, parse_size
from ops.frame.times import ZonedClock, check_order, open_clock
from ops.notes import print_note
from ops.parse import load_routes
from ops.reading.listed_versions import ListedVersion, VersionWindow, list_buckets
from ops.reading.object_reader import ObjectReader
from ops.reading.spending import Spend, watch_reading

TABLES = "the ledger and the log table"
REMEDY = "name a shorter time"
MAX_SHOWN = 20
"""How many findings of one kind the page shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlan:
    """What to audit and how; see the command's options."""

    uri: str = ""
    since: str = "1d"
    until: str = "now"
    ignored: Sequence[str] = ()
    deep: bool = False
    sample: int = 20
    patience: str | None = None
    any_parser: bool = False
    repair: bool = False
    rate: float | None = None
    yes: str | None = None
    tz: str = "UTC"
    max_read: str = "1GB"


@dataclass(slots=True)
class Findings:
    """What is wrong: how much of each kind, the first ones of it, and the versions that a replay mends."""

    counts: Counter[Wrong] = field(default_factory=Counter)
    first: dict[Wrong, list[Discrepancy]] = field(default_factory=dict)
    replayed: dict[tuple[str, str], ListedVersion] = field(default_factory=dict)

    def add(self, finding: Discrepancy) -> None:
        """Add a finding."""
        self.counts[finding.fault] += 1
        if finding.is_replayed and finding.listed is not None:
            self.replayed[finding.name, finding.version] = finding.listed
        shown = self.first.setdefault(finding.fault, [])
        if len(shown) < MAX_SHOWN:
            shown.append(finding)


def run(plan: AuditPlan, *, as_json: bool) -> int:
    """Print what is wrong in a window, and whether the account closes; return 0 if it does, else 1."""
    clock = open_clock(plan.tz)
    budget = ReadBudget(parse_size("--max-read", plan.max_read), remedy=REMEDY)
    since, until = clock.parse("--since", plan.since), clock.parse("--to", plan.until)
    check_order((f"--since {plan.since}", since), (f"--to {plan.until}", until))
    if plan.sample < 0:
        raise CommandError(f"--sample {plan.sample}: it must not be below 0: write 0 for none")
    patience = clock.now - clock.parse("--patience", plan.patience) if plan.patience else None
    act = _open_repair(plan)
    environment = act.environment if act else open_environment()
    window = VersionWindow(find_first_time(environment, clock, since), until, plan.uri)
    with watch_reading(budget, TABLES, "the tables") as spend:
        auditor = build_auditor(environment, clock, plan, spend, patience)
        if all(window.narrow(bucket) is None for bucket in auditor.buckets):
            raise CommandError(f"{plan.uri}: no source takes objects of such names: 'ops sources' says which it does")
        findings = Findings()
        with translate_errors(f"the buckets and tables of {environment.stack}", environment.config):
            announce(auditor, budget, environment)
            for finding in auditor.audit(window):
                findings.add(finding)
                if as_json:
                    print_json(_describe(finding))
    for words in sorted(auditor.keys.unreadable):
        print_note(words)
    if as_json:
        print_json({"closes": not findings.counts, **asdict(auditor.counts), "faults": dict(findings.counts)})
    else:
        print_lines(_format_page(auditor, findings, window, clock))
    if act and findings.replayed:
        repair(act, list(findings.replayed.values()))
    return ExitCode.WRONG if findings.counts else ExitCode.WELL


def _open_repair(plan: AuditPlan) -> Act | None:
    """Return the act of a repair; None if nothing is to be repaired."""
    if not plan.repair:
        if plan.yes is not None:
            raise CommandError("--yes confirms a repair: write --repair --yes, or leave out --yes")
        return None
    arguments = {"prefix": plan.uri, "since": plan.since, "to": plan.until, "ignore": list(plan.ignored)}
    return open_act("audit", arguments, yes=plan.yes, rate=plan.rate)


def find_first_time(environment: Environment, clock: ZonedClock, since: datetime) -> datetime:
    """Return since when there are rows to compare with: those of the ledger may expire."""
    days = environment.config.ledger_ttl_days
    kept_since = clock.now - timedelta(days=days)
    if not days or since >= kept_since:
        return since
    print_note(f"rows of the ledger expire after {days} days: what was uploaded before is not audited")
    return kept_since


def build_auditor(
    environment: Environment, clock: ZonedClock, plan: AuditPlan, spend: Spend, patience: timedelta | None
) -> Auditor:
    """Return what audits the environment as the plan says."""
    config, session = environment.config, environment.session
    dynamodb, s3 = session.client("dynamodb"), session.client("s3")
    keys = TableKeys(dynamodb, config.log_table_name, spend)
    objects = ObjectReader(ObjectSource(s3), load_routes(FILE), config)
    reader = VersionReader(objects, ForgottenRecords(dynamodb, config.ledger_table_name))
    standard = Standard(
        now=clock.now,
        patience=find_patience(config) if patience is None else patience,
        parser="" if plan.any_parser else get_parser_version(),
    )
    return Auditor(
        s3=s3,
        buckets=list_buckets(config, environment.account),
        ledger=LedgerReader(dynamodb, config.ledger_table_name, spend),
        keys=keys,
        reader=reader,
        standard=standard,
        sample=TableSample(plan.sample),
        comparison=TableComparison(dynamodb, config.ledger_table_name, keys, reader, plan.uri) if plan.deep else None,
        ignored=plan.ignored,
        record_ttl=timedelta(days=config.record_ttl_days),
    )


def announce(auditor: Auditor, budget: ReadBudget, environment: Environment) -> None:
    """Say what an audit reads at most; raises `CommandError` if that is above the limit."""
    size = environment.session.client("dynamodb").describe_table(TableName=auditor.ledger.table)["Table"]
    budget.announce("the ledger", min(size.get("TableSizeBytes", 0), budget.max_bytes))
    if auditor.comparison is not None:
        budget.announce("the log table", auditor.keys.measure())


def _describe(finding: Discrepancy) -> dict[str, str | bool]:
    return {
        "object": finding.name,
        "version": finding.version,
        "fault": finding.fault,
        "detail": finding.detail,
        "replayed": finding.is_replayed,
    }


def _format_page(auditor: Auditor, findings: Findings, window: VersionWindow, clock: ZonedClock) -> Iterator[str]:
    counts = auditor.counts
    yield f"uploads   {clock.format(window.since)} to {clock.format(window.until)}{_name_prefix(window)}"
    yield f"buckets   {counts.versions:,} versions, {format_size(counts.bytes)}"
    kept = f"{counts.stored:,} stored + {counts.filtered:,} filtered + {counts.rejected:,} rejected"
    yield f"ledger    {counts.read:,} records read = {kept}"
    yield f"table     {_describe_table(auditor)}"
    for fault in Wrong:
        if fault in findings.counts:
            yield ""
            yield f"{fault} ({findings.counts[fault]:,}): {fault.remedy}"
            yield from (f"  {one.name} {one.version or '-'}: {one.detail}" for one in findings.first[fault])
            if (more := findings.counts[fault] - len(findings.first[fault])) > 0:
                yield f"  and {more:,} more: --json prints all"
    yield ""
    yield f"does not close: {findings.counts.total():,} findings" if findings.counts else "closes"


def _name_prefix(window: VersionWindow) -> str:
    return f", {window.uri}*" if window.uri else ""


def _describe_table(auditor: Auditor) -> str:
    comparison, sample = auditor.comparison, auditor.sample
    expired = f"; {auditor.counts.expired:,} versions may have expired" if auditor.counts.expired else ""
    if comparison is None:
        return f"{sample.records:,} records of {sample.versions:,} versions looked up; --deep compares all{expired}"
    strangers = comparison.skipped_versions
    others = f"; {strangers:,} records of further versions not looked up" if strangers else ""
    return f"all {comparison.records:,} records of {comparison.compared:,} versions compared{others}{expired}"
