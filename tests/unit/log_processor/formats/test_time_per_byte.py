"""Reading takes the same time a byte however long a line is: `tests/support/growth.py` over every format."""

import gc
import itertools
from collections.abc import Iterator

import pytest
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME

from tests.support.fixtures import Sample, samples
from tests.support.growth import FLAT, UNITS, Recipe, reading, recipes, report, seconds, steepness

pytestmark = pytest.mark.slow

SCREENED_BYTES = 1 << 14
GROWN = 2
PLACES = 3
WORDS = 12


@pytest.fixture(autouse=True)
def _undisturbed() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("known", BY_NAME.values(), ids=lambda known: known.name)
def test_a_long_line_is_read_at_the_pace_of_a_short_one(known: Format) -> None:
    """Of many ways to make its longest line 16 KB long the dearest few are grown to 1 MB."""
    sample = max(samples(known.name), key=lambda sample: len(sample.line))
    read = reading(known, sample.columns)
    ways = list(_spread(sample))
    for way in ways:
        steep = steepness(read, way, SCREENED_BYTES)
        assert steep <= FLAT, report(sample, way, steep)
    for way in sorted(ways, key=lambda way: seconds(read, way.text(SCREENED_BYTES)), reverse=True)[:GROWN]:
        steep = steepness(read, way)
        assert steep <= FLAT, report(sample, way, steep)


def _spread(sample: Sample) -> Iterator[Recipe]:
    """Some of the words and signs again and again, and every unit in some places, with the rest of the line and cut."""
    every = list(recipes(sample.line))
    words = len(every) // (1 + 2 * len(UNITS))
    yield from itertools.islice(every[:words], 0, None, max(1, words // WORDS))
    for unit in range(len(UNITS)):
        begin = words + 2 * unit * words
        of_unit = every[begin : begin + 2 * words]
        step = max(1, len(of_unit) // PLACES) | 1  # odd: with the rest and cut by turns
        yield from of_unit[step // 2 :: step]


def test_what_is_not_flat_is_seen() -> None:
    """A search to the end of the line from each place in it."""

    def read(text: str) -> None:
        for place in range(0, len(text), 8):
            text.find("]", place)

    assert steepness(read, Recipe("", "[a", "")) > FLAT
