"""Learn from a few records of the same paths and kinds where their fields stand in their texts."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from log_processor.packs.shapes import PLACELESS, TextCut, TextShape

SAMPLES = 6
OCCURRENCES = 8
MAX_LEAVES = 256
MAX_SEARCHED = 8 * 1024 * 1024
"""The most leaves, and characters times leaves, of a record that is searched for them, so that the time is bounded."""
CONTEXT = 8
"""The characters before a word that tell one of its occurrences from the others."""
Sample = tuple[str, Sequence[str]]
"""The text of a record, and the words of its leaves."""


def learn_shape(samples: Sequence[Sample]) -> TextShape:
    """Return a shape that fits the first of `samples`, and the others if their words stand in the same order."""
    text, words = samples[0]
    if not 0 < len(words) <= MAX_LEAVES or len(words) * len(text) > MAX_SEARCHED:
        return PLACELESS
    places = _choose_places(samples)
    cuts = [(start, 1, leaf) for leaf, (start, *_) in places.items()]
    cuts += [(start + len(words[leaf]), 0, leaf) for leaf, (start, *_) in places.items()]
    steps = [TextCut(leaf, is_end=not is_start) for _, is_start, leaf in sorted(cuts)]
    guessed = TextShape(tuple(_guess_separators(steps, samples, places)))
    return guessed if guessed.cut(text, words) is not None else PLACELESS


def _choose_places(samples: Sequence[Sample]) -> dict[int, list[int]]:
    """Return where the word of each leaf stands in each sample, -1 where it does not; leave out those without a place.

    Of several occurrences, that one counts before which the same characters stand in most samples.
    """
    places: dict[int, list[int]] = {}
    known: dict[tuple[str, ...], _Candidates | None] = {}
    before = 0
    for leaf in range(len(samples[0][1])):
        own = tuple(words[leaf] for _, words in samples)
        if own not in known:
            known[own] = _find_candidates(samples, own)
        if (candidates := known[own]) is None:
            continue
        chosen = candidates.choose(before)
        places[leaf] = candidates.places[chosen]
        before = places[leaf][0] + len(own[0])
    return places


def _find_candidates(samples: Sequence[Sample], words: Sequence[str]) -> "_Candidates | None":
    """Return where the word of a leaf may stand in the samples, which have these words; None if it has no place."""
    occurrences = [_find_all(text, word) for (text, _), word in zip(samples, words, strict=True)]
    present = sum(bool(each) or not word for each, word in zip(occurrences, words, strict=True))
    if not occurrences[0] or 2 * present < len(samples):
        return None
    others = [
        [_Occurrence(text, at, at + len(word)) for at in each]
        for each, (text, _), word in zip(occurrences[1:], samples[1:], words[1:], strict=True)
    ]
    text, size = samples[0][0], len(words[0])
    if len(occurrences[0]) == 1 and all(len(each) <= 1 for each in occurrences):
        return _Candidates([[each[0] if each else -1 for each in occurrences]], [0])
    places, rates = [], []
    for at in occurrences[0]:
        start = _Occurrence(text, at, at + size)
        alike = [start.find_alike(each) for each in others]
        places.append([at, *(other for other, _ in alike)])
        rates.append(sum(rate for _, rate in alike))
    return _Candidates(places, rates)


class _Candidates(NamedTuple):
    """Where the word of a leaf may stand: for each place in the first sample, that one and those in the others.

    `rates` are how alike the surroundings of a place in the first one are in the others.
    """

    places: Sequence[list[int]]
    rates: Sequence[int]

    def choose(self, before: int) -> int:
        """Return the number of the best one: of equal ones, the first after the leaf that ends at `before`."""
        if len(self.rates) == 1:
            return 0
        ranks = [(rate, each[0] >= before, -each[0]) for each, rate in zip(self.places, self.rates, strict=True)]
        return ranks.index(max(ranks))


class _Occurrence(NamedTuple):
    """A place where the word of a leaf stands in a text."""

    text: str
    at: int
    stop: int

    def find_alike(self, others: Sequence["_Occurrence"]) -> tuple[int, int]:
        """Return the place in another sample with the surroundings most like these, and how alike they are."""
        best = (-1, -1)
        text, before, behind = self.text, self.at - 1, self.text[self.stop : self.stop + 1]
        most = min(CONTEXT, self.at)
        context = text[self.at - most : self.at]
        for other, at, stop in others:
            if at >= most and other.startswith(context, at - most):
                alike = most
            else:
                alike, limit = 0, min(most, at)
                while alike < limit and text[before - alike] == other[at - 1 - alike]:
                    alike += 1
            alike += other.startswith(behind, stop)
            if alike > best[1]:
                best = (at, alike)
                if alike > most:
                    break
        return best


def _find_all(text: str, word: str) -> list[int]:
    """Return the first places of a word in a text."""
    places: list[int] = []
    at = text.find(word) if word else -1
    while at >= 0 and len(places) < OCCURRENCES:
        places.append(at)
        at = text.find(word, at + 1)
    return places


def _guess_separators(
    steps: Sequence[TextCut], samples: Sequence[Sample], places: dict[int, list[int]]
) -> Iterator[TextCut]:
    """Yield the steps, those of starts with the characters that stand before them in all samples."""
    before = [0] * len(samples)
    for step in steps:
        after = [
            at + len(words[step.leaf]) * step.is_end for at, (_, words) in zip(places[step.leaf], samples, strict=True)
        ]
        stretches = [
            text[start:stop]
            for start, stop, (text, _), at in zip(before, after, samples, places[step.leaf], strict=True)
            if at >= 0 and start <= stop
        ]
        before = after
        yield step if step.is_end else step._replace(guess=_find_common_end(stretches))


def _find_common_end(texts: Sequence[str]) -> str:
    """Return the longest text in which all of `texts` end."""
    shortest = min(texts, key=len)
    for length in range(len(shortest), 0, -1):
        if all(text.endswith(shortest[-length:]) for text in texts):
            return shortest[-length:]
    return ""
