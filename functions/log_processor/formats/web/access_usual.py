"""Read the usual access line by one expression: it takes half the time of the one that reads all access lines.

What it matches is read in the same way as there, and whatever else an access line may be is left to that.
"""

import re
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.lib.timestamps import parse_clf_ms
from log_processor.formats.web.access_time import CLF

LINE = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9.-]*+) - (?:-|([A-Za-z0-9][\w.@-]*+)) "
    rf'\[({CLF})\] "([A-Z]{{3,20}}) (/[^ "\\?]*+)(?:\?([^ "\\]*+))? HTTP/(\d(?:\.\d)?)" '
    r'([1-5]\d\d) (?:(0|[1-9]\d{0,17})|-)(?: "(?:-|(https?://[^"\\]*+))" "([^"\\/]*+/[^"\\]*+)")?',
    re.ASCII,
)


def parse_usual(text: str) -> Parsed | None:
    """Parse one line of an address or a name, one request without quotes, and a pair of referer and user agent."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    client, user, time, method, path, query, version, status, size, referer, agent = match.groups()
    fields: dict[str, Any] = {"client.address": client}
    if user is not None:
        fields["user.name"] = user
    fields["http.request.method"] = method
    fields["network.protocol.version"] = version
    fields["url.path"] = path
    if query is not None:
        fields["url.query"] = query
    fields["http.response.status_code"] = int(status)
    if size is not None:
        fields["http.response.body.size"] = int(size)
    if referer is not None:
        fields["http.request.header.referer"] = referer
    if agent is not None:
        fields["user_agent.original"] = agent
    return Parsed(fields, parse_clf_ms(time))
