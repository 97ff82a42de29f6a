"""Find what the patterns of a route hide in the views of a record's text."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from log_processor.routing.lib.escapes import unescape
from log_processor.routing.lib.patterns import Match, Pattern
from log_processor.routing.lib.sensitive import Narrow, Sensitive
from log_processor.routing.lib.views import BACKSLASH, PERCENT, Span, View

SCANNED_BYTES = 1 << 29
"""The bytes that the matches of one pattern may scan in one text: each may scan all of the text that follows it."""
MAX_MATCHES = 32 * 1024
"""The most values that a rule hides one by one in one text: each takes some hundred bytes until the text is masked."""
MIN_MATCHES = 64
WINDOW_BYTES = 64 * 1024
"""How far a pattern is searched for at once, after its first `MIN_MATCHES` matches in a text."""
BARE = re.compile(rb"-?\d[\d.eE+-]*|true|false|\{.*\}|\[.*\]", re.DOTALL)
CODE = re.compile(rb"%(?:25)*[0-9a-fA-F]{2}|\\+(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
"""A percent sign or a backslash with what it is a sign of."""
CODE_BYTES = 16
BARE_FIRST = frozenset(b"-0123456789tf{[")
BEFORE_VALUE, AFTER_VALUE = frozenset((b":", b",", b"[")), frozenset((b",", b"]", b"}"))
NEXT_BEFORE_VALUE = frozenset(b":,[ \t\r\n\v\f")


class Finding(NamedTuple):
    """A value that the rule of this index hides: decoded as far as its view is, and where it stands in the record.

    There are several `spans` if something else stands between its parts. `quote` is to be written around its token.
    If `is_outer`, it was recognised where something was not decoded: inside a text in quotes with escapes, or from
    within a code on. It is a plain tuple, since one is made for most of the records that hold an address.
    """

    rule: int
    value: bytes
    spans: tuple[Span, ...]
    depth: int
    quote: bytes = b""
    is_outer: bool = False


def search_view(rule: int, sensitive: Sensitive, view: View) -> Iterable[Finding]:
    """Return what one pattern finds in one view."""
    if sensitive.is_contextual:
        return _search_view_in_context(rule, sensitive, view)
    data = view.data
    spans = search_by_itself(sensitive, data)
    if not spans:
        return ()
    may_have_codes = PERCENT in data or (
        BACKSLASH in data and not (sensitive.ignores_escapes and b"\\x" not in data and b"\\u" not in data)
    )
    return [
        make_finding(rule, data[span[0] : span[1]], view, span, is_outer=may_have_codes and _is_in_code(data, span[0]))
        for span in spans
    ]


def _search_view_in_context(rule: int, sensitive: Sensitive, view: View) -> Iterator[Finding]:
    data = view.data
    for begin, span in _search_in_context(sensitive.pattern, view):
        literal = view.find_literal(begin) if begin < len(data) else None
        escaped = view.find_literal(span[0]) if b"\\" in data[span[0] : span[1]] else None
        value = data[slice(*span)]
        is_outer = literal is not None and data.find(b"\\", *literal) >= 0 and begin >= literal[0]
        is_outer = is_outer or _is_in_code(data, span[0])
        yield make_finding(rule, unescape(value) if escaped else value, view, span, is_outer=is_outer)


def search_by_itself(sensitive: Sensitive, data: bytes) -> list[Span]:
    """Return the spans of `data` to hide, and all of the rest after as many matches as there is time for."""
    narrow = sensitive.narrow if sensitive.narrowed in data else None
    if narrow is None and sensitive.is_linear:  # as most addresses are found, and the fastest
        return limit_spans((match.span() for match in sensitive.pattern.finditer(data)), len(data))
    return limit_spans(_search_by_itself(sensitive, narrow, data), len(data))


def limit_spans(spans: Iterator[Span], stop: int) -> list[Span]:
    """Return the spans; after `MAX_MATCHES` of them, all of the text from the next one up to `stop` as one."""
    limited = list(islice(spans, MAX_MATCHES))
    if (rest := next(spans, None)) is not None:
        limited.append((rest[0], stop))
    return limited


def split_by_itself(sensitive: Sensitive, text: str) -> list[str] | None:
    """Return the pieces of a text: what stands between the values to hide, and these at the odd indexes.

    Return None if a value has a part of a character.
    """
    data = text.encode()
    pieces, position = [], 0
    for start, stop in search_by_itself(sensitive, data):
        pieces += [data[position:start], data[start:stop]]
        position = stop
    try:
        return [piece.decode() for piece in (*pieces, data[position:])]
    except UnicodeDecodeError:
        return None


def _search_by_itself(sensitive: Sensitive, narrow: Narrow | None, data: bytes) -> Iterator[Span]:
    max_matches = max(MIN_MATCHES, SCANNED_BYTES // (len(data) or 1))
    for number, match in enumerate(sensitive.pattern.finditer(data)):
        start, stop = match.span()
        if number >= max_matches and not sensitive.is_linear:
            yield start, len(data)
            return
        if narrow is not None:
            yield from narrow(data, start, stop)
        elif start < stop:
            yield start, stop


def make_finding(rule: int, value: bytes, view: View, span: Span, *, is_outer: bool = False) -> Finding:
    """Return the finding of a span of a view; a bare value of JSON gets a token in quotes."""
    quote = view.quote if _is_bare_value(view, *span) else b""
    is_outer = is_outer or (view.is_framed and b"\n" in view.data[slice(*span)])
    spans = (span,) if view.parent is None else tuple(view.locate(*span))
    return Finding(rule, value, spans, view.depth, quote, is_outer)


def _is_in_code(data: bytes, index: int) -> bool:
    """Tell whether a byte is one of a code such as `%20`, but not its first one."""
    first = max(0, index - CODE_BYTES)
    begin = max(data.rfind(b"\\", first, index), data.rfind(b"%", first, index))
    code = CODE.match(data, begin) if begin >= 0 else None
    return code is not None and code.end() > index


def clip_finding(finding: Finding, start: int, stop: int) -> Iterator[Finding]:
    """Yield the part of a finding between two bytes of the text, with its spans counted from the first; or nothing."""
    clipped = [(max(one[0], start) - start, min(one[1], stop) - start) for one in finding.spans]
    if spans := tuple(span for span in clipped if span[0] < span[1]):
        is_whole = spans == tuple((one[0] - start, one[1] - start) for one in finding.spans)
        yield finding._replace(spans=spans, quote=finding.quote if is_whole else b"")


def _search_in_context(pattern: Pattern, view: View) -> Iterator[tuple[int, Span]]:
    """Yield where each match begins, and the span to hide: within the text in quotes in which that begins.

    After as many bytes as there is time for, the rest is one span.
    """
    data, position, scanned, number = view.data, 0, 0, 0
    while position <= len(data):
        limit = len(data) if number < MIN_MATCHES else min(len(data), position + WINDOW_BYTES)
        match = pattern.search(data, position, limit)
        scanned += limit - position
        if match is None:
            if limit == len(data):
                return
            position += WINDOW_BYTES // 2
            continue
        begin = match.span()[0]
        number += 1
        match = _limit_match(pattern, match, view, limit)
        start, end = _get_value(match)
        if scanned > SCANNED_BYTES:
            yield begin, (start, len(data))
            return
        start, end = _clip(view, start, end)
        position = max(begin + 1, min(match.span()[1], end) if start < end else match.span()[1])
        if start < end:
            yield begin, (start, end)


def _limit_match(pattern: Pattern, match: Match, view: View, limit: int) -> Match:
    """Return the match as it is if the text in quotes in which it begins is searched by itself.

    If it needs what stands behind the quotes, return it as it is in the whole text.
    """
    data, (begin, stop) = view.data, match.span()
    literal = view.find_literal(begin) if begin < len(data) else None
    if literal is not None and stop > literal[1]:
        limited = pattern.search(data, begin, literal[1])
        if limited is not None and limited.span()[0] == begin:
            return limited
    if stop == limit < len(data):
        return pattern.search(data, begin) or match
    return match


def _get_value(match: Match) -> Span:
    try:
        span = match.span(1)
    except IndexError:
        return match.span()
    return span if span[0] >= 0 else match.span()


def _clip(view: View, start: int, end: int) -> Span:
    """Return the part of a span that lies in the text in quotes in which it begins; no escape at its end is cut."""
    literal = view.find_literal(start) if start < len(view.data) else None
    if literal is None:
        return start, end
    start, end = max(start, literal[0]), min(end, literal[1])
    backslashes = end - len(view.data[start:end].rstrip(b"\\")) - start
    return (start, literal[1]) if backslashes % 2 and end < literal[1] else (start, end)


def _is_bare_value(view: View, start: int, stop: int) -> bool:
    """Tell whether a span is a whole value of JSON without quotes, whose token has to be a text in quotes."""
    data = view.data
    return looks_bare(data, start, stop) and data.lstrip()[:1] in {b"{", b"["} and view.find_literal(start) is None


def looks_bare(data: bytes, start: int, stop: int) -> bool:
    """Tell whether a number, a truth value, an object or an array stands between signs that separate values of JSON."""
    if data[start] not in BARE_FIRST or start == 0 or data[start - 1] not in NEXT_BEFORE_VALUE:
        return False
    if data[max(0, start - 8) : start].rstrip()[-1:] not in BEFORE_VALUE:
        return False
    return data[stop : stop + 8].lstrip()[:1] in AFTER_VALUE and BARE.fullmatch(data, start, stop) is not None
