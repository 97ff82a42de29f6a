"""The formats in their explicit order, and the detection that chooses one for an object from its first records."""

import re
from collections.abc import Sequence

from log_processor.formats import (
    access,
    alb,
    alb_connection,
    alb_health_check,
    apache_error,
    api_gateway,
    aws_lambda,
    clb,
    cloudfront,
    cloudtrail,
    cloudtrail_digest,
    cloudwatch_event,
    cloudwatch_export,
    compose,
    cri,
    docker_json,
    haproxy,
    java,
    json_lines,
    klog,
    logfmt,
    mixed,
    mysql_error,
    mysql_general,
    mysql_slow,
    nginx_error,
    nlb,
    postgresql,
    postgresql_csv,
    python_logging,
    redis,
    route53,
    route53_public,
    s3_access,
    syslog_rfc3164,
    syslog_rfc5424,
    text,
    timed_text,
    vpc_flow,
    w3c,
    waf,
)
from log_processor.formats.base import Format
from log_processor.formats.parts.joining import FOREIGN_AMONG, around, foreign, loose
from log_processor.record import Parsed

ORDER: tuple[Format, ...] = (
    docker_json.FORMAT,
    cloudtrail.FORMAT,
    cloudtrail_digest.FORMAT,
    cloudwatch_event.FORMAT,
    waf.FORMAT,
    route53.FORMAT,
    api_gateway.FORMAT,
    cloudfront.FORMAT,
    json_lines.FORMAT,
    access.FORMAT,
    alb.FORMAT,
    nlb.FORMAT,
    clb.FORMAT,
    alb_connection.FORMAT,
    alb_health_check.FORMAT,
    route53_public.FORMAT,
    s3_access.FORMAT,
    vpc_flow.FORMAT,
    w3c.FORMAT,
    aws_lambda.FORMAT,
    cloudwatch_export.FORMAT,
    cri.FORMAT,
    compose.FORMAT,
    apache_error.FORMAT,
    nginx_error.FORMAT,
    haproxy.FORMAT,
    syslog_rfc5424.FORMAT,
    mysql_error.FORMAT,
    mysql_slow.FORMAT,
    mysql_general.FORMAT,
    postgresql.FORMAT,
    postgresql_csv.FORMAT,
    java.FORMAT,
    klog.FORMAT,
    redis.FORMAT,
    python_logging.FORMAT,
    syslog_rfc3164.FORMAT,
    logfmt.FORMAT,
)
TIMED = timed_text.FORMAT
MIXED = mixed.FORMAT
TEXT = text.FORMAT
BY_NAME = {known.name: known for known in (*ORDER, TIMED, MIXED, TEXT)}
KEYED = tuple(known for known in ORDER if known.key is not None)
DRIVEN = tuple(known for known in ORDER if known.header is not None)
SAMPLE_RECORDS = 20
COLOURS = re.compile(r"\x1b\[[\d;]{0,30}[A-Za-z]")
LOOSE_BELOW_TIMED = 3
"""So many lines that tell nothing are taken for the inside of a record with a time, and one for that of another."""
MOST_HEADER_CHARS = 32 * 1024
"""A longer line names no fields: what it said would have to go into a ledger row and a message."""


def plain(text: str) -> str:
    """The text without the colours that terminals are told."""
    return COLOURS.sub("", text) if "\x1b[" in text else text


def detect(samples: Sequence[str], near_ms: int, key: str = "") -> Format:
    """The format that reads the most of the first records; the earlier in the order on a tie.

    A header line among them decides at once, and so does the object's `key` where it is of a format that reads one of
    them. Any JSON is JSON lines too: a kind of its own that reads half of it wins. Text of timed records has no say
    where a named format reads half as many records as begin with a time, or several of them all. Lines are joined where
    the first ones look like it; else each is read by itself, as where many are of other formats.
    """
    lines = samples[:SAMPLE_RECORDS]
    first = [plain(line) for line in lines]
    return _told_at_once(first, near_ms, key) or _judged(lines, first, near_ms)


