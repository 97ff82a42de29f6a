"""Parse server access logs of Amazon S3."""

import re
from string import digits

from log_processor.formats.lib.format import Column, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.rows import Cell, RowLayout, find_positions, list_rules, split_row
from log_processor.formats.lib.timestamps import parse_clf_ms

BEFORE_REQUESTER = r"\S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \S+ "
BROKEN_REQUESTER = r'(?:"[^"]*"|\S+(?: \S+){1,9}?)(?= \S+ (?:REST|BATCH|WEBSITE|S3|SOAP)\.[A-Z])'
"""A requester with blanks: `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2EXAMPLE`."""
START = re.compile(rf"{BEFORE_REQUESTER}(?:\S+(?= \S+ [A-Z0-9]+\.)|{BROKEN_REQUESTER}) \S+ [A-Z0-9]+\.[A-Za-z0-9_.-]+ ")
IN_PIECES = compile_lazily(rf"{BEFORE_REQUESTER}(?!\S+ \S+ [A-Z0-9]+\.)(?P<requester>{BROKEN_REQUESTER})")
STATUS_TO_TURN_AROUND = compile_lazily(
    r'(?<=["-]) (\d{3}|-) ([A-Za-z][\w.-]{0,99}|-) (\d{1,20}|-) (\d{1,20}|-) (\d{1,20}|-) (\d{1,20}|-) (?=["-])'
)
MIN_WORDS = 18
CELLS = (
    Cell("bucket_owner", "aws.s3.bucket_owner"),
    Cell("bucket", "aws.s3.bucket"),
    Cell("time"),
    Cell("time_zone"),
    Cell("remote_ip", "client.address"),
    Cell("requester", "user.name"),
    Cell("request_id", "aws.request_id"),
    Cell("operation", "aws.s3.operation"),
    Cell("key", "aws.s3.key"),
    Cell("request_uri"),
    Cell("http_status", "http.response.status_code", parse_number),
    Cell("error_code", "error.code"),
    Cell("bytes_sent", "http.response.body.size", parse_number),
    Cell("object_size", "aws.s3.object_size", parse_number),
    Cell("total_time", "aws.s3.total_time_ms", parse_number),
    Cell("turn_around_time", "aws.s3.turn_around_time_ms", parse_number),
    Cell("referer", "http.request.header.referer"),
    Cell("user_agent", "user_agent.original"),
    Cell("version_id", "aws.s3.version_id"),
    Cell("host_id", "aws.extended_request_id"),
    Cell("signature_version", "aws.s3.signature_version"),
    Cell("cipher_suite", "tls.cipher"),
    Cell("authentication_type", "aws.s3.authentication_type"),
    Cell("host_header", "server.address"),
    Cell("tls_version", "tls.protocol.version"),
    Cell("access_point_arn", "aws.s3.access_point_arn"),
    Cell("acl_required", "aws.s3.acl_required"),
    Cell("source_region", "aws.s3.source_region"),
)
TIME, ZONE, REQUESTER, KEY, REQUEST, STATUS, VERSION_ID = find_positions(
    CELLS, "time time_zone requester key request_uri http_status version_id"
)


def _is_sound(words: list[str]) -> bool:
    """Tell whether request and status are in their columns.

    No column after the user agent may hold a blank: it would be the rest of a user agent with unescaped quotes.
    """
    if len(words) < MIN_WORDS or not (words[STATUS] == "-" or words[STATUS].isdecimal()):
        return False
    if words[REQUEST] != "-" and " " not in words[REQUEST]:
        return False
    return not any(" " in word for word in words[VERSION_ID:])


def _repair(text: str) -> list[str]:
    """Split a row with blanks in its requester, or with unescaped quotes in its texts."""
    match = IN_PIECES.match(text)
    if match is None:
        return _repair_texts(text)
    begin, end = match.span("requester")
    whole = f"{text[:begin]}-{text[end:]}"
    words = split_row(whole)
    if words is None or not _is_sound(words):
        words = _repair_texts(whole)
    return [*words[:REQUESTER], match["requester"].strip('"'), *words[REQUESTER + 1 :]]


def _repair_texts(text: str) -> list[str]:
    """Split a row with unescaped quotes in its key, request, referer or user agent.

    The numbers between request and referer, and the bare words at the end, are the fixed points.
    """
    numbers = STATUS_TO_TURN_AROUND.search(text)
    if numbers is None:
        return []
    words = text[: numbers.start()].split(" ", KEY)
    key, quote, request = words.pop().partition(' "')
    words += [key, request.removesuffix('"')] if quote else [key.removesuffix(" -"), "-"]
    texts, closing, rest = text[numbers.end() :].rpartition('" ')
    if not closing or rest.startswith('"'):  # the agent is the last field
        texts, rest = text[numbers.end() :].removesuffix('"'), ""
    referer, _, agent = texts.removeprefix('"').partition('" "' if texts.startswith('"') else ' "')
    return [*words, *numbers.groups(), referer, agent, *rest.split()]


LAYOUT = RowLayout(START, MIN_WORDS, list_rules(CELLS), _repair, _is_sound)


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it has no time in the third column, no operation, or no user agent."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    words, fields = row
    put_request(fields, words[REQUEST])
    return Parsed(fields, parse_clf_ms(f"{words[TIME][1:]} {words[ZONE][:-1]}"))


FORMAT = Format(
    "s3_access",
    parse,
    title="Amazon S3 server access logs",
    specification="Amazon S3 User Guide, Server access log format",
    notes=(
        "Entries have 17 to 27 fields: AWS adds new ones at the end. The record's time is when the request was "
        "received. Keys and targets stand as S3 wrote them, percent-encoded."
    ),
    schema=(
        *list_columns("aws.s3.bucket_owner aws.s3.bucket client.address"),
        Column("user.name", note="the requester"),
        *list_columns(
            "aws.request_id aws.s3.operation aws.s3.key http.request.method url.path url.query "
            "network.protocol.version http.response.status_code error.code",
        ),
        *list_columns("http.response.body.size aws.s3.object_size", "bytes"),
        *list_columns("aws.s3.total_time_ms aws.s3.turn_around_time_ms", "ms"),
        *list_columns("http.request.header.referer user_agent.original tls.cipher tls.protocol.version server.address"),
        Column("http.request.line", note="what is no request"),
        *list_columns(
            "aws.extended_request_id aws.s3.version_id aws.s3.signature_version aws.s3.authentication_type "
            "aws.s3.acl_required aws.s3.source_region aws.s3.access_point_arn",
        ),
        Column("extra", note="fields that AWS adds"),
    ),
    sample=(
        "79a59df900b949e5 bucket [04/May/2026:10:00:00 +0000] 192.0.2.3 79a59df900b949e5 3E57427F3 "
        'REST.GET.OBJECT a.txt "GET /a.txt HTTP/1.1" 200 - 7 7 5 4 "-" "curl" -'
    ),
    embedded=None,
    strong=(
        StrongStart(
            re.compile(START.pattern.encode()),
            f"{digits}abcdef".encode(),
            needs=b" +0000] ",
            words="owner, bucket, the time in brackets, and an operation in its place",
        ),
    ),
)
