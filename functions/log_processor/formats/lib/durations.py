"""Convert durations as Go writes them, such as `1m2.5s` or `120ns`."""

import re
from decimal import Decimal

from log_processor.formats.lib.lazy import compile_lazily

GO = r"(?:\d{1,7}h)?(?:\d{1,9}m)?(?:\d{1,9}(?:\.\d{1,9})?(?:s|ms|[uµμ]s|ns))?"
"""An expression of a duration: hours, minutes, and a decimal with the unit that it is written in."""
PART = compile_lazily(r"(\d+(?:\.\d+)?)(h|ms?|[uµμ]s|ns|s)")
SUB_MS = {"us": Decimal("0.001"), "µs": Decimal("0.001"), "μs": Decimal("0.001"), "ns": Decimal("0.000001")}
MS = SUB_MS | {"h": Decimal(3_600_000), "m": Decimal(60_000), "s": Decimal(1000), "ms": Decimal(1)}
"""How many milliseconds each unit has."""


def parse_go_duration_ms(text: str) -> int | float | str:
    """Return the milliseconds of a duration that matches `GO`; the text itself if it is none."""
    if not text or re.fullmatch(GO, text) is None:
        return text
    total = sum((Decimal(number) * MS[unit] for number, unit in PART.findall(text)), Decimal())
    return int(total) if total == int(total) else float(total)
