"""Split a request line (RFC 9112, section 3) as servers write what they received: whole, cut off, or no HTTP."""

import re
from typing import Any

OTHER_PROTOCOL = re.compile(r"([A-Z]{2,12})/(\d(?:\.\d)?)")
SIMPLE = re.compile(r"[A-Z]{3,20} (?:/|\*$|[a-z]{2,10}://)")
AUTHORITY = re.compile(r"(?:[^@/]*@)?(\[[^\]\s]*\]|[^:\s]*)(?::(\d{1,5}))?")
NOTHING = frozenset({"", "-"})


def put_request(fields: dict[str, Any], line: str) -> None:
    """Put the parts of `GET http://host:80/path?query HTTP/1.1`; keep what is no request as `http.request.line`.

    - A target may hold blanks.
    - A line without a version is of HTTP/0.9, or was cut off.
    - A load balancer writes `-` for a version that it does not know.
    """
    method, _, rest = line.partition(" ")
    target, blank, protocol = rest.rpartition(" ")
    if blank and method not in NOTHING and protocol.startswith("HTTP/"):
        fields["http.request.method"] = method
        fields["network.protocol.version"] = protocol[5:]
    elif SIMPLE.match(line) is not None:
        fields["http.request.method"] = method
        if other := OTHER_PROTOCOL.fullmatch(protocol):
            fields["network.protocol.name"], fields["network.protocol.version"] = other[1].lower(), other[2]
        elif protocol != "-":
            target = rest
    else:
        if line.strip(" -"):
            fields["http.request.line"] = line
        return
    if target[:1] == "/":
        put_path(fields, target)
    elif target not in NOTHING:
        put_target(fields, target, method)


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
        fields["url.port"] = int(match[2])
