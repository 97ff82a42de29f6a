"""Say when Python looks for cycles, before anything else is imported: imports make most objects of a process."""

import gc

THRESHOLDS = (20_000, 50, 50)
"""What a record is made of has no cycles, and is freed without that; the default looks at it every 700 objects, which
takes a twentieth of the time and more.
"""
YOUNG = 1
"""The generation up to which Python looks for cycles before each range: what the ranges before it left is in there."""

gc.set_threshold(*THRESHOLDS)


def collect_young() -> None:
    """Free the cycles that earlier ranges left."""
    gc.collect(YOUNG)


def keep_all() -> None:
    """Let Python look no more at the objects of now: modules and clients live as long as the process."""
    gc.freeze()
