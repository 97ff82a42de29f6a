r"""Tell what the matches of a pattern have in common: how short they are, and whether they begin or end the text.

The pattern is one that RE2 accepts. Syntax: https://github.com/google/re2/wiki/Syntax.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from log_processor.routing.lib.pattern_tokens import REPETITION, TOKEN

OPPOSITES = (("\\s", "\\S"), ("\\d", "\\D"), ("\\w", "\\W"))


@dataclass(frozen=True, slots=True)
class Shape:
    """What is true of every match of a part of a pattern; `DEAD` is the shape of one that has none.

    It has at least `least` characters, and none at all if it `is_empty`. It `begins` the text, or `ends` it. The first
    group of the pattern takes part in it if it `has_group`.
    """

    least: int = 0
    is_empty: bool = True
    begins: bool = False
    ends: bool = False
    has_group: bool = False
    is_dead: bool = False


DEAD = Shape(is_dead=True)
CHARACTER = Shape(1, is_empty=False)


class PatternShapes:
    """The shape of a `whole` pattern, and that of its first `group`, None if it has none."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._is_multiline = "m" in "".join(re.findall(r"\(\?([imsU]+)", pattern))
        self._position = self._groups = 0
        self.group: Shape | None = None
        self.whole = self._read_choice()

    def _read_choice(self) -> Shape:
        """Return the shape of alternatives, up to the end of their group."""
        choices: list[Shape] = []
        parts: list[Shape] = []
        for kind, text in self._list_tokens():
            if kind == "bar":
                choices.append(_join(parts))
                parts = []
            else:
                parts.append(self._repeat(self._read_part(kind, text)))
        return _choose([*choices, _join(parts)])

    def _list_tokens(self) -> Iterator[tuple[str, str]]:
        """Yield the kind and text of each token of a group, without the bracket that ends it."""
        while (token := TOKEN.match(self._pattern, self._position)) is not None:
            self._position = token.end()
            if token.lastgroup == "close":
                return
            yield token.lastgroup or "", token[0]

    def _read_part(self, kind: str, text: str) -> Shape:
        match kind:
            case "group" | "open":
                is_first = kind == "group" and self._groups == 0
                self._groups += kind == "group"
                shape = self._read_choice()
                if is_first:
                    self.group = shape
                return replace(shape, has_group=shape.has_group or is_first)
            case "begin" | "end":
                is_certain = not self._is_multiline or text.startswith("\\")
                return Shape(begins=is_certain and kind == "begin", ends=is_certain and kind == "end")
            case "negated" if any(one in text and other in text for one, other in OPPOSITES):
                return DEAD
            case "quoted":
                size = len(text.removeprefix("\\Q").removesuffix("\\E"))
                return Shape(size, is_empty=size == 0)
            case "flags" | "place":
                return Shape()
        return CHARACTER

    def _repeat(self, shape: Shape) -> Shape:
        """Return the shape of a part with the repetition that stands behind it, if one does."""
        repetition = REPETITION.match(self._pattern, self._position)
        if repetition is None:
            return shape
        self._position = repetition.end()
        sign, least, comma, most = repetition.groups()
        least_times = int(sign == "+") if sign else int(least)
        if (least_times == 0 and not comma and not sign) or most == "0":
            return Shape()
        if least_times == 0:
            return Shape(is_empty=shape.is_empty)
        return replace(shape, least=shape.least * least_times)


def _join(parts: Iterable[Shape]) -> Shape:
    """Return the shape of parts that follow each other."""
    joined = Shape()
    for part in parts:
        if part.is_dead or (part.begins and joined.least) or (joined.ends and part.least):
            return DEAD
        joined = Shape(
            joined.least + part.least,
            joined.is_empty and part.is_empty,
            joined.begins or part.begins,
            joined.ends or part.ends,
            joined.has_group or part.has_group,
        )
    return joined


def _choose(choices: Iterable[Shape]) -> Shape:
    """Return the shape of alternatives."""
    live = [choice for choice in choices if not choice.is_dead]
    if not live:
        return DEAD
    return Shape(
        min(choice.least for choice in live),
        all(choice.is_empty for choice in live),
        all(choice.begins for choice in live),
        all(choice.ends for choice in live),
        all(choice.has_group for choice in live),
    )
