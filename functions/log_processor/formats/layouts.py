"""Layouts of lines: expressions whose named groups become fields."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from log_processor.formats.tokens import Rule


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to write a line, and the rule of each of its groups."""

    pattern: re.Pattern[str]
    rules: tuple[Rule, ...]

    def read(self, text: str, position: int = 0) -> dict[str, Any] | None:
        """The fields of `text` from `position` on, those that are there; None where it is laid out otherwise."""
        found = self.pattern.fullmatch(text, position)
        if found is None:
            return None
        words = zip(self.rules, found.groups(), strict=True)
        return {name: read(word) for (name, read), word in words if word and word != "-"}


def layouts(rules: Mapping[str, Rule], *patterns: str) -> tuple[Layout, ...]:
    """The layouts of `patterns`, in which every group has a name that `rules` knows."""
    compiled = (re.compile(pattern, re.DOTALL) for pattern in patterns)
    return tuple(Layout(one, tuple(rules[name] for name in one.groupindex)) for one in compiled)


def first_read(known: Iterable[Layout], text: str, position: int = 0) -> dict[str, Any] | None:
    """The fields by the first layout that `text` follows from `position` on."""
    for layout in known:
        if (fields := layout.read(text, position)) is not None:
            return fields
    return None
