"""Parse access logs of Amazon API Gateway in JSON, XML and CSV."""

import re
from string import hexdigits
from typing import Any

from log_processor.formats.aws.api_gateway_layouts import read_layout
from log_processor.formats.generic import json_lines
from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.format import LOG_SERVICE, Column, Embedded, Format, Parsed, StrongStart, list_columns
from log_processor.formats.lib.members import find_time
from log_processor.formats.lib.named_members import put_members
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.timestamps import parse_any_ms, parse_clf_ms
from log_processor.formats.lib.tokens import ABSENT

MEMBERS = {"requestId", "requestTime", "status"}
ROUTES = {"resourcePath", "routeKey"}
TEXTS = {
    "requestId": "http.request.id",
    "ip": "client.address",
    "sourceIp": "client.address",
    "user": "user.name",
    "httpMethod": "http.request.method",
    "resourcePath": "http.route",
    "path": "url.path",
    "domainName": "server.address",
    "userAgent": "user_agent.original",
}
UNNAMED = {"caller": "aws.api_gateway.caller", "extendedRequestId": "aws.api_gateway.extended_request_id"}
"""What else a row of CSV holds, which does not name its columns."""
NUMBERS = {
    "status": "http.response.status_code",
    "responseLength": "http.response.body.size",
    "responseLatency": "aws.api_gateway.response_latency_ms",
    "integrationLatency": "aws.api_gateway.integration_latency_ms",
}


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is no object, element or row with id, time, status and route of a request."""
    members = parse_object(text, '"requestTime"')
    if members is not None:
        return _parse_members(members, dict(members))
    layout = read_layout(text)
    if layout is None:
        return None
    fields: dict[str, Any] = dict(layout.named)
    if not fields:
        put_members(fields, layout.members, UNNAMED)
    return _parse_members(layout.members, fields)


def _parse_members(members: dict[str, Any], fields: dict[str, Any]) -> Parsed | None:
    """Put what the members say beside the `fields`; return None if they are not those of a request."""
    if not members.keys() >= MEMBERS or ROUTES.isdisjoint(members):
        return None
    texts = {name: value for name, value in members.items() if isinstance(value, str) and value not in ABSENT}
    _put_texts(fields, texts)
    _put_numbers(fields, members, texts)
    protocol = texts.get("protocol", "")
    if protocol.startswith("HTTP/"):
        fields["network.protocol.version"] = protocol[5:]
    moment = parse_any_ms(members.get("requestTimeEpoch")) or parse_clf_ms(texts.get("requestTime", ""))
    return Parsed(fields, find_time(members) if moment is None else moment)


def _put_texts(fields: dict[str, Any], texts: dict[str, str]) -> None:
    put_members(fields, texts, TEXTS)
    if route := texts.get("routeKey"):  # `GET /pets`, or `$default`
        fields["http.route"] = route.partition(" ")[2] or route


def _put_numbers(fields: dict[str, Any], members: dict[str, Any], texts: dict[str, str]) -> None:
    """Put the members that hold a number, whether they hold it as a number or as text."""
    for member, name in NUMBERS.items():
        value = parse_number(texts[member]) if member in texts else members.get(member)
        if isinstance(value, int | float):
            fields[name] = value


FORMAT = Format(
    "api_gateway",
    parse,
    title="Amazon API Gateway access logs in JSON, XML and CSV",
    specification="API Gateway Developer Guide, Set up CloudWatch logging for REST APIs",
    notes=(
        "The members stand under their own names, and these beside them. The guide's own members of REST and "
        "HTTP APIs, recognised by request id, time, route and status; other choices of members are JSON lines. The "
        "guide's examples in XML have elements as JSON has members; those in CSV do not name their columns. Its CLF "
        "example is an access log."
    ),
    schema=(
        *list_columns("user.name http.request.method"),
        Column("http.route", note="resourcePath, routeKey"),
        *list_columns("url.path server.address network.protocol.version http.response.status_code"),
        Column("http.response.body.size", "bytes"),
        *list_columns("user_agent.original http.request.id"),
        *list_columns("aws.api_gateway.response_latency_ms aws.api_gateway.integration_latency_ms", "ms"),
        Column("client.address"),
        *list_columns("aws.api_gateway.caller aws.api_gateway.extended_request_id", note="of a row of CSV"),
    ),
    sample=(
        '{"requestId": "c6af9ac6", "ip": "192.0.2.1", "requestTime": "04/May/2026:10:00:00 +0000", '
        '"httpMethod": "GET", "resourcePath": "/pets", "status": "200", "protocol": "HTTP/1.1", '
        '"responseLength": "1234"}'
    ),
    keeps_members=True,
    embedded=Embedded(LOG_SERVICE, f"{{<{hexdigits}:", "/"),
    strong=(
        *json_lines.build_strong_starts(b'"requestTime"'),
        StrongStart(
            re.compile(rb'<request id="[^"<>]{1,200}">\s{0,99}<'),
            b"<",
            needs=b"<requestTime>",
            words="`<request id=`, an element within, and `<requestTime>`",
        ),
    ),
)