def _told_at_once(first: Sequence[str], near_ms: int, key: str) -> Format | None:
    """The format that the key or a header line tells."""
    for candidate in KEYED:
        if candidate.key and candidate.key.search(key) and any(candidate.parse(one, near_ms) for one in first):
            return candidate
    return next((candidate for candidate in DRIVEN if any(_names_fields(candidate, one) for one in first)), None)


def _judged(lines: Sequence[str], first: Sequence[str], near_ms: int) -> Format:
    """The format that the records speak for; `lines` are they as they stand, `first` without colours."""
    best, told, dated_ones = _most_read(first, near_ms)
    best = around(best, ORDER, first, near_ms)
    timed = sum(TIMED.parse(sample, near_ms) is not None for sample in first)
    if timed > 2 * len(told):
        alone = timed == 1 and not told and TIMED.parse(first[0], near_ms) is None
        astray = loose(TIMED, lines)
        if not alone and astray <= LOOSE_BELOW_TIMED * timed and (astray or len(dated_ones) < timed):
            return TIMED
        return MIXED if told else TEXT
    if foreign(best, lines, dated_ones - told.keys()) * FOREIGN_AMONG > len(told):
        return MIXED
    dated = min(len(told), max(timed, sum(parsed.timestamp_ms is not None for parsed in told.values())))
    return best if loose(best, lines) <= len(told) + (LOOSE_BELOW_TIMED - 1) * dated else MIXED


def _most_read(first: Sequence[str], near_ms: int) -> tuple[Format, dict[int, Parsed], set[int]]:
    """The named format that reads the most, what it reads by its place, and the places where any reads a time."""
    best, told, dated_ones = TEXT, dict[int, Parsed](), set[int]()
    for candidate in ORDER:
        found = ((place, candidate.parse(sample, near_ms)) for place, sample in enumerate(first))
        read = {place: parsed for place, parsed in found if parsed is not None}
        dated_ones |= {place for place, parsed in read.items() if parsed.timestamp_ms is not None}
        if len(read) > len(told) and not (candidate is json_lines.FORMAT and len(told) * 2 >= len(read)):
            best, told = candidate, read
    return best, told, dated_ones


def _names_fields(candidate: Format, sample: str) -> bool:
    return candidate.header is not None and bool(candidate.header.read(sample, None))


class Reader:
    """Reads the raw records of one object in their order; `header` is the state of a header-driven format.

    Where the format was `declared`, a record that it cannot read is text with a `parse_error`; no other is tried.
    """

    def __init__(self, chosen: Format, near_ms: int, header: str | None = None, *, declared: bool = False) -> None:
        self._chosen = chosen
        self._declared = declared and chosen is not MIXED  # which says nothing about a record
        self._near_ms = near_ms
        self.header = header
        self._parse = chosen.header.bind(header) if chosen.header else chosen.parse

    def read(self, raw: str) -> tuple[str, Parsed] | None:
        """The name of the format that reads `raw` (the chosen one first, then the others, then text) and what it read.

        None for a header line, which is no record.
        """
        raw = plain(raw)
        driven = self._chosen.header
        short = len(raw) <= MOST_HEADER_CHARS
        if driven is not None and short and (state := driven.read(raw, self.header)) is not None:
            self.header, self._parse = state, driven.bind(state)
            return None
        parsed = self._parse(raw, self._near_ms)
        if parsed is not None:
            return self._chosen.name, parsed
        if self._declared:
            parsed = text.parse(raw, self._near_ms)
            parsed.parse_error = f"the record is not of the declared format {self._chosen.name}"
            return TEXT.name, parsed
        for other in ORDER:
            if other is not self._chosen and (parsed := other.parse(raw, self._near_ms)) is not None:
                return other.name, parsed
        return TEXT.name, text.parse(raw, self._near_ms)
