"""Decide how long a range waits that is denied access, and when it is tried again.

Policies are mended and records are not: whoever broke one gets a day or more before the range counts as failed.
"""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from log_processor.errors import AccessDeniedError
from log_processor.work.chain import MAX_DELAY_S
from log_processor.work.ranges import ObjectRange

FIRST_WAIT_S = 30


def postpone_denied(work: ObjectRange, wait_hours: int) -> ObjectRange | None:
    """Return the range to try again, with the time of its first denial; None if that is `wait_hours` ago or more."""
    now = datetime.now(UTC)
    since = _read_first_denial(work, now)
    if now - since >= timedelta(hours=wait_hours):
        return None
    return replace(work, denied_since=since.isoformat(timespec="seconds").replace("+00:00", "Z"))


def choose_access_delay_s(work: ObjectRange) -> int:
    """Return the seconds until a denied range is tried again: about as long as it has waited, 30 s to 15 min.

    Half of it is random, so that what was denied together does not come back together.
    """
    now = datetime.now(UTC)
    waited_s = (now - _read_first_denial(work, now)).total_seconds()
    delay_s = min(MAX_DELAY_S, max(FIRST_WAIT_S, waited_s))
    return int(random.uniform(delay_s / 2, delay_s))  # noqa: S311 - no secret


def make_final_denial(work: ObjectRange, denial: AccessDeniedError) -> AccessDeniedError:
    """Return the error of a range that has waited long enough: it says since when."""
    return AccessDeniedError(f"denied since {work.denied_since}: {denial}").add_attempts(denial.attempts)


def _read_first_denial(work: ObjectRange, now: datetime) -> datetime:
    """Return the time of the first denial: `now` if there was none before, or if the time is still to come."""
    if work.denied_since is None:
        return now
    try:
        since = datetime.fromisoformat(work.denied_since)
    except ValueError:  # such as 30 February
        return now
    return min(now, since if since.tzinfo else since.replace(tzinfo=UTC))
