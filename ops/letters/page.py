"""Print dead letters in groups, and what became of those that were sent."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from log_processor.errors import EnvelopeError

from ops.failing import MENDED_BY
from ops.frame.times import ZonedClock, describe_span
from ops.letters.aftermath import Aftermath
from ops.letters.choice import LetterGroup
from ops.letters.letter import DIED, TIMED_OUT, UNDELIVERED
from stacks.config.retention import LETTER_RETENTION_S

CAUSES = {
    DIED: "its process died, or nothing ended, in each delivery: see the function's log, and raise function_memory_mb",
    TIMED_OUT: "Lambda ended it at the time-out: see the function's log",
    UNDELIVERED: "no invocation had it: nothing has to be mended in the object",
    EnvelopeError.__name__: "it is no event that the function reads",
}


def format_groups(groups: Sequence[LetterGroup], clock: ZonedClock, *, is_all: bool) -> Iterator[str]:
    """Yield lines of text that say which letters there are."""
    now_ms = int(clock.now.timestamp() * 1000)
    count = sum(group.letters for group in groups)
    if not count:
        yield "there are no dead letters"
        return
    oldest_s = (now_ms - min(group.oldest_ms for group in groups)) / 1000
    more = "" if is_all else " and perhaps more"
    yield (
        f"{count:,} dead letters{more}; the oldest is {describe_span(oldest_s)} old, and SQS removes it in "
        f"{describe_span(LETTER_RETENTION_S - oldest_s)}"
    )
    for group in groups:
        yield ""
        yield from _format_group(group, clock)


def _format_group(group: LetterGroup, clock: ZonedClock) -> Iterator[str]:
    letters = f"{group.letters:,} {'letter' if group.letters == 1 else 'letters'}"
    mended = CAUSES.get(group.cause, MENDED_BY[group.mending])
    yield f"{letters}, {group.mending}: {group.cause}, source {group.source}, {group.age} old ({mended})"
    yield f"  newest: {group.newest}, sent at {clock.format(group.newest_ms)}"
    if group.reason:
        yield f"  {group.reason}"
    if group.refusal:
        yield f"  it stays, because the function cannot read it: {group.refusal}"


def describe_groups(groups: Sequence[LetterGroup]) -> list[dict[str, Any]]:
    """Return the groups for programs."""
    return [asdict(group) for group in groups]


def format_aftermath(aftermath: Aftermath) -> Iterator[str]:
    """Yield lines of text that say what became of the ranges that were sent."""
    yield f"{aftermath.stored:,} ranges are stored"
    for reason, count in sorted(aftermath.failed.items(), key=lambda pair: (-pair[1], pair[0])):
        yield f"{count:,} {'range' if count == 1 else 'ranges'} failed again: {reason}"
    if aftermath.pending:
        unknown = "have not ended yet, or their messages name no version"
        yield f"{aftermath.pending:,} {unknown}: 'ops status' says what becomes of them"
