"""Decide from the sample of an object in which order the numbers of its dates stand."""

import re
from collections import defaultdict
from collections.abc import Sequence

from log_processor.formats.lib.dating import DateOrder, UndecidedTime, choose_order
from log_processor.formats.lib.format import Format
from log_processor.formats.reader import Reader

LOOKS = re.compile(r"\d[/.-]\d\d?(?:[/.-](?:\d{4}|\d\d))?(?:T|,? {1,2}|[_:-])\d\d?:\d\d")
"""A date of numbers before a clock: only a record that holds one is read for its order."""


def find_date_orders(
    samples: Sequence[str], chosen: Format, last_modified_ms: int, *, declared: bool = False
) -> dict[str, DateOrder]:
    """Return the order of each kind of date that `samples` have, as all of them and the last-modified time tell it.

    They are the first records of an object of the `chosen` format, which its route may have `declared`.
    """
    reader = Reader(chosen, last_modified_ms, declared=declared, dating=None)
    by_kind: defaultdict[str, list[UndecidedTime]] = defaultdict(list)
    for match in (reader.read(sample) for sample in samples if LOOKS.search(sample)):
        if match is not None and isinstance(moment := match[1].timestamp_ms, UndecidedTime):
            by_kind[moment.kind].append(moment)
    return {kind: choose_order(times, last_modified_ms) for kind, times in by_kind.items()}
