"""Find the spans of sensitive values in a text, and merge those that overlap."""

from collections.abc import Iterator

from log_processor.routing.lib.cards import Span
from log_processor.routing.lib.sensitive import Sensitive

RuleSpan = tuple[int, int, int]
"""A span with the index of the rule that found it: `(start, end, rule)`, offsets in bytes."""
SCANNED_BYTES = 1 << 29
"""The bytes that the matches of one pattern may scan in one text: each may scan all of the text that follows it."""
MIN_MATCHES = 64


def find_spans(sensitive: Sensitive, data: bytes) -> Iterator[Span]:
    """Yield the spans of `data` to hide, and all of the rest after as many matches as there is time for."""
    max_matches = max(MIN_MATCHES, SCANNED_BYTES // (len(data) or 1))
    group = min(sensitive.pattern.groups, 1)
    for number, match in enumerate(sensitive.pattern.finditer(data)):
        start, end = match.span(group)
        if start < 0:
            start, end = match.span()
        if number >= max_matches:
            yield start, len(data)
            return
        if sensitive.narrow is not None:
            yield from sensitive.narrow(data, start, end)
        elif start < end:
            yield start, end


def merge_spans(spans: list[RuleSpan]) -> list[RuleSpan]:
    """Return the spans in order, with those that overlap merged under the first of their rules.

    Example: `[(4, 9, 1), (6, 12, 0)]` becomes `[(4, 12, 0)]`.
    """
    merged: list[RuleSpan] = []
    for start, end, rule in sorted(spans):
        if merged and start < merged[-1][1]:
            previous = merged.pop()
            merged.append((previous[0], max(previous[1], end), min(previous[2], rule)))
        else:
            merged.append((start, end, rule))
    return merged
