"""Cut the texts of records where their fields begin and end.

A field is then some segments of its text, and costs nothing beside it. A shape says which segments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class TextCut(NamedTuple):
    """A place to cut at: where the word of a leaf begins, or where it ends.

    `guess` are the characters that usually stand right before it, since the place before.
    """

    leaf: int
    is_end: bool
    guess: str = ""


@dataclass(frozen=True, slots=True)
class TextShape:
    """The places to cut at, in the order of the text; leaves that are in no step have no place in it."""

    steps: tuple[TextCut, ...] = ()

    def cut(self, text: str, words: Sequence[str]) -> list[str] | None:
        """Return the segments of `text`, one more than steps; None if the words do not stand there in this order."""
        segments: list[str] = []
        ends: dict[int, int] = {}
        before = 0
        for leaf, is_end, guess in self.steps:
            if is_end:
                at = ends[leaf]
                if at < before:
                    return None
            else:
                word = words[leaf]
                at = before + len(guess)
                if not (text.startswith(word, at) and text.startswith(guess, before)):
                    at = _find_word(text, guess, word, before)
                    if at < 0:
                        return None
                ends[leaf] = at + len(word)
            segments.append(text[before:at])
            before = at
        segments.append(text[before:])
        return segments

    def list_spans(self) -> dict[int, tuple[int, int]]:
        """Return the segments of each leaf that has a place: the first one, and the one after the last."""
        starts = {step.leaf: number for number, step in enumerate(self.steps, 1) if not step.is_end}
        ends = {step.leaf: number for number, step in enumerate(self.steps, 1) if step.is_end}
        return {leaf: (start, ends[leaf]) for leaf, start in starts.items()}

    def count_covers(self) -> int:
        """Return of how many leaves a segment is, at most."""
        deepest = depth = 0
        for step in self.steps:
            depth += -1 if step.is_end else 1
            deepest = max(deepest, depth)
        return deepest


PLACELESS = TextShape()
"""The shape that fits every record: its text is one segment."""


def _find_word(text: str, guess: str, word: str, before: int) -> int:
    """Return where `word` stands at or after `before`, behind the guess if that is anywhere; -1 if it does not."""
    if guess:
        at = text.find(guess + word, before)
        if at >= 0:
            return at + len(guess)
    return text.find(word, before)
