"""Bound the chain of invocations that hand a range on: how long it may be, and how long a link of it waits."""

import random

from log_processor.errors import ChainTooLongError, NoProgressError
from log_processor.work.ranges import ObjectRange

MAX_STALLS = 10
"""The most invocations in a row that may store nothing of a range; after one more, the range fails."""
MAX_HOPS = 2_000
"""The most hops of a range, so that no fault makes a chain endless: Lambda itself is told to cut none.

What docs/capacity.md promises takes up to 1,421, for 700 GB of decompressed bytes in one object.
"""
FIRST_DELAY_S = 5
MAX_DELAY_S = 900
REMEDY = "give the function more time or memory"


def choose_stall_delay_s(stalls: int) -> int:
    """Return the seconds until a range of which nothing was stored is tried again.

    The delay has full jitter, and grows with `stalls` from at most 5 s to at most 15 min.
    """
    return random.randint(0, min(MAX_DELAY_S, FIRST_DELAY_S * 2**stalls))  # noqa: S311 - no secret


def make_no_progress_error(work: ObjectRange) -> NoProgressError:
    """Return the error of a range of which `MAX_STALLS` invocations and one more in a row stored nothing."""
    return NoProgressError(
        f"{work.uri}: {MAX_STALLS + 1} invocations in a row ended before the first record after byte "
        f"{work.start} was reached and stored: {REMEDY}"
    )


def make_chain_error(work: ObjectRange, position: int) -> ChainTooLongError:
    """Return the error of a range that was handed on `MAX_HOPS` times and is stored up to the byte `position`."""
    return ChainTooLongError(
        f"{work.uri}: {MAX_HOPS:,} invocations handed the range on, and it is stored up to byte {position}: "
        f"{REMEDY}, then redrive the message"
    )
