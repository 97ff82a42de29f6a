"""Group the ranges that failed, or wait for access, by their reasons, and say whether time mends them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from log_processor import errors
from log_processor.errors import AccessDeniedError, PipelineError, RetryableError

from ops.reading.ledger_days import RangeRow, read_reasons

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MAX_REASONS = 1_000
"""Of how many ranges the reasons are read; they are those that began last."""
UNREAD = "not read"
GONE = "unknown"


class Mending(StrEnum):
    """Who mends what failed."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    WAITING = "waiting"
    UNKNOWN = "unknown"


MENDED_BY = {
    Mending.TRANSIENT: "the function tries again",
    Mending.PERMANENT: "somebody has to mend it",
    Mending.WAITING: "waits until access is granted",
    Mending.UNKNOWN: "see the function's log",
}


@dataclass(frozen=True, slots=True)
class FailureGroup:
    """The objects that failed for one cause: how many, and of the one that began last its name, time and reason.

    - `cause`: the class of the error, as it stands in the ledger.
    - `mending`: `transient` if the function tries again by itself, `permanent` if a person has to mend it, `waiting`
      if it waits until access is granted.
    """

    cause: str
    mending: Mending
    objects: int
    ranges: int
    newest: str
    began_at: str
    reason: str


def group_failures(dynamodb: "DynamoDBClient", table: str, ranges: Sequence[RangeRow]) -> list[FailureGroup]:
    """Return a group for each cause, the one with the most objects first; reasons are read by key, 100 a request."""
    failing = [one for one in ranges if one.row.status == "failed" or one.row.denied_since]
    newest = failing[-MAX_REASONS:]
    known = read_reasons(dynamodb, table, [one.key for one in newest])
    reasons = [UNREAD] * (len(failing) - len(newest)) + [known.get(one.key, "") for one in newest]
    groups: defaultdict[tuple[str, Mending], list[tuple[RangeRow, str]]] = defaultdict(list)
    for one, reason in zip(failing, reasons, strict=True):
        groups[_classify(one, reason)].append((one, reason))
    built = [_build_group(*key, members) for key, members in groups.items()]
    return sorted(built, key=lambda group: (-group.objects, group.cause))


def _classify(one: RangeRow, reason: str) -> tuple[str, Mending]:
    if one.row.denied_since and one.row.status != "failed":
        return AccessDeniedError.__name__, Mending.WAITING
    cause = reason.partition(":")[0]
    mending = judge_cause(cause)
    if mending is Mending.UNKNOWN:
        return cause if reason == UNREAD else GONE, mending
    return cause, mending


def judge_cause(cause: str) -> Mending:
    """Return who mends what the class of error with that name ended; unknown if the function has no such class."""
    kind = getattr(errors, cause, None)
    if not (isinstance(kind, type) and issubclass(kind, PipelineError)):
        return Mending.UNKNOWN
    return Mending.TRANSIENT if issubclass(kind, RetryableError) else Mending.PERMANENT


def _build_group(cause: str, mending: Mending, members: Sequence[tuple[RangeRow, str]]) -> FailureGroup:
    newest, reason = members[-1]
    return FailureGroup(
        cause=cause,
        mending=mending,
        objects=len({one.object for one, _ in members}),
        ranges=len(members),
        newest=newest.object,
        began_at=newest.row.processed_at,
        reason=reason,
    )
