"""Mask what was found in a text: each value becomes one token, and everything else stays as it is."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from log_processor.routing.lib.findings import Finding
from log_processor.routing.lib.views import Span

MakeToken = Callable[[int, bytes], bytes]
"""Returns the token of a rule's index and a value."""


class _Part(NamedTuple):
    """One of the spans of a finding; only the first of them gets the token."""

    start: int
    stop: int
    number: int
    finding: Finding


def keep_deepest(findings: Iterable[Finding]) -> list[Finding]:
    r"""Return the findings without those that a deeper view recognised better.

    Example: in `{"log":"password=a\n"}` the pattern `password=(\S+)` finds `a\n`, and `a` where `\n` is decoded.
    """
    findings = list(findings)
    if len(findings) == 1 or not any(one.is_outer for one in findings):
        return findings
    kept: list[Finding] = []
    spans: dict[int, list[Span]] = {}
    for _, level in groupby(sorted(findings, key=_get_depth, reverse=True), key=_get_depth):
        of_level = [one for one in level if not (one.is_outer and _is_touched(spans.get(one.rule, []), one.spans))]
        kept += of_level
        for one in of_level:
            spans.setdefault(one.rule, []).extend(one.spans)
        spans = {rule: sorted(known) for rule, known in spans.items()}
    return kept


def _get_depth(finding: Finding) -> int:
    return finding.depth


def _is_touched(known: list[Span], spans: tuple[Span, ...]) -> bool:
    """Tell whether one of the known spans, which are sorted, overlaps one of `spans`."""
    for start, stop in spans:
        position = bisect_right(known, (start, stop))
        if any(one[0] < stop and start < one[1] for one in known[max(0, position - 1) : position + 1]):
            return True
    return False


def mask(data: bytes, findings: Iterable[Finding], make_token: MakeToken) -> bytes:
    """Return the text with the token of each finding in the place of its value.

    Findings that overlap become one token, that of the first of their rules.
    """
    findings = list(findings)
    if len(findings) == 1 and len(findings[0].spans) == 1:  # the most frequent case, and the fastest
        [only] = findings
        [(start, stop)] = only.spans
        return b"%b%b%b%b%b" % (data[:start], only.quote, make_token(only.rule, only.value), only.quote, data[stop:])
    pieces, position = [], 0
    for parts in _group_parts(findings):
        start, stop = parts[0].start, max(part.stop for part in parts)
        pieces += [data[position:start], _choose_token(parts, start, stop, make_token)]
        position = stop
    return b"".join([*pieces, data[position:]])


def _group_parts(findings: Iterable[Finding]) -> Iterator[list[_Part]]:
    """Yield the parts of the findings, in order, those that overlap together."""
    parts = sorted(
        (_Part(*span, number, finding) for finding in findings for number, span in enumerate(finding.spans)),
        key=lambda part: part[:3],
    )
    group: list[_Part] = []
    stop = 0
    for part in parts:
        if group and part.start >= stop:
            yield group
            group = []
        group.append(part)
        stop = max(stop, part.stop) if len(group) > 1 else part.stop
    if group:
        yield group


def _choose_token(parts: list[_Part], start: int, stop: int, make_token: MakeToken) -> bytes:
    """Return what stands in the place of parts that overlap; nothing if their value's token stands before them."""
    firsts = [part for part in parts if part.number == 0]
    if not firsts:
        return b""
    rule = min(part.finding.rule for part in firsts)
    best = max(
        (part for part in firsts if part.finding.rule == rule),
        key=lambda part: (part.finding.spans[-1][1] - part.start, part.finding.depth),
    )
    token = make_token(rule, best.finding.value)
    quotes = (part.finding.quote for part in firsts if (part.start, part.stop) == (start, stop))
    quote = max(quotes, key=len, default=b"")
    return quote + token + quote
