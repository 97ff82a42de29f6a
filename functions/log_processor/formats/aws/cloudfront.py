"""Parse standard logs of Amazon CloudFront, legacy and v2."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.directives import build_row_parser, read_fields
from log_processor.formats.lib.format import Column, Format, HeaderLines, Parse, Parsed, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_decimal, parse_number
from log_processor.formats.lib.timestamps import parse_any_ms
from log_processor.state import Columns

STANDARD = (
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) "
    "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken "
    "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status "
    "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len "
    "sc-range-start sc-range-end"
)
RTMP = (
    "date time x-edge-location c-ip x-event sc-bytes x-cf-status x-cf-client-id cs-uri-stem cs-uri-query c-referrer "
    "x-page-url c-user-agent x-sname x-sname-query x-file-ext x-sid"
)
START = re.compile(r"\d{4}-\d\d-\d\d\s{1,3}\d\d:\d\d:\d\d\s{1,3}[A-Z]{3}\d[\w-]*\s{1,3}(?:(\d+)|[0-9A-Fa-f:.]+)\s")
OWN = compile_lazily(
    r"\b(?:x-edge-|x-host-header|time-to-first-byte|distributionid|c-country|origin-fbl|timestamp\(ms\))", re.IGNORECASE
)
MOMENTS = ("timestamp(ms)", "timestamp")
MAX_CACHED_CHARS = 512


def _decode(word: str) -> str:
    return _unquote_cached(word) if len(word) <= MAX_CACHED_CHARS else _unquote(word)


def _unquote(word: str) -> str:
    once = unquote(word)
    return unquote(once) if "%25" in word and " " not in once else once


_unquote_cached = lru_cache(maxsize=1024)(_unquote)  # a few agents send most requests


FieldRules = dict[str, tuple[str, Callable[[str], Any]]]


def _parse_status(word: str) -> int | float | str:
    """Return the status; `000`, of a viewer that went away before an answer, is 0."""
    return parse_number(word.lstrip("0") or "0")


RULES: FieldRules = {
    "date": ("", str),
    "time": ("", str),
    "timestamp": ("aws.cloudfront.timestamp_s", parse_number),
    "timestamp(ms)": ("aws.cloudfront.timestamp_ms", parse_number),
    "sc-bytes": ("http.response.size", parse_number),
    "c-ip": ("client.address", str),
    "c-port": ("client.port", parse_number),
    "c-country": ("client.geo.country.iso_code", str),
    "cs-method": ("http.request.method", str),
    "cs(Host)": ("aws.cloudfront.domain_name", str),
    "cs-uri-stem": ("url.path", str),
    "sc-status": ("http.response.status_code", _parse_status),
    "cs(Referer)": ("http.request.header.referer", str),
    "c-referrer": ("http.request.header.referer", str),
    "cs(User-Agent)": ("user_agent.original", _decode),
    "c-user-agent": ("user_agent.original", _decode),
    "cs-uri-query": ("url.query", str),
    "cs(Cookie)": ("http.request.header.cookie", str),
    "cs-accept": ("http.request.header.accept", _decode),
    "cs-accept-encoding": ("http.request.header.accept-encoding", _decode),
    "x-edge-request-id": ("aws.cloudfront.edge_request_id", str),
    "x-host-header": ("server.address", str),
    "cs-protocol": ("url.scheme", str),
    "cs-bytes": ("http.request.size", parse_number),
    "time-taken": ("aws.cloudfront.time_taken_s", parse_decimal),
    "time-to-first-byte": ("aws.cloudfront.time_to_first_byte_s", parse_decimal),
    "origin-fbl": ("aws.cloudfront.origin_first_byte_latency_s", parse_decimal),
    "origin-lbl": ("aws.cloudfront.origin_last_byte_latency_s", parse_decimal),
    "x-forwarded-for": ("http.request.header.x-forwarded-for", str),
    "ssl-protocol": ("tls.protocol.version", str),
    "ssl-cipher": ("tls.cipher", str),
    "cs-protocol-version": ("network.protocol.version", lambda word: word.removeprefix("HTTP/")),
    "sc-content-type": ("http.response.header.content-type", unquote),
    "sc-content-len": ("http.response.body.size", parse_number),
    "DistributionId": ("aws.cloudfront.distribution_id", str),
    "distributionid": ("aws.cloudfront.distribution_id", str),
    "x-cf-client-id": ("aws.cloudfront.cf_client_id", str),
    "x-sname": ("aws.cloudfront.sname", str),
    "x-sid": ("aws.cloudfront.sid", str),
}
RTMP_RULES = RULES | {"cs-uri-stem": ("url.full", str)}


def _read_columns(line: str, columns: Columns | None) -> Columns | None:
    """Return the columns after `line`, or None if it is no directive of CloudFront's.

    `#Fields:` of another extended log is not CloudFront's: it names none of CloudFront's own columns, such as
    `x-edge-location`.
    """
    named = read_fields(line, columns)
    return None if named and named.names and not OWN.search(named.names) else named


def _bind(columns: Columns | None) -> Parse:
    return _build_parser(columns.names.split(" ")) if columns and columns.names else parse


def _build_parser(columns: list[str]) -> Parse:
    rules = RTMP_RULES if "x-event" in columns else RULES
    tabs = build_row_parser(columns, "\t", rules, name_field)
    blanks = build_row_parser(columns, None, rules, name_field)
    own_time = any(name in columns for name in MOMENTS)

    def parse_row(text: str, last_modified_ms: int) -> Parsed | None:
        head = text[:32]  # enough for the first separators
        return (tabs if "\t" in head and "\t " not in head else blanks)(text, last_modified_ms)

    def parse_timed_row(text: str, last_modified_ms: int) -> Parsed | None:
        parsed = parse_row(text, last_modified_ms)
        if parsed is None:
            return None
        parsed.timestamp_ms = _read_time(parsed.fields) or parsed.timestamp_ms
        return parsed if parsed.timestamp_ms is not None else None

    return parse_timed_row if own_time or "date" not in columns else parse_row


def _read_time(fields: dict[str, Any]) -> int | None:
    value = fields.get("aws.cloudfront.timestamp_ms", fields.get("aws.cloudfront.timestamp_s"))
    return parse_any_ms(value) if isinstance(value, int | float) else None


@lru_cache(maxsize=256)
def name_field(column: str) -> str:
    """Return the name of the field of a column that only CloudFront has."""
    return "aws.cloudfront." + re.sub(r"\W+", "_", column.removeprefix("x-")).strip("_").lower()


def _read_object(text: str) -> Parsed | None:
    """Parse a row of v2's JSON, an object of values by column; return None if no column begins with `x-edge-`.

    A value that is no text keeps its type.
    """
    members = parse_object(text, '"x-edge-')
    if members is None or not any(column.startswith("x-edge-") for column in members):
        return None
    fields: dict[str, Any] = {}
    for column, value in members.items():
        name, kind = RULES.get(column) or (name_field(column), parse_number)
        if name and value not in (None, "-", ""):
            fields[name] = kind(value) if isinstance(value, str) else value
    return Parsed(fields, _read_time(fields) or parse_any_ms(f"{members.get('date')}T{members.get('time')}Z"))


STANDARD_ROWS, RTMP_ROWS = _build_parser(STANDARD.split()), _build_parser(RTMP.split())


def parse(text: str, last_modified_ms: int) -> Parsed | None:
    """Parse a row of the standard columns, or of v2's JSON.

    Return None if it begins with no date, time and edge location, or is no object of CloudFront's columns.
    """
    start = START.match(text)
    if start is not None:
        return (STANDARD_ROWS if start[1] else RTMP_ROWS)(text, last_modified_ms)
    return _read_object(text) if text.startswith("{") else None


KEY = re.compile(r"(?:^|/)E[0-9A-Z]{9,20}\.\d{4}-\d\d-\d\d-\d\d\.[0-9a-f]{8}\.")
FORMAT = Format(
    "cloudfront",
    parse,
    title="Amazon CloudFront standard logs, legacy and v2",
    specification="Amazon CloudFront Developer Guide, Standard log file fields",
    notes=(
        "Header-driven: `#Fields:` names the columns, parted by tabs (or blanks); without it, the 33 standard "
        "ones count, or the 17 of RTMP distributions. v2's JSON has an object a line with the columns as "
        "members. Times are UTC; `timestamp(ms)`, where it is there, is the record's time. "
        "For real-time logs see `cloudfront_realtime`."
    ),
    schema=(
        *list_columns("client.address client.port client.geo.country.iso_code http.request.method"),
        Column("server.address", note="the host asked for"),
        *list_columns("url.path url.query url.scheme"),
        Column("url.full", note="RTMP"),
        Column("http.response.status_code", note="0: the viewer was gone", drops="the zeros of `000`"),
        *list_columns("http.request.size http.response.size", "bytes"),
        Column("http.request.header.*"),
        Column("user_agent.original", note="percent-decoded, twice where it was encoded twice"),
        *list_columns("network.protocol.version tls.*"),
        Column("aws.cloudfront.*", note="the other columns"),
        Column("aws.cloudfront.*_s", "s", decimals=3),
        Column("aws.cloudfront.*_ms", "ms"),
        Column("extra", note="more words than columns"),
    ),
    sample=(
        "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status\n"
        "2026-05-04\t10:00:00\tLAX1\t392\t192.0.2.1\tGET\td1.cloudfront.net\t/a\t200"
    ),
    embedded=None,
    header_lines=HeaderLines(_read_columns, _bind),
    key=KEY,
)
