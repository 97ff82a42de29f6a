"""Decide whether a call is made again, and when, as the standard mode of botocore does; that needs its client.

Source: AWS SDKs and Tools Reference Guide, "Retry behavior"; `botocore/retries/standard.py`, which tests compare with.
"""

import random
from collections.abc import Callable, Mapping
from enum import Enum

from botocore.retries.quota import RetryQuota

from log_processor.calls.clients import MAX_TRIES

THROTTLING_CODES = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled"),
        *("TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException"),
        *("RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown"),
        *("PriorRequestNotComplete", "EC2ThrottledException"),
    }
)
PASSING_CODES = frozenset({"RequestTimeout", "RequestTimeoutException", "ReplicatedWriteConflictException"})
PASSING_STATUSES = frozenset({500, 502, 503, 504})
THROTTLING_STATUS = 429
FIRST_COST = 1
"""What a call that was not made again gives back to the quota."""
MAX_PAUSE_S = 20.0
MAX_ASKED_S = 5.0
"""How much longer than its own a pause may be if the service asks for it."""
RETRY_AFTER = b"x-amz-retry-after"


class CallFault(Enum):
    """What ended a try: the value is what one more costs of the quota."""

    THROTTLING = 5
    PASSING = 14

    @property
    def pause_s(self) -> float:
        """Return the longest pause before the second try; the one before each further is twice as long."""
        return 1.0 if self is CallFault.THROTTLING else 0.025


def judge(code: str, status: int) -> CallFault | None:
    """Return what an answer with an error means; None if another try would be answered the same."""
    if code in THROTTLING_CODES or status == THROTTLING_STATUS:
        return CallFault.THROTTLING
    return CallFault.PASSING if code in PASSING_CODES or status in PASSING_STATUSES else None


class CallTries:
    """The tries of one call. `quota` is that of all calls: while most fail, they are not made again."""

    def __init__(self, quota: RetryQuota, choose_share: Callable[[], float] = random.random) -> None:
        self._quota, self._choose_share = quota, choose_share
        self._number, self._cost = 1, FIRST_COST

    def choose_pause_s(self, fault: CallFault, fields: Mapping[bytes, bytes]) -> float | None:
        """Return the seconds before the next try; None if there is none. `fields` are the header's of the answer."""
        if self._number >= MAX_TRIES or not self._quota.acquire(fault.value):
            return None
        longest_s = min(fault.pause_s * (1 << self._number - 1), MAX_PAUSE_S)
        self._number, self._cost = self._number + 1, fault.value
        pause_s = self._choose_share() * longest_s
        return max(pause_s, min(_read_asked_s(fields), pause_s + MAX_ASKED_S))

    def succeed(self) -> None:
        """Give back to the quota what the last try took of it."""
        self._quota.release(self._cost)


def _read_asked_s(fields: Mapping[bytes, bytes]) -> float:
    """Return the seconds that the service asks to wait, 0 if it asks for none."""
    asked = fields.get(RETRY_AFTER, b"")
    return int(asked) / 1000 if asked.isdigit() else 0.0
