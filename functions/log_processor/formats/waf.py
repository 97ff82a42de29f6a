"""AWS WAF logs, one object a line (AWS WAF Developer Guide, Log fields for web ACL traffic).

Schema: the members as they stand, and beside them client.address, client.geo.country.iso_code, http.request.method,
url.path, url.query, network.protocol.version, http.request.id, aws.waf.action, user_agent.original, server.address
(from the headers).
Sample: {"timestamp": 1777888800000, "webaclId": "arn:…", "action": "BLOCK", "httpRequest": {"clientIp": "192.0.2.1",
"uri": "/"}}
"""

from typing import Any

from log_processor.formats.base import Format
from log_processor.formats.json_lines import members_of
from log_processor.formats.timestamps import any_ms
from log_processor.record import Parsed

NAMES = {
    "clientIp": "client.address",
    "country": "client.geo.country.iso_code",
    "httpMethod": "http.request.method",
    "uri": "url.path",
    "args": "url.query",
    "requestId": "http.request.id",
}
HEADERS = {"user-agent": "user_agent.original", "host": "server.address"}


def parse(text: str, _near_ms: int) -> Parsed | None:
    """Read one line; None where it is no object with a web ACL and a request."""
    members = members_of(text, '"webaclId"')
    request = members.get("httpRequest") if members else None
    if members is None or not isinstance(request, dict) or "webaclId" not in members:
        return None
    fields: dict[str, Any] = dict(members)
    fields |= {name: request[member] for member, name in NAMES.items() if request.get(member) not in (None, "")}
    version = request.get("httpVersion")
    if isinstance(version, str) and version:
        fields["network.protocol.version"] = version.removeprefix("HTTP/")
    if "action" in members:
        fields["aws.waf.action"] = members["action"]
    for header in request.get("headers") or []:
        if isinstance(header, dict) and (name := HEADERS.get(str(header.get("name")).lower())):
            fields[name] = header.get("value")
    return Parsed(fields, any_ms(members.get("timestamp")))


FORMAT = Format("waf", parse)
