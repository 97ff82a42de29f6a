"""Read the layouts of API Gateway's access logs that are no JSON: the guide's examples in XML and in CSV."""

from typing import NamedTuple

from log_processor.formats.lib.lazy import compile_lazily

XML_SIGN, XML_END = '<request id="', "</request>"
XML = compile_lazily(r'<request id="([^"<>]{1,200})">\s*<')
ELEMENT = compile_lazily(r"<([A-Za-z]{1,64})>([^<]*)</\1>")
MAX_ADDRESS_CHARS = 45
CSV = compile_lazily(
    r"(?P<ip>[0-9A-Fa-f:.]{3,45}),(?:(?P<caller>[^,]*),(?P<user>[^,]*),)?"
    r"(?P<requestTime>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}),(?P<httpMethod>[A-Z]{3,20}|-),"
    r"(?P<route>[^,]*),(?P<protocol>HTTP/\d(?:\.\d)?),(?P<status>\d{3}|-),(?P<responseLength>\d{1,20}|-),"
    r"(?P<requestId>[^,\s]{1,200})(?:,(?P<extendedRequestId>[^,\s]{1,200}))?\s*",
)
"""The columns of REST APIs, and those of HTTP APIs, which have no caller and no user."""


class ApiRequest(NamedTuple):
    """Hold the values of a line: all by the names of JSON's members, and those of them whose names the line has."""

    members: dict[str, str]
    named: dict[str, str]


def read_layout(text: str) -> ApiRequest | None:
    """Return the values of a line in XML or CSV; None if it is neither."""
    if text.startswith(XML_SIGN):
        return _read_xml(text)
    return _read_csv(text) if "," in text[: MAX_ADDRESS_CHARS + 1] else None


def _read_xml(text: str) -> ApiRequest | None:
    match = XML.match(text)
    if match is None or not text.rstrip().endswith(XML_END):
        return None
    named = dict(ELEMENT.findall(text, match.end() - 1))
    return ApiRequest({"requestId": match[1]} | named, named)


def _read_csv(text: str) -> ApiRequest | None:
    match = CSV.fullmatch(text)
    if match is None:
        return None
    members = {name: value for name, value in match.groupdict().items() if value is not None}
    members["routeKey" if match["caller"] is None else "resourcePath"] = members.pop("route")
    return ApiRequest(members, {})
