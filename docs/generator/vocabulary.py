"""The documented names of fields, and whether a field is one of them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("vocabulary.toml")
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "list": (list,),
    "map": (dict,),
}
ORIGINS = {"otel": "OpenTelemetry", "ecs": "Elastic Common Schema", "own": "own"}


@dataclass(frozen=True, slots=True)
class Name:
    """One row of the vocabulary: a name, or a pattern with `*`, and what it stands for."""

    pattern: str
    group: str
    types: tuple[str, ...]
    unit: str
    origin: str
    meaning: str

    def allows(self, value: Any) -> bool:
        """Whether a value is of a type that is documented."""
        kinds = tuple(kind for name in self.types for kind in TYPES[name])
        return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def load() -> list[Name]:
    """Every row, as the file has them."""
    return [
        Name(
            pattern, group, tuple(row["type"].split(" or ")), row.get("unit", ""), ORIGINS[row["from"]], row["meaning"]
        )
        for group, rows in tomllib.loads(FILE.read_text("utf-8")).items()
        for pattern, row in rows.items()
    ]


def row_of(name: str, names: Sequence[Name]) -> Name | None:
    """The row of a name: its own, or else that of the longest pattern that it matches."""
    fitting = [row for row in names if row.pattern == name or fnmatchcase(name, row.pattern)]
    return max(fitting, key=lambda row: (row.pattern == name, len(row.pattern)), default=None)


def fault(name: str, value: Any, names: Sequence[Name]) -> str | None:
    """What is wrong with a field, and what to do; None where it is documented."""
    row = row_of(name, names)
    kind = next((label for label, kinds in TYPES.items() if type(value) in kinds), type(value).__name__)
    if row is None:
        return (
            f'`{name}` is not documented: use a name that is, or add to docs/generator/vocabulary.toml "{name}" = '
            f'{{ type = "{kind}", from = "own", meaning = "…" }} and run `make docs`; where it is a member of the '
            "record itself, its format has `keeps_members`"
        )
    if not row.allows(value):
        return (
            f"`{name}` is {' or '.join(row.types)} by docs/generator/vocabulary.toml ({row.pattern}), and here {kind}: "
            f"{value!r}"
        )
    return None
