"""Measure whether reading takes the same time a byte however long a line is.

Lines of the fixtures are grown at each of their positions, from 1 KB to 1 MB. Times are compared with each other within
one run, never with a figure. Quadratic reading makes a byte 1,000 times dearer in the end; memory that grows and a busy
machine, up to 15 times.
"""

import itertools
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from log_processor.formats.lib.format import Format
from log_processor.formats.reader import Reader
from log_processor.formats.registry import ORDER
from log_processor.state import Columns

from tests.support.fixtures import LAST_MODIFIED_MS, Sample

SIZES_BYTES = (1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20)
FLAT = 30
STEPS, RISE = 2, 1.5
"""How often in sequence, and how much at least, a byte becomes dearer as lines become four times as long."""
RUNS = 2
MAX_RUNS = 8
DEAR_S = 0.5
"""A run that takes longer and too long is not repeated: nothing else on the machine explains it."""
UNITS: tuple[str, ...] = (
    *('"', "\\", '\\"', "[", " [", "{", " {", "}", "(", "<1>", "[a] ", '"a" ', '{"a":', '"a":1,'),
    *(" ", "\t", "\n", "a\n", "=", "a=1 ", 'a=" ', ":", "a: ", "a[1]: ", ", ", "/", "-", ".", "a."),
    *("9", "1 ", "a ", "A", "%20"),
)
Read = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Say how a line grows: by repeating `unit` between what stands before and after it."""

    before: str
    unit: str
    after: str

    def grow(self, size_bytes: int) -> str:
        """Return the line, grown to about `size_bytes`."""
        return self.before + self.unit * max(1, size_bytes // len(self.unit)) + self.after

    def __str__(self) -> str:
        return f"{self.before[-80:]!r} + {self.unit[:40]!r} * n + {self.after[:80]!r}"


def build_recipes(line: str) -> Iterator[Recipe]:
    """Yield recipes that repeat each word and sign of `line`, and each unit at the position of each.

    The rest of the line follows, or is cut off.
    """
    places = [match.span() for match in re.finditer(r"\w+|\W", line)]
    for start, end in places:
        yield Recipe(line[:start], line[start:end], line[end:])
    for unit, (start, end) in itertools.product(UNITS, places):
        yield Recipe(line[:start], unit, line[end:])
        yield Recipe(line[:start], unit, "")


def build_reading(known: Format, columns: Columns | None) -> Read:
    """Return a function that does all that is done with a line of this format's objects: detect, join, parse."""
    reader = Reader(known, LAST_MODIFIED_MS, columns)

    def read(text: str) -> None:
        data = text.encode()
        if known.starts is not None:
            known.starts.match(data)
        if known.read_stream_line is not None:
            known.read_stream_line(data)
        reader.columns = columns
        reader.read(text)

    return read


def measure_steepness(read: Read, recipe: Recipe, most_bytes: int = SIZES_BYTES[-1]) -> float:
    """Return how many times dearer a byte is in a longer line than in a shorter one, if it becomes dearer all the time.

    A line that another way of reading takes over from some length on is dearer once, and then flat: that is 1. It is
    not grown on once it is over `FLAT`.
    """
    costs: list[float] = []
    for size in (size for size in SIZES_BYTES if size <= most_bytes):
        text = recipe.grow(size)
        bound_s = min(costs, default=float("inf")) * len(text) * FLAT
        costs.append(measure_seconds(read, text, bound_s) / len(text))
        rises = len(costs) > STEPS and all(after > RISE * before for before, after in pairwise(costs[-STEPS - 1 :]))
        if rises and costs[-1] > FLAT * min(costs):
            return costs[-1] / min(costs)
    return 1.0


def measure_seconds(read: Read, text: str, bound_s: float = float("inf")) -> float:
    """Return the least of the process's own time in several runs.

    There are more runs if the time is over the bound.
    """
    least = float("inf")
    for run in range(MAX_RUNS):
        begun = time.process_time()
        read(text)
        least = min(least, time.process_time() - begun)
        if least > max(DEAR_S, bound_s) or (run + 1 >= RUNS and least <= bound_s):
            break
    return least


def list_slowest(recipe: Recipe, size_bytes: int = 1 << 14) -> str:
    """Return the parsers that take longest for this line, as the words of a message."""
    text = recipe.grow(size_bytes)
    parses: dict[str, Read] = {known.name: lambda raw, it=known: it.parse(raw, LAST_MODIFIED_MS) for known in ORDER}  # type: ignore[misc]
    taken = sorted(((measure_seconds(parse, text, 0), name) for name, parse in parses.items()), reverse=True)
    return ", ".join(f"{name} {taken_s * 1000:.1f} ms" for taken_s, name in taken[:3])


def describe_growth(sample: Sample, recipe: Recipe, steep: float) -> str:
    """Describe a line that is read in more than linear time."""
    return f"{sample.case}: {steep:.0f} times dearer a byte in {recipe}; at 16 KB: {list_slowest(recipe)}"
