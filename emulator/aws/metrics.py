"""Keep the samples of CloudWatch's metrics, as services and functions report them."""

import threading
import time
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple


class MetricSample(NamedTuple):
    """One reported value, and when it was reported, in epoch seconds."""

    at_s: float
    value: float


@dataclass(frozen=True, slots=True)
class MetricId:
    """A metric: CloudWatch takes the same name with other dimensions for another metric."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]]


class Clock:
    """The time of a local AWS, as its metrics and alarms have it: this machine's, and what tests add to it."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now(self) -> float:
        """Return the time in epoch seconds."""
        return time.time() + self._ahead_s

    @property
    def ahead_s(self) -> float:
        """Return how far it is ahead of this machine's clock."""
        return self._ahead_s

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self._ahead_s += seconds


class MetricStore:
    """The samples of every metric of one account and region, in the order of their times."""

    def __init__(self) -> None:
        self._samples: dict[MetricId, list[MetricSample]] = defaultdict(list)
        self._lock = threading.Lock()

    def add(self, namespace: str, name: str, dimensions: Mapping[str, str], value: float, at_s: float) -> None:
        """Keep one value of a metric."""
        with self._lock:
            insort(self._samples[_identify(namespace, name, dimensions)], MetricSample(at_s, value))

    def read(
        self, namespace: str, name: str, dimensions: Mapping[str, str], begin_s: float, end_s: float
    ) -> list[MetricSample]:
        """Return the samples of a metric from `begin_s` on and before `end_s`."""
        with self._lock:
            samples = self._samples.get(_identify(namespace, name, dimensions), [])
            first, last = (bisect_left(samples, moment, key=attrgetter("at_s")) for moment in (begin_s, end_s))
            return samples[first:last]

    def list_metrics(self) -> list[MetricId]:
        """Return every metric that has a sample."""
        with self._lock:
            return list(self._samples)


def _identify(namespace: str, name: str, dimensions: Mapping[str, str]) -> MetricId:
    return MetricId(namespace, name, frozenset(dimensions.items()))
