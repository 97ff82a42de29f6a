"""Compute the statistics of the samples of a period.

Source: Amazon CloudWatch User Guide, CloudWatch statistics definitions.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence

PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d+)?|100)")
TRIMMED = re.compile(r"(TC|PR)\((\d*\.?\d*):(\d*\.?\d*)\)")
SIMPLE: Mapping[str, Callable[[Sequence[float]], float]] = {
    "Sum": sum,
    "Average": lambda values: sum(values) / len(values),
    "Minimum": min,
    "Maximum": max,
    "SampleCount": len,
}


def compute_statistic(statistic: str, values: Sequence[float]) -> float | None:
    """Return a statistic of at least one value; None of no values.

    - `p99` is the value that 99 % are not above.
    - `TC(a:b)` counts the values above `a` and not above `b`; either may be left out.
    - `PR(a:b)` is the per cent of them.

    Raises `LookupError` for a statistic that is not known here.
    """
    if not values:
        return None
    if statistic in SIMPLE:
        return float(SIMPLE[statistic](values))
    if match := PERCENTILE.fullmatch(statistic):
        rank = max(1, math.ceil(float(match[1]) / 100 * len(values)))
        return sorted(values)[rank - 1]
    if match := TRIMMED.fullmatch(statistic):
        low, high = float(match[2] or "-inf"), float(match[3] or "inf")
        count = sum(low < value <= high for value in values)
        return float(count) if match[1] == "TC" else 100 * count / len(values)
    raise LookupError(f"the local AWS does not know the statistic {statistic}: add it")
