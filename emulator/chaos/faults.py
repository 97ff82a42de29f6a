"""Draw from a seed which request meets which fault: each kind at least once, and few enough for retries to help."""

import random
import threading
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass

from emulator.chaos.requests import Request

SHARES: dict[str, dict[str, float]] = {
    "BatchWriteItem": {
        "throttled": 0.15,
        "unprocessed": 0.15,
        "server_error": 0.01,
        "reset": 0.01,
        "lost_answer": 0.01,
        "slow": 0.01,
        "killed_before": 0.01,
        "killed_after": 0.01,
        "trickled": 0.002,
    },
    "GetObject": {
        "server_error": 0.05,
        "reset": 0.03,
        "cut_off": 0.12,
        "slow": 0.05,
        "killed_before": 0.02,
        "killed_after": 0.02,
        "trickled": 0.02,
    },
    "LedgerBegin": {"server_error": 0.04, "throttled": 0.04, "reset": 0.02, "lost_answer": 0.04, "slow": 0.04},
    "LedgerEnd": {
        "server_error": 0.04,
        "throttled": 0.04,
        "reset": 0.02,
        "lost_answer": 0.04,
        "slow": 0.04,
        "killed_before": 0.05,
        "killed_after": 0.05,
        "killed_by_deploy": 0.01,
        "trickled": 0.02,
    },
    "SendMessage": {
        "server_error": 0.04,
        "reset": 0.02,
        "lost_answer": 0.04,
        "slow": 0.04,
        "twice": 0.06,
        "killed_before": 0.05,
        "killed_after": 0.05,
        "killed_by_deploy": 0.05,
        "trickled": 0.02,
    },
    "ReceiveMessage": {"delivered_twice": 0.1},
    "PutObject": {
        "server_error": 0.05,
        "reset": 0.05,
        "lost_answer": 0.05,
        "killed_before": 0.05,
        "killed_after": 0.05,
        "trickled": 0.02,
    },
    "CopyObject": {"server_error": 0.05, "reset": 0.05},
}
"""The share of each operation's requests that meets each kind of fault; `killed` ends the child that sent it.

`killed_by_deploy` comes after the call took effect, and another range size or parser version is deployed before it.
`ReceiveMessage` is a delivery of the work queue.
"""
CHOSEN_SHARE = 0.5
MAX_KILLS = 2
"""The kills for one object: an event has three attempts, a message more, so the work can still succeed.

An answer that trickles counts as one, because the invocation may end without it.
"""
MAX_BATCH_KILLS = 1
"""The kills for one object during batches: those are many, and come before the requests that an object has few of."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A drawn fault: its kind, and a number from 0 to 1 that says where in a body it strikes, if it does so there."""

    kind: str
    fraction: float = 0.0

    def choose_cut(self, length: int) -> int:
        """Return after how many of `length` bytes a body ends: at least one, and rather few than many."""
        return min(length, 1 + int(self.fraction**3 * length))


class Faults:
    """Draws faults and counts them. A seed fixes the fate of the n-th request of an operation for an object.

    Nobody who works on a key of `spared` is killed: for an object that must fail, the last attempt has to report it.
    With `kinds`, such as `GetObject.reset`, there are no other faults than those, and half of the requests meet them.
    An object meets at most `max_kills` kills.
    """

    def __init__(
        self,
        seed: int,
        spared: Container[str] = (),
        kinds: Container[str] | None = None,
        max_kills: int = MAX_KILLS,
    ) -> None:
        self._seed = seed
        self._spared = spared
        self._max_kills = max_kills
        self._shares = _choose_shares(kinds)
        self._lock = threading.Lock()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._kills: Counter[str] = Counter()
        self._batch_kills: Counter[str] = Counter()
        self._in_row: Counter[tuple[str, str]] = Counter()
        self.counts: Counter[str] = Counter()

    def draw(self, request: Request) -> Fault | None:
        """Draw and count a fault for `request`; return None if the request meets none."""
        asked = (request.operation, request.subject)
        with self._lock:
            self._asked[asked] += 1
            rng = random.Random(f"{self._seed} {(*asked, self._asked[asked])}")  # noqa: S311 - a fate, no secret
            kind = self._draw_kind(request, rng)
            if kind and self._is_too_much(kind, request):
                kind = None
            self._in_row[asked] = self._in_row[asked] + 1 if kind else 0
            if kind is None:
                return None
            self._record_fault(kind, request)
            return Fault(kind, rng.random())

    def count(self, name: str) -> None:
        """Count a fault that was not drawn."""
        with self._lock:
            self.counts[name] += 1

    def list_missing(self) -> list[str]:
        """Return the kinds of fault that have not occurred."""
        kinds = (f"{operation}.{kind}" for operation, shares in self._shares.items() for kind in shares)
        return [name for name in sorted(kinds) if not self.counts[name]]

    def _draw_kind(self, request: Request, rng: random.Random) -> str | None:
        operation = request.operation
        fate, shares = rng.random(), self._shares[operation]
        unseen = [
            kind
            for kind in shares
            if not self.counts[f"{operation}.{kind}"] and not self._is_one_kill_too_many(kind, request)
        ]
        if unseen and (operation != "BatchWriteItem" or fate < 0.5):
            return rng.choice(unseen)
        for kind, share in shares.items():
            fate -= share
            if fate < 0:
                return kind
        return None

    def _is_too_much(self, kind: str, request: Request) -> bool:
        """Tell whether a fault would leave no attempt that can succeed.

        A kill is too much for a spared key, or after the most kills of a key, or one of its batches. Any other fault is
        too much if the request before it failed, because clients retry only a few times. Only a kind that has not
        occurred yet may follow one fault, and faults of batches, which are retried more often, may follow each other.
        """
        if self._is_one_kill_too_many(kind, request):
            return True
        max_in_row = 1 if self.counts[f"{request.operation}.{kind}"] else 2
        return request.operation != "BatchWriteItem" and self._in_row[request.operation, request.subject] >= max_in_row

    def _is_one_kill_too_many(self, kind: str, request: Request) -> bool:
        key, is_batch = request.subject, request.operation == "BatchWriteItem"
        has_all = self._kills[key] >= self._max_kills or (is_batch and self._batch_kills[key] >= MAX_BATCH_KILLS)
        return _ends_invocation(kind) and (key in self._spared or has_all)

    def _record_fault(self, kind: str, request: Request) -> None:
        self.counts[f"{request.operation}.{kind}"] += 1
        if _ends_invocation(kind):
            self._kills[request.subject] += 1
            self._batch_kills[request.subject] += request.operation == "BatchWriteItem"


def _ends_invocation(kind: str) -> bool:
    return kind.startswith("killed") or kind == "trickled"


def _choose_shares(kinds: Container[str] | None) -> dict[str, dict[str, float]]:
    if kinds is None:
        return SHARES
    return {
        operation: {kind: CHOSEN_SHARE for kind in shares if f"{operation}.{kind}" in kinds}
        for operation, shares in SHARES.items()
    }
