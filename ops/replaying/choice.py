"""Choose which object versions are replayed, by what was asked for and what the ledger says of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from log_processor.routing.routes import Routes

from ops.object_name import is_named
from ops.replaying.candidates import Candidate, State


@dataclass(frozen=True, slots=True)
class ReplayFilter:
    """Which candidates are meant, as the options of `ops replay` say.

    - `names`: objects, `s3://bucket/key`, and what is below a name that ends in `/`; empty for all.
    - `failed`, `mixed`, `again`: whether the failed ones are meant, those of several parsers or rules, or all; without
      any of them, those that were never read.
    - `sources`: the names of their sources; empty for all.
    - `all_versions`: whether versions are meant that newer ones have replaced.
    """

    names: tuple[str, ...] = ()
    failed: bool = False
    mixed: bool = False
    again: bool = False
    sources: tuple[str, ...] = ()
    all_versions: bool = False

    @property
    def states(self) -> frozenset[State]:
        """Return the states that are meant."""
        if self.again:
            return frozenset(State)
        chosen = {State.FAILED: self.failed, State.MIXED: self.mixed}
        return frozenset(state for state, is_meant in chosen.items() if is_meant) or frozenset({State.NEW})

    def names_object(self, uri: str) -> bool:
        """Tell whether an object is one of those that are named."""
        return not self.names or any(is_named(uri, name) for name in self.names)


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates that are sent, and how many of the others are left, by the reason."""

    sent: list[Candidate]
    left: Counter[str]


def choose(candidates: Sequence[Candidate], meant: ReplayFilter, routes: Routes, replay_id: str) -> Choice:
    """Return those of the candidates that are meant; one that this replay has done already is not sent again."""
    sent: list[Candidate] = []
    left: Counter[str] = Counter()
    for one in candidates:
        reason = _find_reason(one, meant, replay_id)
        if not _is_of_source(one, meant, routes):
            continue
        if reason is None:
            sent.append(one)
        else:
            left[reason] += 1
    return Choice(sent, left)


def _find_reason(one: Candidate, meant: ReplayFilter, replay_id: str) -> str | None:
    """Return why a candidate is left; None if it is sent."""
    if one.state not in meant.states:
        return one.state
    if one.replay == replay_id and one.state is not State.FAILED:
        return "in this replay already"
    if one.is_archived:
        return f"in the storage class {one.version.storage_class}"
    if not (one.version.is_latest or meant.all_versions):
        return "replaced by a newer version"
    return None


def _is_of_source(one: Candidate, meant: ReplayFilter, routes: Routes) -> bool:
    version = one.version
    return not meant.sources or routes.find(version.key, version.bucket).get_source(version.key) in meant.sources
