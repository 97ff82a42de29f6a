"""Choose dead letters by their class, source, age and object, and group them for a reader."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ops.failing import Mending
from ops.letters.letter import Letter
from ops.object_name import is_named

AGES = (("under an hour", 3_600), ("under a day", 86_400), ("under a week", 7 * 86_400))
OLDER = "over a week"


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which letters are meant; what is empty or None leaves out none.

    - `object`: the name of an object, or with a `/` at its end, the beginning of names.
    - `before`: letters that were sent before this time.
    - `transient_only`: letters whose cause time mends.
    """

    causes: Sequence[str] = ()
    sources: Sequence[str] = ()
    object: str | None = None
    before: datetime | None = None
    transient_only: bool = False

    def matches(self, letter: Letter) -> bool:
        """Tell whether a letter is meant."""
        is_meant = (not self.causes or letter.cause in self.causes) and (
            not self.sources or letter.source in self.sources
        )
        is_old = self.before is None or letter.sent_ms < self.before.timestamp() * 1000
        is_transient = not self.transient_only or letter.mending is Mending.TRANSIENT
        is_of = self.object is None or any(is_named(work.uri, self.object) for work in letter.ranges)
        return is_meant and is_old and is_transient and is_of


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Letters of one class, source and age, with the name and the reason of the newest; times are in epoch ms.

    `refusal` is why they cannot be redriven; empty if they can.
    """

    cause: str
    mending: Mending
    source: str
    age: str
    letters: int
    oldest_ms: int
    newest_ms: int
    newest: str
    reason: str
    refusal: str


def group_letters(letters: Iterable[Letter], now_ms: int) -> list[LetterGroup]:
    """Return the letters in groups, the largest first."""
    groups: defaultdict[tuple[str, str, str, bool], list[Letter]] = defaultdict(list)
    for letter in letters:
        groups[letter.cause, letter.source, describe_age(now_ms - letter.sent_ms), bool(letter.refusal)].append(letter)
    built = [_build_group(age, members) for (_, _, age, _), members in groups.items()]
    return sorted(built, key=lambda group: (-group.letters, group.cause, group.source, group.oldest_ms))


def _build_group(age: str, members: list[Letter]) -> LetterGroup:
    newest = max(members, key=lambda letter: letter.sent_ms)
    return LetterGroup(
        cause=newest.cause,
        mending=newest.mending,
        source=newest.source,
        age=age,
        letters=len(members),
        oldest_ms=min(letter.sent_ms for letter in members),
        newest_ms=newest.sent_ms,
        newest=newest.name,
        reason=newest.reason,
        refusal=newest.refusal,
    )


def describe_age(age_ms: int) -> str:
    """Return in words how old a letter is."""
    return next((words for words, limit_s in AGES if age_ms < limit_s * 1000), OLDER)
