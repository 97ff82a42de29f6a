"""Squid's native access log (Squid, logformat `squid`: `%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt`).

Read in `access`. The bytes sent to the client count the headers; a status of 000 is none. What
was no request has an error in its target's place (`error:invalid-request`).
Sample: 1777888800.123     42 192.0.2.1 TCP_MISS/200 1341 GET http://example.com/ - HIER_DIRECT/198.51.100.1 text/html
"""

import re
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.lib.request_line import put_target
from log_processor.formats.lib.timestamps import epoch_ms
from log_processor.formats.lib.tokens import ABSENT, words

LINE = re.compile(
    r"(\d{10}\.\d{3}) +(-?\d{1,12}) (\S{1,255}) ([A-Z_]{3,60})/(\d{3}) (\d{1,18}) (\S{1,40}) (\S{1,16000}) (\S{1,255}) "
    r"([A-Z_]{3,60})/(\S{1,255})(?: (\S{1,255}))?( .*)?",
    re.DOTALL,
)


def parse(text: str) -> Parsed | None:
    """Read one line; None where it is no entry of Squid's."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    time, took, client, result, status, size, method, target, user, hierarchy, peer, kind, rest = match.groups()
    fields: dict[str, Any] = {"squid.elapsed_ms": int(took), "squid.result": result, "squid.hierarchy": hierarchy}
    if status != "000":
        fields["http.response.status_code"] = int(status)
    fields["http.response.size"] = int(size)
    named = (
        ("client.address", client),
        ("http.request.method", method),
        ("user.name", user),
        ("squid.peer", peer),
        ("http.response.header.content-type", kind or "-"),
    )
    fields |= {name: word for name, word in named if word not in ABSENT}
    if rest and rest.strip():
        fields["extra"] = words(rest)
    if target.startswith("error:"):
        fields["squid.error"] = target[6:]
    elif target not in ABSENT:
        put_target(fields, target, method)
    return Parsed(fields, epoch_ms(float(time)))
