"""Learn from a few records of the same paths and kinds where their fields stand in their texts."""

from collections.abc import Iterator, Sequence

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
    text, words = samples[0]
    before = 0
    for leaf, word in enumerate(words):
        occurrences = list(_find_all(text, word))
        present = sum(sample_words[leaf] in sample_text for sample_text, sample_words in samples)
        if not occurrences or 2 * present < len(samples):
            continue
        start = max(occurrences, key=lambda at: (_rate(at, leaf, samples), at >= before, -at))
        before = start + len(word)
        places[leaf] = [start, *(_find_alike(start, leaf, samples[0], sample)[0] for sample in samples[1:])]
    return places


def _rate(start: int, leaf: int, samples: Sequence[Sample]) -> int:
    """Return how alike the surroundings of a leaf are in all samples, if it stands at `start` in the first one."""
    return sum(_find_alike(start, leaf, samples[0], sample)[1] for sample in samples[1:])


def _find_alike(start: int, leaf: int, first: Sample, other: Sample) -> tuple[int, int]:
    """Return the occurrence in `other` with the surroundings most like those at `start`, and how alike they are."""
    text, words = first
    behind = text[start + len(words[leaf]) :][:1]
    before = text[max(0, start - CONTEXT) : start]
    best = (-1, -1)
    for at in _find_all(other[0], other[1][leaf]):
        alike = _count_common_end(before, other[0][max(0, at - CONTEXT) : at])
        alike += other[0].startswith(behind, at + len(other[1][leaf]))
        if alike > best[1]:
            best = (at, alike)
    return best


def _count_common_end(one: str, other: str) -> int:
    """Return how many characters at their ends two texts have in common."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((count for count, (mine, its) in enumerate(pairs) if mine != its), min(len(one), len(other)))


def _find_all(text: str, word: str) -> Iterator[int]:
    """Yield the first places of a word in a text."""
    at = text.find(word) if word else -1
    for _ in range(OCCURRENCES):
        if at < 0:
            return
        yield at
        at = text.find(word, at + 1)


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
