"""Find the request and the status of an access line of any layout, for `access_custom`."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.request_line import METHODS, is_request
from log_processor.formats.web.access_entry import ANY_REQUEST, PAIR, PARTS, REQUEST, RESULT, SIZE, STATUSES
from log_processor.formats.web.access_words import WORD

WHOLE = compile_lazily(f" *{REQUEST}{RESULT}", re.DOTALL)
ANY_WHOLE = compile_lazily(f" *{ANY_REQUEST}{RESULT}", re.DOTALL)
BEHIND = compile_lazily(RESULT, re.DOTALL)
TAIL = compile_lazily(rf"(?:{PAIR})?(?P<rest> .*)?", re.DOTALL)
CUT = re.compile(r' "(?P<request>[A-Z]{3,20} [^"]*+)(?:" ?(?:(?P<status>\d{3}) ?|\d{0,2}|-))?', re.DOTALL)
QUOTE = re.compile(r'(?<![^\s\]])"[A-Z][A-Z_-]{1,31} ')
QUOTED = re.compile(r'"(?P<request>[^"\\]*+(?:(?:\\.|"(?! (?!HTTP/\d)|\Z))[^"\\]*+)*+)"(?= |\Z)', re.DOTALL)
METHOD = compile_lazily(rf" (?:{'|'.join(sorted(METHODS))}) ")
VERSION = re.compile(r" HTTP/\d(?:\.\d)?(?= )")
BARE = re.compile(r' (?P<request>[^"]+)(?= )')
BROKEN = compile_lazily(
    r'(?P<failed>(?<= [45]\d\d))? "(?P<request>[^"\\]*+(?:\\.[^"\\]*+)*+)"(?(failed)(?= |\Z)'
    r'|(?:(?<= HTTP/\d\.\d")|(?= \d{3} (?:\d{1,18}|-)(?: |\Z)|(?: [^\s"]{1,40}){0,3} "?(?:[45]\d\d|000)"?(?: |\Z))))',
    re.DOTALL,
)
"""A text in quotes that ends with a version, or has a status and a size behind it, or the status of a failure near."""
STATUS = re.compile(r'"?(?:status[=:])?"?(\d{3})"?')
BEFORE = (
    re.compile(r"(?P<words>|.* )(?P<status>\d{3}) (?P<size>\d{1,18})"),
    re.compile(r"(?P<words>|.* )(?P<status>\d{3})(?P<size>)"),
)
"""What stands before a request if it ends with status and size, or with the status alone."""
MAX_WORDS_BEFORE_STATUS = 8


class Exchange(NamedTuple):
    """Hold what stands behind the time of a line.

    - `before` are the words before the request, and `behind` those between the request and the status.
    - `parts` are `access_entry.PARTS`.
    - A line that is not whole was cut off within the request or after it.
    """

    before: str
    parts: tuple[Any, ...]
    behind: str = ""
    is_whole: bool = True


def read_exchange(text: str, position: int, *, is_sure: bool) -> Exchange | None:
    """Return what stands behind the time, which ends at `position`; None if it is no request with a status.

    If the time is sure to be an access log's, the request may be without quotes, broken, or cut off.
    """
    whole = WHOLE.fullmatch(text, position)
    if whole and is_request(whole["request"]):
        return Exchange("", whole.group(*PARTS))
    for asked in _find_requests(text, position, is_sure=is_sure):
        if exchange := _read_result(text, position, asked):
            return exchange
    if whole:
        return Exchange("", whole.group(*PARTS))
    return _read_broken(text, position) if is_sure else None


def _find_requests(text: str, position: int, *, is_sure: bool) -> list[re.Match[str]]:
    """Return what may be the request, in order: each text in quotes that is one, and one without quotes."""
    requests = [quoted for quoted in _find_quoted(text, position) if is_request(quoted["request"])]
    bare = _find_bare(text, position) if is_sure else None
    return sorted([*requests, bare], key=re.Match.start) if bare else requests


def _find_quoted(text: str, position: int) -> Iterator[re.Match[str]]:
    """Yield the texts in quotes that begin with a word in capitals; behind one that is not closed, none is."""
    while (start := QUOTE.search(text, position)) and (quoted := QUOTED.match(text, start.start())):
        yield quoted
        position = quoted.end()


def _find_bare(text: str, position: int) -> re.Match[str] | None:
    """Return the first request without quotes: from a method to the first version behind a target."""
    version = VERSION.search(text, position)
    method = METHOD.search(text, position, version.start()) if version else None
    return BARE.match(text, method.start(), version.end() + 1) if method and version else None


def _read_broken(text: str, position: int) -> Exchange | None:
    broken = BROKEN.search(text, position)
    if broken and (exchange := _read_result(text, position, broken)):
        return exchange
    if whole := ANY_WHOLE.fullmatch(text, position):
        return Exchange("", whole.group(*PARTS))
    if cut := CUT.fullmatch(text, position):
        return Exchange("", (cut["request"], cut["status"] or "-"), is_whole=False)
    return None


def _read_result(text: str, position: int, asked: re.Match[str]) -> Exchange | None:
    """Return the parts of a line whose request is `asked`; None if it has no status."""
    before, request, end = text[position : asked.start()], asked["request"], asked.end()
    if result := BEHIND.fullmatch(text, end):
        return Exchange(before, (request, *result.group(*PARTS[1:])))
    for shape in BEFORE:
        if (match := shape.fullmatch(before.rstrip())) and match["status"] in STATUSES:
            size, *texts = _read_size(text, end)
            return Exchange(match["words"], (request, match["status"], match["size"] or size, *texts))
    for word in islice(WORD.finditer(text, end), MAX_WORDS_BEFORE_STATUS):
        if (status := STATUS.fullmatch(word[0])) and status[1] in STATUSES:
            behind = text[end : word.start()].rstrip()
            return Exchange(before, (request, status[1], *_read_size(text, word.end())), behind)
    return None


def _read_size(text: str, position: int) -> tuple[Any, ...]:
    """Return size, referer, user agent and rest of what stands behind the status; a time may stand before the size.

    A number in the place of the size is unknown: nginx may write seconds there, granian milliseconds.
    """
    size = SIZE.match(text, position)
    tail = TAIL.fullmatch(text, size.end() if size else position)
    referer, agent, rest = tail.group("referer", "agent", "rest") if tail else (None, None, None)
    if size is None:
        return "-", referer, agent, f" -{rest}" if rest and rest[1:2].isdecimal() else rest
    return size["size"], referer, agent, (size["took"] or "") + (rest or "")
