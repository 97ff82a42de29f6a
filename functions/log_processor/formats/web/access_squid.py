"""Parse Squid's native access log (logformat `squid`: `%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt`).

It is read as part of `access`. The bytes sent to the client count the headers; a status of 000 is none. A connection
without a request has an error as its target (`error:invalid-request`).
Sample: 1777888800.123     42 192.0.2.1 TCP_MISS/200 1341 GET http://example.com/ - HIER_DIRECT/198.51.100.1 text/html
"""

import re
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.lib.groups import get_group_numbers
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_target
from log_processor.formats.lib.timestamps import convert_epoch_ms
from log_processor.formats.lib.tokens import ABSENT, split_words

LINE = re.compile(
    r"(?P<time>\d{10}\.\d{3}) +(?P<elapsed>-?\d{1,12}) (?P<client>\S{1,255}) (?P<result>[A-Z_]{3,60})/"
    r"(?P<status>\d{3}) (?P<size>\d{1,18}) (?P<method>\S{1,40}) (?P<target>\S{1,16000}) (?P<user>\S{1,255}) "
    r"(?P<hierarchy>[A-Z_]{3,60})/(?P<peer>\S{1,255})(?: (?P<kind>\S{1,255}))?(?P<rest> .*)?",
    re.DOTALL,
)

NAMES = {
    "client": "client.address",
    "method": "http.request.method",
    "user": "user.name",
    "peer": "squid.peer",
    "kind": "http.response.header.content-type",
}
GROUPS = get_group_numbers(LINE, "time elapsed result hierarchy status size method target rest")
NAMED_GROUPS = get_group_numbers(LINE, " ".join(NAMES))


def parse(text: str) -> Parsed | None:
    """Parse one line; return None if it is not Squid's."""
    match = LINE.fullmatch(text)
    if match is None:
        return None
    time, elapsed, result, hierarchy, status, size, method, target, rest = match.group(*GROUPS)
    fields: dict[str, Any] = {
        "squid.elapsed_ms": parse_number(elapsed),
        "squid.result": result,
        "squid.hierarchy": hierarchy,
    }
    if status != "000":
        fields["http.response.status_code"] = parse_number(status)
    fields["http.response.size"] = parse_number(size)
    pairs = zip(NAMES.values(), match.group(*NAMED_GROUPS), strict=True)
    fields |= {name: word for name, word in pairs if word and word not in ABSENT}
    if rest and rest.strip():
        fields["extra"] = split_words(rest)
    if target.startswith("error:"):
        fields["squid.error"] = target[6:]
    elif target not in ABSENT:
        put_target(fields, target, method)
    return Parsed(fields, convert_epoch_ms(float(time)))
