"""Ask RE2 for the spans of all groups at once.

google-re2 makes an object of each match, which counts the program's groups again for each span that it is asked for:
with twenty groups that takes as long as the match itself. The extension below it answers with a list of them.
"""

from collections.abc import Callable, Sequence

import _re2
import re2

from log_processor.routing.lib.patterns import MEMORY_BYTES

NO_SPAN = (-1, -1)
"""The span of a group that took no part in the match, and that of the whole match if there is none."""
FindSpans = Callable[[bytes], Sequence[tuple[int, int]]]
"""Returns the spans, in bytes, of the match of a whole text and of its groups by their numbers."""


def compile_spans(pattern: str) -> FindSpans:
    """Return what finds the spans of an expression that `compile_expression` accepts."""
    options = re2.Options()
    options.log_errors, options.dot_nl, options.max_mem = False, True, MEMORY_BYTES
    match, both_ends = _re2.RE2(pattern.encode(), options).Match, _re2.RE2.Anchor.ANCHOR_BOTH

    def find_spans(data: bytes) -> Sequence[tuple[int, int]]:
        spans: Sequence[tuple[int, int]] = match(both_ends, data, 0, len(data))
        return spans

    return find_spans
