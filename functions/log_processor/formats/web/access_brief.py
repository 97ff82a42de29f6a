"""Parse access lines with fewer parts than Common Log Format, as PHP-FPM and web frameworks write them, for `access`.

PHP-FPM's default (`%R - %u %t "%m %r" %s`), uvicorn's under gunicorn (client, request, status), and morgan's `short`,
`tiny` and `dev`, with the response time in milliseconds.
"""

import re
from typing import Any

from log_processor.formats.lib.format import Parsed
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.lib.timestamps import parse_clf_ms
from log_processor.formats.lib.tokens import ABSENT
from log_processor.formats.web.access_words import put_client

TIME = r"(?P<time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})"
METHOD = r"(?:GET|HEAD|POST|PUT|DELETE|PATCH|OPTIONS|CONNECT|TRACE)"
REQUEST = rf'"(?P<request>{METHOD} [^"\n]{{1,8000}})"'
ASKED = rf"(?P<request>{METHOD} [^\s\"]{{1,8000}})"
STATUS = r"(?P<status>\d{3}|-)"
LENGTH = r"(?P<length>\d{1,18}|-)"
TOOK = r"(?P<took>\d{1,9}\.\d{1,6}|-) ms"
CLIENT = r"(?P<client>[\w.:\[\]%-]{1,80})"
HTTP_ASKED = rf"(?P<request>{METHOD} [^\s\"]{{1,8000}} HTTP/[\d.]{{1,3}})"
QUOTED = (
    re.compile(rf"{CLIENT} - (?P<user>[^\s\"]{{0,200}}) {TIME} {REQUEST} {STATUS}"),
    re.compile(rf"{CLIENT} - {REQUEST} {STATUS}(?: [A-Z][\w '-]{{0,40}})?"),
)
BARE = (
    re.compile(rf"{ASKED} {STATUS} {LENGTH} - {TOOK}"),
    re.compile(rf"{ASKED} {STATUS} {TOOK} - {LENGTH}"),
    re.compile(rf"{CLIENT} (?P<user>[^\s\"]{{1,200}}) {HTTP_ASKED} {STATUS} {LENGTH} - {TOOK}"),
)
MAX_END_CHARS = len(" ms - ") + 18
MAX_CLIENT_CHARS = 80 + len(" - ")
STARTS = rb'[\w.:\[\]-]{1,80} - "[A-Z]{3,20} [^"\n]{1,8000}" \d{3}'
"""How uvicorn's line begins, which stands among the records of gunicorn."""


def parse(text: str) -> Parsed | None:
    """Parse one line; return None if it has none of these shapes."""
    shapes: tuple[re.Pattern[str], ...]
    if '"' not in text:
        shapes = BARE if " ms" in text[-MAX_END_CHARS:] else ()
    else:
        shapes = QUOTED if text.find(" - ", 0, MAX_CLIENT_CHARS) > 0 else ()
    for shape in shapes:
        if match := shape.fullmatch(text):
            return _build_record(match.groupdict())
    return None


def _build_record(groups: dict[str, str | None]) -> Parsed:
    fields: dict[str, Any] = {}
    put_client(fields, groups.get("client") or "-", None)
    if (user := groups.get("user") or "-") not in ABSENT:
        fields["user.name"] = user
    put_request(fields, groups["request"] or "")
    for name, key in (
        ("http.response.status_code", "status"),
        ("http.response.body.size", "length"),
        ("morgan.response_time_ms", "took"),
    ):
        if (word := groups.get(key) or "-") not in ABSENT:
            fields[name] = parse_number(word)
    time = groups.get("time")
    return Parsed(fields, parse_clf_ms(time) if time else None)
