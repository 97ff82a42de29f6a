"""Read what HAProxy says of itself: servers up and down, checks, proxies that start and stop (its management guide)."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from log_processor.formats.lib.dating import DAY_MS
from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number

STDERR = re.compile(
    r"\[(?P<severity>NOTICE|WARNING|ALERT|DIAG)\] +(?:(?P<day>\d{3})/(?P<clock>\d{6}) )?\((?P<pid>\d{1,18})\) : "
    r"(?P<message>.*)",
    re.DOTALL,
)
CONNECT = re.compile(
    r"Connect from (?P<client>\S+):(?P<client_port>\d{1,5}) to (?P<server>\S+):(?P<server_port>\d{1,5}) "
    r"\((?P<frontend>[^/\s]+)/(?P<mode>\w+)\)\s*"
)
SERVER = re.compile(
    r"(?:Backup )?Server (?P<backend>[^\s/]+)/(?P<name>\S+) (?:is|was) (?:going )?"
    r"(?P<state>UP|DOWN|READY|DRAIN|MAINT|stopping)\b"
    r"|Health check for (?:backup )?server (?P<checked_backend>[^\s/]+)/(?P<checked>\S+) (?P<result>\w+)[,.]"
)
REASON = compile_lazily(
    r", reason: ([^,]{1,200})(?:, code: (\d{1,9})(?!\w|\.\d))?(?:, info: \"([^\"]*)\")?"
    r"(?:, check duration: (\d{1,12})ms)?"
)
STATUS = re.compile(r", status: \d{1,9}/\d{1,9} (\w+)")
LEFT = re.compile(r" (\d{1,9}) active and (\d{1,9}) backup servers")
PROXY = re.compile(
    r"(?:Proxy (\S+) (?:started|stopped)\b|(?:Stopping|Pausing|Resuming|Enabling) (?:frontend|backend|proxy) (\S+?)"
    r"(?: in (\d{1,12}) ms)?\.?\Z|(?:backend|proxy) '?([^\s']+)'? has no server available!)"
)
FIRST_CHARS = frozenset("BCEHPRSbp")
"""With one of these a notice begins."""
TOTALS = re.compile(r"FE: (\d{1,18})(?: conns)?, BE: (\d{1,18})(?!\w|\.\d)")


def put_notice(fields: dict[str, Any], message: str) -> bool:
    """Put the known parts of `message`; tell whether its words show that it is a notice."""
    if message[:1] not in FIRST_CHARS:
        return False
    if server := SERVER.match(message):
        _put_server(fields, server, message)
    elif proxy := PROXY.match(message):
        fields["haproxy.proxy"] = proxy[1] or proxy[2] or proxy[4]
        if proxy[3]:
            fields["haproxy.stop_delay_ms"] = parse_number(proxy[3])
        if totals := TOTALS.search(message):
            fields["haproxy.connections.total.frontend"] = parse_number(totals[1])
            fields["haproxy.connections.total.backend"] = parse_number(totals[2])
    elif connect := CONNECT.fullmatch(message):
        fields["haproxy.frontend"], fields["haproxy.mode"] = connect.group("frontend", "mode")
        for peer in ("client", "server"):
            fields[f"{peer}.address"] = connect[peer].strip("[]")
            fields[f"{peer}.port"] = parse_number(connect[f"{peer}_port"])
    else:
        return False
    return True


def _put_server(fields: dict[str, Any], server: re.Match[str], message: str) -> None:
    fields["haproxy.backend"] = server["backend"] or server["checked_backend"]
    fields["haproxy.server"] = server["name"] or server["checked"]
    status = STATUS.search(message)
    if state := server["state"] or (status and status[1]):
        fields["haproxy.server_state"] = state
    if server["result"]:
        fields["haproxy.check.result"] = server["result"]
    if why := REASON.search(message):
        _put_reason(fields, *why.groups())
    if left := LEFT.search(message):
        fields["haproxy.servers.active"], fields["haproxy.servers.backup"] = (
            parse_number(left[1]),
            parse_number(left[2]),
        )


def _put_reason(fields: dict[str, Any], reason: str, code: str | None, info: str | None, duration: str | None) -> None:
    fields["haproxy.check.reason"] = reason
    if code:
        fields["haproxy.check.code"] = parse_number(code)
    if info:
        fields["haproxy.check.info"] = info
    if duration:
        fields["haproxy.check.duration_ms"] = parse_number(duration)


def parse_stderr_ms(day: str, clock: str, last_modified_ms: int) -> int | None:
    """Return the time of `133/091500`, the day of the year from 0 and a clock (UTC), in epoch milliseconds.

    Its year is the last one in which it lies at most a day after `last_modified_ms`; None if it is no time.
    """
    try:
        year = datetime.fromtimestamp((last_modified_ms + DAY_MS) / 1000, UTC).year
        since = timedelta(days=int(day), hours=int(clock[:2]), minutes=int(clock[2:4]), seconds=int(clock[4:]))
        moments = [(of, datetime(of, 1, 1, tzinfo=UTC) + since) for of in (year, year - 1)]
    except (ValueError, OverflowError, OSError):
        return None
    moments_ms = (int(moment.timestamp() * 1000) for of, moment in moments if moment.year == of)
    return next((moment_ms for moment_ms in moments_ms if moment_ms <= last_modified_ms + DAY_MS), None)
