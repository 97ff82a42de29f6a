"""Tell whether some key matches both a key pattern and a template: a template that meets no key is a mistake."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from log_processor.routing.lib.key_template import Placeholder, split_template
from log_processor.routing.lib.patterns import ANY_TEXT, FOLDERS, IN_SEGMENT, compile_pattern, split_glob

OTHER = "\ue000"
"""A character that no pattern has."""


@dataclass(frozen=True, slots=True)
class _PatternStep:
    """A step of a pattern: it takes a character that it `accepts`, or, if it is `repeated`, any number of them.

    `skipped` is how many steps may be left out from this one on.
    """

    accepts: Callable[[str], object]
    repeated: bool = False
    skipped: int = 0


def have_common_key(glob: str, template: str) -> bool:
    """Tell whether some key may match both the key pattern `glob` and the template.

    What a placeholder's own pattern matches is taken for any text, so that only what is certain is refused.
    """
    first = [step for piece in split_glob(glob) for step in _list_steps(piece)]
    second = [step for piece in split_template(template) for step in _list_steps(piece)]
    alphabet = _list_characters(glob + template)
    waiting, seen = [(0, 0)], {(0, 0)}
    while waiting:
        pair = waiting.pop()
        if pair == (len(first), len(second)):
            return True
        for following in _list_following(first, second, pair, alphabet):
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _list_steps(piece: Placeholder | str) -> list[_PatternStep]:
    if isinstance(piece, Placeholder):
        if piece.is_shaped:
            return [_PatternStep(_accept_any, repeated=True)]
        return [_PatternStep(_accept_in_segment), _PatternStep(_accept_in_segment, repeated=True)]
    if piece == FOLDERS:
        begin = _PatternStep(_accept_nothing, repeated=True, skipped=3)
        return [begin, _PatternStep(_accept_any, repeated=True), _PatternStep("/".__eq__)]
    if piece == ANY_TEXT:
        return [_PatternStep(_accept_any, repeated=True)]
    if piece == IN_SEGMENT:
        return [_PatternStep(_accept_in_segment, repeated=True)]
    program = compile_pattern(piece)
    return [_PatternStep(lambda character: program.fullmatch(character.encode("utf-8", "surrogatepass")))]


def _accept_any(_character: str) -> bool:
    return True


def _accept_nothing(_character: str) -> bool:
    return False


def _accept_in_segment(character: str) -> bool:
    return character != "/"


def _list_characters(text: str) -> frozenset[str]:
    """Return characters of which one stands in all that two classes of the patterns share, if they share any."""
    codes = {ord(character) + step for character in text for step in (-1, 0, 1)}
    return frozenset({"/", OTHER, *(chr(code) for code in codes if 0 <= code <= sys.maxunicode)})


def _list_following(
    first: Sequence[_PatternStep], second: Sequence[_PatternStep], pair: tuple[int, int], alphabet: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of steps that may come after `pair`, with the same text behind both."""
    one, other = pair
    for index in _list_free(first, one):
        yield index, other
    for index in _list_free(second, other):
        yield one, index
    if one < len(first) and other < len(second):
        left, right = first[one], second[other]
        if any(left.accepts(character) and right.accepts(character) for character in alphabet):
            yield one + (not left.repeated), other + (not right.repeated)


def _list_free(steps: Sequence[_PatternStep], index: int) -> Iterator[int]:
    """Yield the steps that may come after one that takes no character."""
    if index < len(steps):
        step = steps[index]
        if step.repeated:
            yield index + 1
        if step.skipped:
            yield index + step.skipped
