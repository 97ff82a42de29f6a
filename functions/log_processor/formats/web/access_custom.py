"""Parse access lines of a layout of one's own, for `access`: more or other parts than Common Log Format has.

Servers let their users say what a line holds. Such a line has a time, then a request, and a status behind it or right
before it. What else stands there is read by its shape, or is unknown.
"""

import re
from itertools import chain
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.web.access_client import LEVEL, put_head
from log_processor.formats.web.access_entry import put_entry
from log_processor.formats.web.access_request import Exchange, read_exchange
from log_processor.formats.web.access_tail import put_tail
from log_processor.formats.web.access_time import CLF, TIME, parse_time_ms
from log_processor.formats.web.access_words import ADDRESS, WORD, is_client, is_host, put_words

BOXED = compile_lazily(rf"\[{TIME}\]")
BARE = compile_lazily(rf'(?:\A|(?<= ))"?{TIME}"?(?= )')
SURE_TIME = re.compile(rf'[\["]?{CLF}["\]]?')
"""A time that stands in no lines but access logs'."""
FOREIGN = compile_lazily(
    r" (?:REST|BATCH|S3|WEBSITE|SOAP)\.[A-Z]|(?:-?\d{1,12}/){4}"
    r"|:\d{1,5} (?:-|\S{3,50}:\d{1,5}) (?:(?:-1|\d{1,6}\.\d{1,6}) ){3}"
)
"""What S3, HAProxy and the load balancers of AWS have between time and request."""
QUOTED_TIME = re.compile(rf'"(\[{CLF}\])"(?= )')
BAR = " | "
MIN_BARS = 3
NUMBER = re.compile(r"\d+(?:\.\d+)?")
VERSION = re.compile(r" HTTP/\d(?:\.\d)?\Z")


def parse(text: str) -> Parsed | None:
    """Parse one line; return None if it has no time, request and status in this order, or is another program's."""
    text = _separate_by_blanks(text)
    moment = BOXED.search(text) or BARE.search(text)
    if moment is None:
        return None
    if (quote := text.find('"', moment.end())) >= 0 and FOREIGN.search(text, moment.end(), quote):
        return None
    is_sure = moment[0][0] == "[" or SURE_TIME.fullmatch(moment[0]) is not None
    exchange = read_exchange(text, moment.end(), is_sure=is_sure)
    if exchange is None:
        return None
    fields: dict[str, Any] = {}
    head = text[: moment.start()]
    unknown = _put_head(fields, head, exchange) if head.strip() else _put_below_time(fields, moment, exchange)
    if unknown is None or not (is_sure or "client.address" in fields):
        return None
    if unknown:
        fields["extra"] = unknown
    if exchange.behind:
        put_tail(fields, exchange.behind)
    put_entry(fields, *exchange.parts)
    return Parsed(fields, parse_time_ms(moment))


def _separate_by_blanks(text: str) -> str:
    """Return a line with blanks between its parts, where it has tabs or bars; a bar within a text in quotes stays.

    Brackets have no quotes around them then.
    """
    if "\t" in text:
        text = text.replace("\t", " ")
    if text[:1] == '"':  # all is in quotes, the brackets too
        text = QUOTED_TIME.sub(r"\1", text, count=1)
    if '"' not in text and text.count("|") >= MIN_BARS and (marked := _mark_parts(text)):
        return marked
    if text.count(BAR) >= MIN_BARS:
        return text.replace(BAR, " ")
    if "]|" in text and "|[" in text:
        pieces = text.split('"')
        pieces[::2] = (piece.replace("|", " ") for piece in pieces[::2])
        return '"'.join(pieces)
    return text


def _mark_parts(text: str) -> str | None:
    """Return a line of parts between bars with blanks between, its time in brackets and its texts in quotes.

    Return None unless one is an access log's time, and a later one a request with its version.
    """
    parts = [part.strip() or "-" for part in text.split("|")]
    moment = next((at for at, part in enumerate(parts) if SURE_TIME.fullmatch(part)), len(parts))
    asked = next((at for at in range(moment, len(parts)) if VERSION.search(parts[at])), None)
    if asked is None:
        return None
    behind = (part if NUMBER.fullmatch(part) else f'"{part}"' for part in parts[asked + 1 :])
    before = parts[:moment], [f"[{parts[moment].strip('[]')}]"], parts[moment + 1 : asked]
    return " ".join((*chain(*before), f'"{parts[asked]}"', *behind))


def _put_head(fields: dict[str, Any], head: str, exchange: Exchange) -> list[str] | None:
    """Put the words before and after the time; return the unknown ones, or None if it is no access line.

    A line that is cut off has only known words.
    """
    unknown = put_head(fields, head)
    if unknown is None or (unknown and not exchange.is_whole):
        return None
    unknown = _put_between(fields, unknown, exchange.before)
    return unknown if not unknown or is_client(fields.get("client.address", "localhost")) else None


def _put_between(fields: dict[str, Any], unknown: list[str], between: str) -> list[str] | None:
    words = WORD.findall(between)
    if FOREIGN.search(between) or any(map(LEVEL.fullmatch, words)):
        return None
    return unknown + put_words(fields, words)


def _put_below_time(fields: dict[str, Any], moment: re.Match[str], exchange: Exchange) -> list[str] | None:
    """Put the words of a line that begins with its time; return the unknown ones, or None if it is no access line.

    An application's line may begin so, too. It is none's if an address follows; or if the time has a zone, and no word
    of prose follows a time of another shape than access logs have.
    """
    words = WORD.findall(exchange.before)
    if any(ADDRESS.fullmatch(word.strip('"').partition(",")[0]) for word in words[:2]):
        unknown = put_head(fields, exchange.before.strip())
        return None if unknown is None else _put_between(fields, unknown, "")
    if not exchange.is_whole or not (moment["zone"] or moment["epoch"]):
        return None
    is_prose = any(word[0].isalpha() and not is_host(word) for word in words)
    return None if is_prose and not SURE_TIME.fullmatch(moment[0]) else _put_between(fields, [], exchange.before)
