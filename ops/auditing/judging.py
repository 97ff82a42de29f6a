"""Judge an object version by its rows in the ledger: whether all of it is read, and its account adds up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from log_processor.errors import PlanError
from log_processor.storing.ledger_row import LedgerItem, Row, parse_row
from log_processor.work.chain import MAX_DELAY_S, MAX_STALLS
from log_processor.work.plan import Plan, decode_plan
from log_processor.work.replay import read_replay_time

from ops.accounts import VersionAccount, accounts
from ops.auditing.discrepancy import Discrepancy, Wrong
from ops.reading.listed_versions import ListedVersion
from stacks.config import Config
from stacks.config.retention import MAX_EVENT_AGE_S, VISIBILITY_TIMEOUTS

NEVER = datetime.fromtimestamp(0, UTC)
EVENT_DELAY = timedelta(minutes=5)
"""How long after the upload its event usually has come, so that its row is there."""


@dataclass(frozen=True, slots=True)
class Standard:
    """By what versions are judged.

    - `now`: when it is.
    - `patience`: how long nothing may be heard of a range that may still go on.
    - `parser`: the version of the parser by which objects are to be read; empty if any will do.
    """

    now: datetime
    patience: timedelta
    parser: str


@dataclass(frozen=True, slots=True)
class JudgedVersion:
    """A version with its rows of the ledger, its account if it has rows, and what is wrong with it."""

    listed: ListedVersion
    rows: tuple[LedgerItem, ...]
    account: VersionAccount | None
    findings: tuple[Discrepancy, ...]


def find_patience(config: Config) -> timedelta:
    """Return how long nothing may be heard of a range that goes on: of an event, or of a message and its delays."""
    deliveries_s = VISIBILITY_TIMEOUTS * config.function_timeout_s * config.max_receive_count
    return timedelta(seconds=max(MAX_EVENT_AGE_S, deliveries_s + MAX_STALLS * MAX_DELAY_S))


def judge_object(
    versions: Sequence[ListedVersion], items: Sequence[LedgerItem], standard: Standard
) -> list[JudgedVersion]:
    """Return the judgement on each of some versions of one object, whose rows are `items`."""
    by_version = {account.version: account for account in accounts(items)}
    judged = []
    for listed in versions:
        account = by_version.get(listed.version)
        rows = tuple(item for item in items if item.get("version", {}).get("S") == listed.version) if account else ()
        faults = _judge(listed, account, [parse_row(item) for item in rows], sorted(by_version), standard)
        findings = [Discrepancy(fault, listed.uri, listed.version, detail, listed) for fault, detail in faults]
        judged.append(JudgedVersion(listed, rows, account, tuple(findings)))
    return judged


def _judge(
    listed: ListedVersion, account: VersionAccount | None, rows: Sequence[Row], known: Sequence[str], standard: Standard
) -> Iterator[tuple[Wrong, str]]:
    """Yield each fault of a version with what it is about."""
    if account is None:
        yield _judge_unseen(listed, known, standard)
        return
    yield from _judge_upload(listed, rows)
    yield from _judge_progress(account, rows, standard)
    yield from _judge_sums(rows)
    yield from _judge_parsers(account, standard)


def _judge_unseen(listed: ListedVersion, known: Sequence[str], standard: Standard) -> tuple[Wrong, str]:
    uploaded = datetime.fromtimestamp(listed.uploaded_ms / 1000, UTC)
    words = f"uploaded at {uploaded.isoformat(timespec='seconds').replace('+00:00', 'Z')}"
    if standard.now - uploaded < min(EVENT_DELAY, standard.patience):
        return Wrong.UNDER_WAY, f"{words}: its event may still come"
    if known:
        return Wrong.CHANGED, f"{words}; the ledger has other versions alone: {', '.join(known[-3:])}"
    return Wrong.NEVER_SEEN, words


def _judge_upload(listed: ListedVersion, rows: Sequence[Row]) -> Iterator[tuple[Wrong, str]]:
    """Yield a fault if the rows are of another upload than the one that is listed."""
    sizes = {row.size for row in rows if row.size is not None}
    if sizes - {listed.size_bytes}:
        yield Wrong.CHANGED, f"it has {listed.size_bytes:,} bytes, and its row says {max(sizes):,}"
        return
    for plan in filter(None, map(_read_plan, rows)):
        planned_s, uploaded_s = plan.last_modified_ms // 1000, listed.uploaded_ms // 1000
        if (plan.etag, planned_s) != (listed.etag, uploaded_s):
            planned = datetime.fromtimestamp(planned_s, UTC).isoformat()
            uploaded = datetime.fromtimestamp(uploaded_s, UTC).isoformat()
            detail = f"uploaded at {uploaded} with the ETag {listed.etag}, its plan is of {planned} and {plan.etag}"
            yield Wrong.CHANGED, detail


def _read_plan(row: Row) -> Plan | None:
    try:
        return decode_plan(row.plan)
    except PlanError:
        return None


def _judge_progress(account: VersionAccount, rows: Sequence[Row], standard: Standard) -> Iterator[tuple[Wrong, str]]:
    if account.status == "failed":
        yield Wrong.FAILED, "; ".join(account.reasons) or "its row says no reason"
    elif account.waits:
        yield Wrong.WAITING, "; ".join(account.waits)
    elif open_ranges := account.running + _count_unseen(rows):
        yield _judge_open(open_ranges, account, rows, standard)
    else:
        if account.gaps:
            yield Wrong.GAP, "; ".join(account.gaps)
        if account.overlaps or account.beyond:
            behind = (f"{stretch}, behind the object's end" for stretch in account.beyond)
            yield Wrong.OVERLAP, "; ".join((*account.overlaps, *behind))


def _count_unseen(rows: Sequence[Row]) -> int:
    """Return how many ranges were sent to the work queue and have no row."""
    own = [row for row in rows if row.ranges is None]
    sent = sum(row.ranges or 0 for row in rows) or 1
    return max(0, sent + sum(row.status == "continued" for row in own) - len(own))


def _judge_open(
    open_ranges: int, account: VersionAccount, rows: Sequence[Row], standard: Standard
) -> tuple[Wrong, str]:
    words = [datetime.fromisoformat(moment) for row in rows for moment in (row.processed_at, row.finished_at) if moment]
    if account.replay:  # it is all there is of ranges that wait for their first attempt
        words.append(read_replay_time(account.replay))
    heard = max(words, default=NEVER)
    fault = Wrong.UNFINISHED if standard.now - heard > standard.patience else Wrong.UNDER_WAY
    where = f": {'; '.join(account.gaps)}" if account.gaps else ""
    return fault, f"{open_ranges:,} ranges are not done, nothing was heard since {heard.isoformat()}{where}"


def _judge_sums(rows: Sequence[Row]) -> Iterator[tuple[Wrong, str]]:
    """Yield a fault if a row's counts do not add up, or a continued range was not read up to where its rest begins."""
    for row in rows:
        kept = row.stored + row.filtered + row.rejected
        if row.read != kept:
            yield Wrong.COUNTS, f"{_name_range(row)}: {row.read:,} records read, {kept:,} accounted for"
        if row.status == "continued" and row.resume is not None and row.bytes != row.resume - row.start:
            yield Wrong.BYTES, f"{_name_range(row)}: {row.bytes:,} bytes read, and it goes on at byte {row.resume:,}"


def _name_range(row: Row) -> str:
    member = "" if row.member is None else f"member {row.member}, "
    return f"{member}bytes {row.start:,} to {'the end' if row.end is None else f'{row.end:,}'}"


def _judge_parsers(account: VersionAccount, standard: Standard) -> Iterator[tuple[Wrong, str]]:
    if len(account.parsers) > 1:
        yield Wrong.MIXED_PARSERS, ", ".join(account.parsers)
    elif standard.parser and account.parsers != (standard.parser,):
        yield Wrong.OLD_PARSER, f"{account.parsers[0] or 'unknown'}, and it is {standard.parser} now"
    if len(account.record_rules) > 1:
        yield Wrong.MIXED_RULES, ", ".join(account.record_rules)
