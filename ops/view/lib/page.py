"""What a page is: where it stands, what it reads, and which command answers the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ops.frame.environment import Environment
from ops.frame.read_budget import ReadBudget
from ops.frame.times import ZonedClock
from ops.view.cache.records import RecordCache
from ops.view.lib.held_environment import HeldEnvironment

Parameters = Mapping[str, Sequence[str]]
"""What stands behind the question mark of an address: all values of each name."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a page: what its address asks, in which zone, and how much may be read for it."""

    parameters: Parameters
    clock: ZonedClock
    budget: ReadBudget
    held: HeldEnvironment

    @property
    def environment(self) -> Environment:
        """Return the environment; raises `CommandError` if it cannot be opened."""
        return self.held.get()

    @property
    def cache(self) -> RecordCache:
        """Return the records that were read already."""
        return self.held.cache

    def get(self, name: str, default: str = "") -> str:
        """Return the last value of a parameter, without blanks around it; the default if there is none."""
        values = [value.strip() for value in self.parameters.get(name, ()) if value.strip()]
        return values[-1] if values else default

    def list(self, name: str) -> tuple[str, ...]:
        """Return all values of a parameter that are not blank."""
        return tuple(value.strip() for value in self.parameters.get(name, ()) if value.strip())


Facts = Mapping[str, object]
"""What a page shows, by the names that its template knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, or a part of one, which stands in no menu and is not a whole document.

    - `load` reads what the page shows. It raises `CommandError` if it cannot; the page is shown all the same, with the
      sentence.
    - `name_command` returns the words of the command that answers the same.
    """

    path: str
    title: str
    template: str
    load: Callable[[Visit], Facts]
    name_command: Callable[[Visit], Sequence[str]]
    in_menu: bool = True
    is_part: bool = False
