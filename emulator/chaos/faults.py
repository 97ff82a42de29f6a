"""Which request meets which fault: drawn from a seed, every kind at least once, and never too many for success."""

import random
import threading
from collections import Counter
from collections.abc import Container

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
    },
    "GetObject": {"server_error": 0.05, "reset": 0.03, "cut_off": 0.08, "slow": 0.05},
    "LedgerBegin": {"server_error": 0.04, "throttled": 0.04, "reset": 0.02, "lost_answer": 0.04, "slow": 0.04},
    "LedgerEnd": {
        "server_error": 0.04,
        "throttled": 0.04,
        "reset": 0.02,
        "lost_answer": 0.04,
        "slow": 0.04,
        "killed_before": 0.05,
        "killed_after": 0.05,
    },
    "SendMessage": {"server_error": 0.04, "reset": 0.02, "lost_answer": 0.04, "slow": 0.04, "twice": 0.06},
    "PutObject": {"server_error": 0.05, "reset": 0.05, "lost_answer": 0.05},
    "CopyObject": {"server_error": 0.05, "reset": 0.05},
}
"""The share of each operation's requests that meets each kind; `killed` ends the child that asked."""
MOST_KILLS = 2
"""For one object: an event has three attempts, a message five, so what can succeed does."""


class Faults:
    """Draws faults and counts them; the n-th request of an operation for an object has one fate for each seed.

    Who works on a key of `spared` is not killed: of an object that has to fail, the last attempt has to say so.
    """

    def __init__(self, seed: int, spared: Container[str] = ()) -> None:
        self._seed = seed
        self._spared = spared
        self._lock = threading.Lock()
        self._asked: Counter[tuple[str, str]] = Counter()
        self._kills: Counter[str] = Counter()
        self._row: Counter[tuple[str, str]] = Counter()
        self.counts: Counter[str] = Counter()

    def kind_for(self, request: Request) -> str | None:
        """The kind of fault that `request` meets, None for most."""
        place = (request.operation, request.subject)
        with self._lock:
            self._asked[place] += 1
            kind = self._drawn(request.operation, *place, self._asked[place])
            if kind and self._too_much(kind, request):
                kind = None
            self._row[place] = self._row[place] + 1 if kind else 0
            if kind:
                self._note(kind, request)
            return kind

    def count(self, name: str) -> None:
        """Count a fault that was not drawn."""
        with self._lock:
            self.counts[name] += 1

    def missing(self) -> list[str]:
        """The kinds that have not occurred."""
        return [name for name in sorted(_names()) if not self.counts[name]]

    def _drawn(self, operation: str, *place: object) -> str | None:
        rng = random.Random(f"{self._seed} {place}")  # noqa: S311 - a fate, no secret
        fate = rng.random()
        shares = SHARES[operation]
        unseen = [kind for kind in shares if not self.counts[f"{operation}.{kind}"]]
        if unseen and (operation != "BatchWriteItem" or fate < 0.5):
            return unseen[0]
        for kind, share in shares.items():
            fate -= share
            if fate < 0:
                return kind
        return None

    def _too_much(self, kind: str, request: Request) -> bool:
        """The clients retry a few times only: one fault in a row, two where a kind has not occurred yet."""
        if kind.startswith("killed") and (
            request.subject in self._spared or self._kills[request.subject] >= MOST_KILLS
        ):
            return True
        most = 1 if self.counts[f"{request.operation}.{kind}"] else 2
        return request.operation != "BatchWriteItem" and self._row[request.operation, request.subject] >= most

    def _note(self, kind: str, request: Request) -> None:
        self.counts[f"{request.operation}.{kind}"] += 1
        if kind.startswith("killed"):
            self._kills[request.subject] += 1


def _names() -> list[str]:
    return [f"{operation}.{kind}" for operation, shares in SHARES.items() for kind in shares]
