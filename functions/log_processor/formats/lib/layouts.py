"""Read lines by layouts: expressions whose named groups become fields."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.tokens import FieldRule

LineLayout = tuple[re.Pattern[str], tuple[FieldRule, ...]]
"""An expression of one layout, and the rule of each of its groups."""
NAME = re.compile(r"\(\?P<(\w+)>")


def compile_layouts(rules: Mapping[str, FieldRule], *patterns: str) -> tuple[LineLayout, ...]:
    """Return the layouts of `patterns`; `rules` has a rule for the name of each of their groups."""
    return tuple((compile_lazily(one, re.DOTALL), tuple(rules[name] for name in NAME.findall(one))) for one in patterns)


def match_layouts(known: Iterable[LineLayout], text: str, position: int = 0) -> dict[str, Any] | None:
    """Return the fields by the first layout that matches all of `text` from `position` on; None if none does.

    Groups that are empty or `-` give no field.
    """
    for pattern, rules in known:  # often many layouts: a call for each would cost more than the matching
        if match := pattern.fullmatch(text, position):
            words = zip(rules, match.groups(), strict=True)
            return {name: word if read is str else read(word) for (name, read), word in words if word and word != "-"}
    return None
