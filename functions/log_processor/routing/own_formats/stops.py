r"""Find where an expression stops in a text that it does not match.

RE2 tells only whether a whole expression matches. So the beginnings of the expression are tried, each a token longer
than the one before: the longest one that matches the beginning of the text says how far it comes.

Example: `(?P<user>\w+) took (?P<took>\d+) ms` stops in `ann took x ms` at character 10, before `\d+` of took.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from log_processor.formats.lib.format import Mismatch
from log_processor.routing.lib.pattern_tokens import REPETITION, TOKEN
from log_processor.routing.lib.patterns import Pattern, PatternError, compile_expression

SHOWN_CHARS = 40
LITERAL = re.compile(r"[^.]|\\\W")
GROUP_NAME = re.compile(r"\(\?P?<(\w+)>")


class PatternToken(NamedTuple):
    """A token of an expression: a group's beginning with its name, a group's end, or what matches characters."""

    kind: str
    text: str


class PatternBeginning(NamedTuple):
    """A beginning of an expression that is an expression by itself, and the token with which it ends, in words."""

    pattern: str
    last_token: str


def find_stop(expression: str, text: str) -> Mismatch:
    """Return at which character the expression stops in a text that it does not match as a whole.

    What cannot be taken apart, because RE2 reads it otherwise than `pattern_tokens` does, only does not match.
    """
    try:
        return _find_stop(expression, text)
    except (PatternError, RecursionError):
        return Mismatch("the expression does not match it")


def _find_stop(expression: str, text: str) -> Mismatch:
    data = text.encode("utf-8", "replace")
    reached = [(_measure(beginnings, data), beginnings) for beginnings in _list_alternatives(expression)]
    (count, end), beginnings = max(reached, key=lambda one: one[0][1])
    at = len(data[:end].decode("utf-8", "replace"))
    where = f"character {at + 1:,}"
    if count == len(beginnings):
        return Mismatch(f"the expression ends before {where}, where the record goes on", at)
    return Mismatch(f"the expression stops at {where}, before {beginnings[count].last_token}", at)


def list_group_names(expression: str) -> list[str]:
    """Return the names of an expression's groups in their order; RE2 itself forgets one of two of the same name."""
    names = (GROUP_NAME.match(token.text) for token in _list_tokens(expression) if token.kind == "group")
    return [name[1] for name in names if name is not None]


def _measure(beginnings: tuple[PatternBeginning, ...], data: bytes) -> tuple[int, int]:
    """Return how many of the beginnings match the text's beginning, and the byte where the last of them ends.

    If one matches, all before it do, so that few are tried.
    """

    def fails(index: int) -> bool:
        return _match(beginnings[index].pattern, data) is None

    count = bisect_left(range(len(beginnings)), x=True, key=fails)
    end = _match(beginnings[count - 1].pattern, data) if count else 0
    return count, end or 0


@lru_cache(maxsize=1)
def _list_alternatives(expression: str) -> tuple[tuple[PatternBeginning, ...], ...]:
    """Return the beginnings of each alternative of an expression."""
    tokens = list(_list_tokens(expression))
    bars = [index for index, depth in _list_bars(tokens) if depth == 0]
    edges = [-1, *bars, len(tokens)]
    return tuple(tuple(_list_beginnings(tokens[start + 1 : end])) for start, end in pairwise(edges))


def _list_tokens(expression: str) -> Iterator[PatternToken]:
    """Yield the tokens of an expression, each with the repetition behind it."""
    position = 0
    while (token := TOKEN.match(expression, position)) is not None:
        position = token.end()
        text = token[0]
        if (repetition := REPETITION.match(expression, position)) is not None:
            text, position = text + repetition[0], repetition.end()
        yield PatternToken(token.lastgroup or "", text)


def _list_bars(tokens: list[PatternToken]) -> Iterator[tuple[int, int]]:
    """Yield the index of each bar, and in how many groups it stands."""
    depth = 0
    for index, token in enumerate(tokens):
        depth += token.kind in {"group", "open"}
        depth -= token.kind == "close"
        if token.kind == "bar":
            yield index, depth


def _list_beginnings(
    tokens: list[PatternToken], before: str = "", closing: str = "", name: str = ""
) -> Iterator[PatternBeginning]:
    """Yield the beginnings of tokens without a bar; a group with bars, or one that repeats, is taken as a whole."""
    index = 0
    while index < len(tokens):
        token, end = tokens[index], index + 1
        if token.kind in {"group", "open"}:
            end = _find_end(tokens, index)
            within = tokens[index + 1 : end - 1]
            if tokens[end - 1].text == ")" and all(depth > 0 for _, depth in _list_bars(within)):
                group_name = named[1] if (named := GROUP_NAME.match(token.text)) else name
                yield from _list_beginnings(within, f"{before}{_drop_capture(token)}", f"){closing}", group_name)
        before += "".join(map(_drop_capture, tokens[index:end]))
        shown = _show(tokens[index:], end - index)
        yield PatternBeginning(before + closing, f"{shown} of the group {name}" if name else shown)
        index = end


def _drop_capture(token: PatternToken) -> str:
    """Return the text of a token; of a group's beginning one that keeps no span, which RE2 matches fastest."""
    return "(?:" if token.kind == "group" else token.text


def _show(tokens: list[PatternToken], count: int) -> str:
    """Return the first `count` tokens in quotes; of text that stands for itself, all that follows."""
    if _is_literal(tokens[0]):
        count = len(list(takewhile(_is_literal, tokens)))
    text = "".join(one.text for one in tokens[:count])
    return f"'{text}'" if len(text) <= SHOWN_CHARS else f"'{text[:SHOWN_CHARS]}…'"


def _is_literal(token: PatternToken) -> bool:
    return token.kind == "character" and LITERAL.fullmatch(token.text) is not None


def _find_end(tokens: list[PatternToken], start: int) -> int:
    """Return the index behind the end of the group that begins at `start`."""
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].kind in {"group", "open"}
        depth -= tokens[index].kind == "close"
        if depth == 0:
            return index + 1
    return len(tokens)


def _match(pattern: str, data: bytes) -> int | None:
    """Return where the match of a beginning ends; None if it does not match."""
    match = _compile(pattern).match(data)
    return None if match is None else match.span()[1]


@lru_cache(maxsize=256)
def _compile(pattern: str) -> Pattern:
    return compile_expression(pattern)
