"""Split a request line (RFC 9112, section 3) as servers write what they received: whole, cut off, or no HTTP."""

import re
from typing import Any

from log_processor.formats.lib.numbers import parse_number

LISTED = (
    "GET POST HEAD PUT DELETE OPTIONS CONNECT TRACE PATCH QUERY PRI PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK "
    "SEARCH REPORT MKCALENDAR MKACTIVITY MKWORKSPACE MKREDIRECTREF CHECKOUT CHECKIN UNCHECKOUT MERGE LABEL UPDATE "
    "UPDATEREDIRECTREF VERSION-CONTROL BASELINE-CONTROL ORDERPATCH ACL BIND REBIND UNBIND LINK UNLINK PURGE BAN "
    "REFRESH SUBSCRIBE UNSUBSCRIBE NOTIFY POLL M-SEARCH BCOPY BMOVE BDELETE BPROPFIND BPROPPATCH DEBUG "
    "TRACK RPC_IN_DATA RPC_OUT_DATA BITS_POST CCM_POST DESCRIBE ANNOUNCE SETUP PLAY PAUSE RECORD TEARDOWN"
)
METHODS = frozenset(LISTED.split())
"""The methods of HTTP that IANA lists, and what caches, UPnP, Exchange, IIS and RTSP add."""
TOKEN = re.compile(r"[A-Z][A-Z0-9_.-]{1,31}")
"""What a method that is not listed looks like (a token of RFC 9110, section 5.6.2, in capitals)."""
OTHER_PROTOCOL = re.compile(r"([A-Z]{2,12})/(\d(?:\.\d)?)")
VERSION = re.compile(r"1\.[01]|[23](?:\.0)?")
SIMPLE = re.compile(r"/|\*$|[a-z]{2,10}://")
AUTHORITY = re.compile(r"(?:[^@/]*@)?(\[[^\]\s]*\]|[^:\s]*)(?::(\d{1,5}))?")
NOTHING = frozenset({"", "-"})


def put_request(fields: dict[str, Any], line: str) -> None:
    """Put the parts of `GET http://host:80/path?query HTTP/1.1`; keep what is no request as `http.request.line`.

    - The first word is a method: a listed one, or any in capitals before a version.
    - A target may hold blanks. A route key of API Gateway has a method of its own: `GET GET /pets/{id} HTTP/1.1`.
    - A line without a version is of HTTP/0.9, or was cut off.
    - A load balancer writes `-` for a version that it does not know, Hypercorn the version's number alone.
    """
    method, _, rest = line.partition(" ")
    target, blank, protocol = rest.rpartition(" ")
    if blank and protocol.startswith("HTTP/") and (method in METHODS or TOKEN.fullmatch(method)):
        fields["http.request.method"] = method
        fields["network.protocol.version"] = protocol[5:]
    elif method in METHODS and SIMPLE.match(rest):
        fields["http.request.method"] = method
        target = _put_other_protocol(fields, rest, target, protocol)
    else:
        if line.strip(" -"):
            fields["http.request.line"] = line
        return
    if target[:1] == "/":
        put_path(fields, target)
    elif target.startswith((f"{method} /", "ANY /")):  # API Gateway's route key
        put_path(fields, target.partition(" ")[2])
    elif target not in NOTHING:
        put_target(fields, target, method)


def _put_other_protocol(fields: dict[str, Any], rest: str, target: str, protocol: str) -> str:
    """Put the last word of a request line as its protocol if it is one; return the target."""
    if other := OTHER_PROTOCOL.fullmatch(protocol):
        fields["network.protocol.name"], fields["network.protocol.version"] = other[1].lower(), other[2]
    elif VERSION.fullmatch(protocol):
        fields["network.protocol.version"] = protocol
    elif protocol != "-":
        return rest
    return target


def is_request(line: str) -> bool:
    """Tell whether `put_request` takes `line` for a request."""
    fields: dict[str, Any] = {}
    put_request(fields, line)
    return "http.request.method" in fields


def put_target(fields: dict[str, Any], target: str, method: str | None = None) -> None:
    """Put the parts of a target of any form.

    - An authority, if the method is CONNECT: `a.example:443`.
    - A whole URL, which is also kept as `url.full`.
    - Otherwise a path and a query.
    """
    scheme, mark, rest = target.partition("://")
    if method == "CONNECT" and not mark and "/" not in target:
        _put_authority(fields, target)
    elif mark and scheme.isalnum():
        fields["url.full"], fields["url.scheme"] = target, scheme
        end = min(position for position in (rest.find("/"), rest.find("?"), len(rest)) if position >= 0)
        _put_authority(fields, rest[:end])
        put_path(fields, rest[end:] if rest[end : end + 1] == "/" else f"/{rest[end:]}")
    else:
        put_path(fields, target)


def put_path(fields: dict[str, Any], target: str) -> None:
    """Put `url.path`, and `url.query` if there is a question mark, even if nothing follows it."""
    path, mark, query = target.partition("?")
    fields["url.path"] = path
    if mark:
        fields["url.query"] = query


def _put_authority(fields: dict[str, Any], authority: str) -> None:
    match = AUTHORITY.fullmatch(authority)
    if match is None:
        fields["url.domain"] = authority
        return
    if match[1]:
        fields["url.domain"] = match[1].strip("[]")
    if match[2]:
        fields["url.port"] = parse_number(match[2])
