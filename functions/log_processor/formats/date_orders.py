"""Decide from the sample of an object in which order the numbers of its dates stand."""

import re
from collections import defaultdict
from collections.abc import Sequence

from log_processor.formats.lib.dating import DateOrder, UndecidedTime, choose_order
from log_processor.formats.lib.format import Format
from log_processor.formats.reader import Reader

LOOKS = re.compile(
    r"[0-9][/.-](?<![0-9]{3}[/.-])(?<![0-9][/.-][0-9][/.-])(?<![0-9][/.-][0-9]{2}[/.-])"
    r"[0-9]{1,2}(?:[/.-](?:[0-9]{4}|[0-9]{2}))?(?:T|,? {1,2}|[_:-])[0-9]{1,2}:[0-9]{2}"
)
"""A date of numbers before a clock: only a record that holds one is read for its order.

One that begins with a year of four digits has one order.
"""
LINE_CHARACTERS = 256
"""How much of a line is looked at; its time stands in the first part of it."""


def find_date_orders(
    samples: Sequence[str], chosen: Format, last_modified_ms: int, *, declared: bool = False
) -> dict[str, DateOrder]:
    """Return the order of each kind of date that `samples` have, as all of them and the last-modified time tell it.

    They are the first records of an object of the `chosen` format, which its route may have `declared`.
    """
    reader = Reader(chosen, last_modified_ms, declared=declared, dating=None)
    by_kind: defaultdict[str, list[UndecidedTime]] = defaultdict(list)
    for match in (reader.read(sample) for sample in samples if _may_hold_date(sample)):
        if match is not None and isinstance(moment := match[1].timestamp_ms, UndecidedTime):
            by_kind[moment.kind].append(moment)
    return {kind: choose_order(times, last_modified_ms) for kind, times in by_kind.items()}


def _may_hold_date(sample: str) -> bool:
    """Tell whether a record may have a time that its line alone does not decide: a JSON object at any place."""
    return LOOKS.search(sample, 0, len(sample) if sample[:1] == "{" else LINE_CHARACTERS) is not None
