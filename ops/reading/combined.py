"""Combine conditions: not, every, some; each decides early if what is known is enough."""

from collections.abc import Iterator
from dataclasses import dataclass

from ops.reading.conditions import Condition, Lookup


@dataclass(frozen=True, slots=True)
class Not:
    """The negated condition does not hold."""

    negated: Condition

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the negated condition."""
        return self.negated.names

    def test(self, look_up: Lookup) -> bool | None:
        """Tell whether the negated condition fails; None if that is unknown."""
        answer = self.negated.test(look_up)
        return None if answer is None else not answer


@dataclass(frozen=True, slots=True)
class Every:
    """All of the conditions hold."""

    parts: tuple[Condition, ...]

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all parts."""
        return _join_names(self.parts)

    def test(self, look_up: Lookup) -> bool | None:
        """Tell whether all hold: one that does not hold decides, whatever is unknown of the others."""
        return _decide([part.test(look_up) for part in self.parts], decisive=False)


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of the conditions holds."""

    parts: tuple[Condition, ...]

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all parts."""
        return _join_names(self.parts)

    def test(self, look_up: Lookup) -> bool | None:
        """Tell whether one holds: that decides, whatever is unknown of the others."""
        return _decide([part.test(look_up) for part in self.parts], decisive=True)


def _join_names(parts: tuple[Condition, ...]) -> frozenset[str]:
    return frozenset(name for part in parts for name in part.names)


def _decide(answers: list[bool | None], *, decisive: bool) -> bool | None:
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def list_parts(condition: Condition | None) -> Iterator[Condition]:
    """Yield the conditions that all have to hold; none if nothing has to."""
    if isinstance(condition, Every):
        for part in condition.parts:
            yield from list_parts(part)
    elif condition is not None:
        yield condition


def join_all(parts: list[Condition]) -> Condition | None:
    """Return the condition that all parts hold; None if there are none."""
    return Every(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None
