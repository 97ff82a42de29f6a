"""Parse AWS WAF logs, one object a line."""

import re
from typing import Any

from log_processor.formats.generic import json_lines
from log_processor.formats.generic.json_lines import parse_object
from log_processor.formats.lib.format import LOG_SERVICE, Column, Embedded, Format, Parsed, list_columns
from log_processor.formats.lib.named_members import put_members
from log_processor.formats.lib.timestamps import parse_any_ms

SIGN = '"webaclId"'
TOP_LEVEL = {
    "action": "aws.waf.action",
    "responseCodeSent": "http.response.status_code",
    "ja3Fingerprint": "tls.client.ja3",
}
REQUEST = {
    "clientIp": "client.address",
    "country": "client.geo.country.iso_code",
    "httpMethod": "http.request.method",
    "scheme": "url.scheme",
    "host": "server.address",
    "uri": "url.path",
    "args": "url.query",
    "fragment": "url.fragment",
    "requestId": "http.request.id",
}
HEADERS = {
    "host": "server.address",
    "user-agent": "user_agent.original",
    "referer": "http.request.header.referer",
    "x-forwarded-for": "http.request.header.x-forwarded-for",
}


def parse(text: str, _last_modified_ms: int) -> Parsed | None:
    """Parse one line; return None if it is no object with a web ACL and a request."""
    members = parse_object(text, SIGN)
    request = members.get("httpRequest") if members else None
    if members is None or not isinstance(request, dict) or "webaclId" not in members:
        return None
    fields: dict[str, Any] = dict(members)
    put_members(fields, members, TOP_LEVEL)
    put_members(fields, request, REQUEST)
    version = request.get("httpVersion")
    if isinstance(version, str) and version:
        fields["network.protocol.version"] = version.removeprefix("HTTP/")
    _put_headers(fields, request.get("headers"))
    _put_owner(fields, members["webaclId"])
    return Parsed(fields, parse_any_ms(members.get("timestamp")))


def _put_headers(fields: dict[str, Any], headers: Any) -> None:
    for member in headers if isinstance(headers, list) else ():
        name = HEADERS.get(str(member.get("name")).lower()) if isinstance(member, dict) else None
        if name and (value := member.get("value")):
            fields[name] = value


def _put_owner(fields: dict[str, Any], web_acl: Any) -> None:
    """Put the region and the account of a web ACL's ARN; a classic web ACL has an id instead, which names neither."""
    parts = web_acl.split(":", 5) if isinstance(web_acl, str) else []
    if len(parts) == 6 and parts[0] == "arn":
        if parts[3]:
            fields["cloud.region"] = parts[3]
        if parts[4]:
            fields["cloud.account.id"] = parts[4]


KEY = re.compile(r"(?:^|/)WAFLogs/|(?:^|[/-])aws-waf-logs-")
FORMAT = Format(
    "waf",
    parse,
    title="AWS WAF logs, one object a line",
    specification="AWS WAF Developer Guide, Log fields for web ACL traffic",
    notes=(
        "The members stand under their own names, the optional ones too (labels, rule groups, "
        "captchaResponse), and these beside them."
    ),
    schema=(
        *list_columns(
            "client.geo.country.iso_code http.request.method url.scheme url.path url.query url.fragment "
            "network.protocol.version http.request.id",
        ),
        Column("http.response.status_code", note="of a custom response"),
        *list_columns(
            "aws.waf.action tls.client.ja3 user_agent.original http.request.header.referer "
            "http.request.header.x-forwarded-for client.address",
        ),
        *list_columns("cloud.account.id cloud.region", note="of the web ACL"),
        Column("server.address", note="the header host"),
    ),
    sample=(
        '{"timestamp": 1777888800000, "webaclId": "arn:…", "action": "BLOCK", "httpRequest": {"clientIp": '
        '"192.0.2.1", "uri": "/"}}'
    ),
    keeps_members=True,
    embedded=Embedded(LOG_SERVICE, "{", SIGN),
    key=KEY,
    strong=json_lines.build_strong_starts(SIGN.encode()),
    signs=(SIGN,),
)
