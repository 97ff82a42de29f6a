"""Read what stands behind the time of an access line: request, status, size, referer, user agent and the rest."""

import re
from http import HTTPStatus
from typing import Any

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.request_line import put_request
from log_processor.formats.web.access_tail import put_tail
from log_processor.formats.web.access_words import ADDRESSES

# A quote ends its text only where a field can end; a request's last quote stands before a status, or behind a version.
# Only a request with a method holds quotes of its own. All is possessive: there is one way to read a line.
INSIDE = r'[^"\\]*+(?:(?:\\(?:.|\Z)|"(?! |\Z))[^"\\]*+)*+'
BARE_QUOTE = r'(?<! HTTP/\d)(?<! HTTP/\d\.\d)"(?! (?:\d{3}|-) [\d-])'
QUOTING = rf'[^"\\]*+(?:(?:\\.|{BARE_QUOTE})[^"\\]*+)*+'
REQUEST = rf'"(?P<request>[A-Z_-]{{3,20}} {QUOTING}|[^"\\]*+(?:\\.[^"\\]*+)*+)"'
ANY_REQUEST = rf'"(?P<request>{QUOTING})"'
PAIR = rf' "(?P<referer>{INSIDE})" "(?P<agent>{INSIDE})(?:"|\Z)'
RESULT = rf" (?P<status>\d{{3}}|-) (?P<size>\d{{1,18}}|-)(?:{PAIR})?(?P<rest> .*)?"
ENTRY = f"{REQUEST}{RESULT}"
DISTANT_PAIR = compile_lazily(rf'(?P<before>(?: [^\s"]{{1,200}}){{0,4}}){PAIR}(?P<after> .*)?', re.DOTALL)
OWN_STATUSES = "000 419 420 430 440 444 449 450 460 463 509 561 598 599"
STATUSES = frozenset(OWN_STATUSES.split()) | {
    f"{code:03d}" for code in (*HTTPStatus, *range(494, 500), *range(520, 531))
}
"""The statuses that IANA lists, and those of nginx, load balancers and Cloudflare."""
SIZE = compile_lazily(r'(?P<took> \d{1,9}\.\d{1,6})? (?:"(?=\d)|\()?(?P<size>\d{1,18}|-)(?:["B)]|\(B\))?(?= |\Z)')
"""A size, behind the time that some write before it."""
USUAL_REFERER = re.compile(r"https?://")
AGENT = re.compile(r"[A-Za-z][\w.-]{1,40}/v?\d")
ONE_AGENT = compile_lazily(
    rf'(?P<before>(?: [^\s"]{{1,200}}){{0,4}}) "(?P<agent>{AGENT.pattern}{INSIDE})"(?P<after> .*)?', re.DOTALL
)
PARTS = ("request", "status", "size", "referer", "agent", "rest")


def put_entry(
    fields: dict[str, Any],
    request: str,
    status: str,
    size: str = "-",
    referer: str | None = None,
    agent: str | None = None,
    rest: str | None = None,
) -> None:
    """Put the request, status, size, referer and user agent, and the rest of the line."""
    put_request(fields, request)
    if rest:
        status, size, rest = _shift_status(fields, status, size, rest)
        referer, agent, rest = _separate_agent(referer, agent, rest)
    if agent is not None and not ("/" in agent and (referer == "-" or USUAL_REFERER.match(referer or ""))):
        referer, agent, rest = _sort_by_shape(referer, agent, rest)
    if status != "-":
        fields["http.response.status_code"] = parse_number(status) if status != "000" else 0
    if size != "-":
        fields["http.response.body.size"] = parse_number(size)
    if referer and referer != "-":
        is_list = agent is not None and AGENT.match(agent) and ADDRESSES.fullmatch(referer)
        fields[f"http.request.header.{'x-forwarded-for' if is_list else 'referer'}"] = referer
    if agent and agent != "-":
        fields["user_agent.original"] = agent
    if rest:
        put_tail(fields, rest)


def _sort_by_shape(referer: str | None, agent: str, rest: str | None) -> tuple[str | None, str | None, str | None]:
    """Return referer, user agent and the rest of the line, by the shapes of what stands in their places.

    A user agent without a referer stands in its place, as in `"curl/8.5" "203.0.113.9"`; what follows is the rest, and
    so are addresses in the place of the user agent.
    """
    has_list = "/" not in agent and ADDRESSES.fullmatch(agent) is not None
    more = f' "{agent}"{rest or ""}'
    if referer and referer != "-" and (AGENT.match(referer) or (has_list and "://" not in referer)):
        return None, referer, more
    return (referer, None, more) if has_list else (referer, agent, rest)


def _shift_status(fields: dict[str, Any], status: str, size: str, rest: str) -> tuple[str, str, str]:
    """Return status, size and rest of a line that has another word before its status.

    For example, `345 200 512` is the request's length, a status and a size, since 345 is no status.
    """
    if status in STATUSES or size not in STATUSES:
        return status, size, rest
    match = SIZE.match(rest)
    if not (match or status == "-"):
        return status, size, rest
    if status != "-":
        fields["extra"] = [*fields.get("extra", ()), status]
    return (size, match["size"], (match["took"] or "") + rest[match.end() :]) if match else (size, "-", rest)


def _separate_agent(referer: str | None, agent: str | None, rest: str) -> tuple[str | None, str | None, str]:
    """Return referer, user agent and what is left of `rest`, in which the two may follow after other words."""
    if agent is None and (one := ONE_AGENT.fullmatch(rest)):
        agent, rest = one["agent"], one["before"] + (one["after"] or "")
    elif agent is None and (pair := DISTANT_PAIR.fullmatch(rest)):
        referer, agent = pair.group("referer", "agent")
        rest = pair["before"] + (pair["after"] or "")
    if agent is not None and rest.count('"') % 2:
        agent, rest = _extend_agent(agent, rest)
    return referer, agent, rest


def _extend_agent(agent: str, rest: str) -> tuple[str, str]:
    """Return a user agent with unescaped quotes up to its real end, and what follows it.

    The real end is the next quote that closes a text: no blank before it, a blank or nothing after it.
    """
    more, quote, after = rest.partition('"')
    closes = quote and more[-1:] != " " and after[:1] in {"", " "}
    return (f'{agent}"{more}', after) if closes else (agent, rest)
