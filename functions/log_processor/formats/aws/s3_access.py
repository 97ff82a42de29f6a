"""Amazon S3 server access logs."""

import re

from log_processor.formats.lib.format import Column, Format, Parsed, columns_of
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.rows import Layout, Rule
from log_processor.formats.lib.timestamps import clf_ms
from log_processor.formats.lib.tokens import number

START = re.compile(
    r"\S+ \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] \S+ \S+ \S+ [A-Z0-9]+\.[A-Za-z0-9_.-]+ "
)
STATUS_TO_TURN_AROUND = re.compile(
    r'(?<=["-]) (\d{3}|-) ([A-Za-z][\w.-]{0,99}|-) (\d{1,20}|-) (\d{1,20}|-) (\d{1,20}|-) (\d{1,20}|-) (?=["-])'
)
KEY, REQUEST, STATUS, VERSION_ID = 8, 9, 10, 18
FEWEST = 18
RULES: tuple[Rule | None, ...] = (
    ("aws.s3.bucket_owner", None),
    ("aws.s3.bucket", None),
    None,
    None,
    ("client.address", None),
    ("user.name", None),
    ("aws.request_id", None),
    ("aws.s3.operation", None),
    ("aws.s3.key", None),
    None,
    ("http.response.status_code", number),
    ("error.code", None),
    ("http.response.body.size", number),
    ("aws.s3.object_size", number),
    ("aws.s3.total_time_ms", number),
    ("aws.s3.turn_around_time_ms", number),
    ("http.request.header.referer", None),
    ("user_agent.original", None),
    ("aws.s3.version_id", None),
    ("aws.extended_request_id", None),
    ("aws.s3.signature_version", None),
    ("tls.cipher", None),
    ("aws.s3.authentication_type", None),
    ("server.address", None),
    ("tls.protocol.version", None),
    ("aws.s3.access_point_arn", None),
    ("aws.s3.acl_required", None),
    ("aws.s3.source_region", None),
)


def _is_sound(found: list[str]) -> bool:
    """Whether request and status stand in their places and nothing behind the agent is a text."""
    if len(found) < FEWEST or not (found[STATUS] == "-" or found[STATUS].isdecimal()):
        return False
    if found[REQUEST] != "-" and " " not in found[REQUEST]:
        return False
    return not any(" " in word for word in found[VERSION_ID:])


def _repair(text: str) -> list[str]:
    """Tell key, request, referer and agent by the numbers between them and the bare fields at the end."""
    numbers = STATUS_TO_TURN_AROUND.search(text)
    if numbers is None:
        return []
    found = text[: numbers.start()].split(" ", KEY)
    key, quote, request = found.pop().partition(' "')
    found += [key, request.removesuffix('"')] if quote else [key.removesuffix(" -"), "-"]
    texts, closing, rest = text[numbers.end() :].rpartition('" ')
    if not closing or rest.startswith('"'):  # the agent is the last field
        texts, rest = text[numbers.end() :].removesuffix('"'), ""
    referer, _, agent = texts.removeprefix('"').partition('" "' if texts.startswith('"') else ' "')
    return [*found, *numbers.groups(), referer, agent, *rest.split()]


LAYOUT = Layout(START, FEWEST, RULES, _repair, _is_sound)


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it has no time in third place, no operation, or no user agent."""
    row = LAYOUT.read(text)
    if row is None:
        return None
    found, fields = row
    put_request(fields, found[REQUEST])
    return Parsed(fields, clf_ms(f"{found[2][1:]} {found[3][:-1]}"))


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
        *columns_of("aws.s3.bucket_owner aws.s3.bucket client.address"),
        Column("user.name", note="the requester"),
        *columns_of(
            "aws.request_id aws.s3.operation aws.s3.key http.request.method url.path url.query "
            "network.protocol.version http.response.status_code error.code",
        ),
        *columns_of("http.response.body.size aws.s3.object_size", "bytes"),
        *columns_of("aws.s3.total_time_ms aws.s3.turn_around_time_ms", "ms"),
        *columns_of("http.request.header.referer user_agent.original tls.cipher tls.protocol.version server.address"),
        Column("http.request.line", note="what is no request"),
        *columns_of(
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
)
