"""What a page is: where it stands, what it reads, and which command answers the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from ops.frame.read_budget import ReadBudget
from ops.frame.times import ZonedClock
from ops.view.lib.held_environment import HeldEnvironment

if TYPE_CHECKING:
    from ops.frame.environment import Environment
    from ops.view.cache.records import RecordCache

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
    def environment(self) -> "Environment":
        """Return the environment; raises `CommandError` if it cannot be opened."""
        return self.held.get()

    @property
    def cache(self) -> "RecordCache":
        """Return the records that were read already."""
        return self.held.cache

    @property
    def zone(self) -> str:
        """Return the name of the zone in which times are read and shown; `local` is that of this machine."""
        return self.get("tz", "UTC")

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

    `module` is imported at the first visit, so that nobody waits for a page that is not visited. It has the functions
    `load` and `name_command`. If `asks` is false, the page is shown before the environment is known.
    """

    path: str
    title: str
    template: str
    module: str
    in_menu: bool = True
    is_part: bool = False
    asks: bool = True

    def load(self, visit: Visit) -> Facts:
        """Read what the page shows.

        Raises `CommandError` if that cannot be done; the page is shown all the same, with the sentence.
        """
        facts: Facts = import_module(self.module).load(visit)
        return facts

    def name_command(self, visit: Visit) -> Sequence[str]:
        """Return the words of the command that answers the same."""
        words: Sequence[str] = import_module(self.module).name_command(visit)
        return words
