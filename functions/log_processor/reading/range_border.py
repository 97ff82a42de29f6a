"""Tell where the records of a range meet those of the next one, for ranges that remove what earlier attempts stored."""

from dataclasses import dataclass


@dataclass(slots=True)
class RangeBorder:
    """The border between a range and the next one.

    - `is_shared`: whether a range has what lies from its first start of a record on, up to that of the next range: what
      has no start of its own goes with the record above it. If it is false, a range has what lies in it.
    - `next_start`: where the first record of the next range begins, as soon as it was read, if the border is shared.
    """

    is_shared: bool = False
    next_start: int = 0
