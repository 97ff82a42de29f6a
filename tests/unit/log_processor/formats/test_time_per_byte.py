"""Reading takes the same time a byte however long a line is: `tests/support/growth.py` over every format."""

import gc
import itertools
from collections.abc import Iterator

import pytest
from log_processor.formats.lib.format import Format
from log_processor.formats.registry import BY_NAME

from tests.support.fixtures import Sample, read_samples
from tests.support.growth import (
    FLAT,
    UNITS,
    Recipe,
    build_reading,
    build_recipes,
    describe_growth,
    measure_seconds,
    measure_steepness,
)

pytestmark = pytest.mark.slow

SCREENED_BYTES = 1 << 14
GROWN = 2
PLACES = 3
WORDS = 12


@pytest.fixture(autouse=True)
def _pause_garbage_collection() -> Iterator[None]:
    """Pause garbage collection, whose time is no part of reading."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("known", BY_NAME.values(), ids=lambda known: known.name)
def test_a_long_line_is_read_at_the_pace_of_a_short_one(known: Format) -> None:
    """A byte costs the same in each of the dearest ways to grow a format's longest line to 1 MB."""
    sample = max(read_samples(known.name), key=lambda sample: len(sample.line))
    read = build_reading(known, sample.columns)
    ways = list(_select_recipes(sample))
    for way in ways:
        steep = measure_steepness(read, way, SCREENED_BYTES)
        assert steep <= FLAT, describe_growth(sample, way, steep)
    for way in sorted(ways, key=lambda way: measure_seconds(read, way.grow(SCREENED_BYTES)), reverse=True)[:GROWN]:
        steep = measure_steepness(read, way)
        assert steep <= FLAT, describe_growth(sample, way, steep)


def _select_recipes(sample: Sample) -> Iterator[Recipe]:
    """Yield recipes that repeat some of the words and signs, and each unit at some positions.

    The rest of the line follows, or is cut off.
    """
    every = list(build_recipes(sample.line))
    words = len(every) // (1 + 2 * len(UNITS))
    yield from itertools.islice(every[:words], 0, None, max(1, words // WORDS))
    for unit in range(len(UNITS)):
        begin = words + 2 * unit * words
        of_unit = every[begin : begin + 2 * words]
        step = max(1, len(of_unit) // PLACES) | 1  # odd: with the rest and cut by turns
        yield from of_unit[step // 2 :: step]


def test_an_open_brace_is_not_searched_to_the_end() -> None:
    """Values in braces are short: of many that are not closed, each costs the same."""
    head = "type=SOCKADDR msg=audit(1777888800.123:4711): "
    steep = measure_steepness(lambda text: BY_NAME["auditd"].parse(text, 0), Recipe(head, "a={ ", ""))
    assert steep <= FLAT


def test_what_is_not_flat_is_seen() -> None:
    """The measure notices a function that searches to the end of the line from each position."""

    def read(text: str) -> None:
        for position in range(0, len(text), 8):
            text.find("]", position)

    assert measure_steepness(read, Recipe("", "[a", "")) > FLAT
