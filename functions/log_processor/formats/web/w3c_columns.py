"""The columns of extended logs: what each is called in a record, and of what type it is."""

import re
from collections.abc import Callable
from typing import Any

from log_processor.formats.lib.directives import Place
from log_processor.formats.lib.tokens import number

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,9})?")
HEADER = re.compile(r"(cs|sc|rs)\(([\w-]{1,80})\)")
WAYS = {"cs": "request", "sc": "response", "rs": "response"}
UNNAMED = re.compile(r"[^a-z0-9_]+")


def _words(word: str) -> str:
    """IIS writes a blank as `+`, so that `++` is most likely a blank before a plus; others put it in quotes."""
    return word if " " in word else word.replace("+", " ").replace("  ", " +")


def _value(word: str) -> int | float | str:
    """A number where it is written as one; other words of digits, such as ids, stay text."""
    return number(word) if NUMBER.fullmatch(word) else word


def _version(word: str) -> str:
    return word.removeprefix("HTTP/")


def _query(word: str) -> str:
    return word.removeprefix("?")


def _status(word: str) -> int | float | str:
    """Caches write what they did before it: `TCP_HIT/200`."""
    return number(word.rpartition("/")[2])


IIS = (
    "s-sitename s-siteid s-reason s-queuename streamid streamid_ex sc-substatus sc-win32-status x-session x-fullpath "
    "cs-method sc-status"
)
RULES: dict[str, Place] = {
    **dict.fromkeys(("date", "time", "date-time", "timestamp"), ("", str)),
    **{name: (f"iis.{name.replace('-', '_')}", _value) for name in IIS.split()},
    "s-ip": ("server.address", str),
    "s-port": ("server.port", number),
    "s-computername": ("host.name", str),
    "c-ip": ("client.address", str),
    "client-ip": ("client.address", str),
    "server-ip": ("server.address", str),
    "c-port": ("client.port", number),
    "cs-username": ("user.name", str),
    "cs-uri-stem": ("url.path", str),
    "cs-uri-path": ("url.path", str),
    "cs-uri-query": ("url.query", _query),
    "cs-uri-scheme": ("url.scheme", str),
    "cs-uri-port": ("url.port", number),
    "cs-uri": ("url.full", str),
    "sc-bytes": ("http.response.size", number),
    "cs-bytes": ("http.request.size", number),
    "time-taken": ("iis.time_taken_ms", number),
    "cs-version": ("network.protocol.version", _version),
    "cs-host": ("http.request.header.host", str),
    "cs(User-Agent)": ("user_agent.original", _words),
    "c-user-agent": ("user_agent.original", _words),
    "c-referrer": ("http.request.header.referer", str),
    "cs(Cookie)": ("http.request.header.cookie", _words),
}
HTTP: dict[str, Place] = {
    "cs-method": ("http.request.method", str),
    "sc-status": ("http.response.status_code", _status),
}
FTP_ALONE = frozenset({"x-session", "x-fullpath"})


def places(columns: list[str]) -> list[Place]:
    """Name and type of each column; methods and statuses are HTTP's but in a log of IIS's FTP service."""
    rules: dict[str, Place] = RULES if FTP_ALONE.intersection(columns) else RULES | HTTP
    return [rules.get(column) or _other(column) for column in columns]


def _other(column: str) -> tuple[str, Callable[[str], Any]]:
    if header := HEADER.fullmatch(column):
        return f"http.{WAYS[header[1]]}.header.{header[2].lower()}", str
    if column.lower() == "x-forwarded-for":
        return "http.request.header.x-forwarded-for", str
    name = UNNAMED.sub("_", column.lower()).strip("_")
    return (f"w3c.{name}", _value) if name else ("", str)
