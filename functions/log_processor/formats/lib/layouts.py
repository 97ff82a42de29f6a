"""Layouts of lines: expressions whose named groups become fields."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from log_processor.formats.lib.late import late
from log_processor.formats.lib.tokens import Rule

Layout = tuple[re.Pattern[str], tuple[Rule, ...]]
"""One way to write a line, and the rule of each of its groups."""
NAME = re.compile(r"\(\?P<(\w+)>")


def layouts(rules: Mapping[str, Rule], *patterns: str) -> tuple[Layout, ...]:
    """The layouts of `patterns`, in which every group has a name that `rules` knows."""
    return tuple((late(one, re.DOTALL), tuple(rules[name] for name in NAME.findall(one))) for one in patterns)


def first_read(known: Iterable[Layout], text: str, position: int = 0) -> dict[str, Any] | None:
    """The fields by the first layout that `text` follows from `position` on, those that are there; else None."""
    for pattern, rules in known:  # often many: a call each would cost more than the matching
        if found := pattern.fullmatch(text, position):
            words = zip(rules, found.groups(), strict=True)
            return {name: read(word) for (name, read), word in words if word and word != "-"}
    return None
