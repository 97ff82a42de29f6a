"""Read the documented names of fields, and check fields against them."""

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
class VocabularyRow:
    """One row of the vocabulary: the name of a field, or a pattern with `*`, with its types, unit and meaning."""

    pattern: str
    group: str
    types: tuple[str, ...]
    unit: str
    origin: str
    meaning: str

    def allows(self, value: Any) -> bool:
        """Tell whether `value` is of one of the documented types."""
        kinds = tuple(kind for name in self.types for kind in TYPES[name])
        return isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def read_vocabulary() -> list[VocabularyRow]:
    """Return every row, in the order of the file."""
    return [
        VocabularyRow(
            pattern, group, tuple(row["type"].split(" or ")), row.get("unit", ""), ORIGINS[row["from"]], row["meaning"]
        )
        for group, rows in tomllib.loads(FILE.read_text("utf-8")).items()
        for pattern, row in rows.items()
    ]


def find_row(name: str, rows: Sequence[VocabularyRow]) -> VocabularyRow | None:
    """Return the row of a field; None if there is none.

    A row of the very name goes first, then the longest pattern that matches: for `aws.elb.request_time_s`, the pattern
    `aws.elb.*_s` goes before `aws.elb.*`.
    """
    matching = [row for row in rows if row.pattern == name or fnmatchcase(name, row.pattern)]
    return max(matching, key=lambda row: (row.pattern == name, len(row.pattern)), default=None)


def find_fault(name: str, value: Any, rows: Sequence[VocabularyRow]) -> str | None:
    """Return what is wrong with a field and the remedy; None if it is documented."""
    row = find_row(name, rows)
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
