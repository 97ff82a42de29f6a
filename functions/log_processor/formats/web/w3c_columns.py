"""Name and type the columns of extended logs."""

import re
from collections.abc import Callable
from typing import Any

from log_processor.formats.lib.numbers import parse_number
from log_processor.formats.lib.tokens import FieldRule

NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,9})?")
HEADER = re.compile(r"(cs|sc|rs)\(([\w-]{1,80})\)")
WAYS = {"cs": "request", "sc": "response", "rs": "response"}
LISTS = frozenset({"x-forwarded-for", "x-original-forwarded-for", "forwarded"})
"""Headers with lists of addresses, in which there is no plus; IIS can be told to name them without `cs()`."""
UNNAMED = re.compile(r"[^a-z0-9_]+")


def _decode(word: str) -> str:
    """Return the text of a word in which IIS writes a blank as `+`; `++` is most likely a blank before a plus.

    A word with a blank is from another program, which puts texts in quotes.
    """
    return word if " " in word else word.replace("+", " ").replace("  ", " +")


def _convert(word: str) -> int | float | str:
    """Return a number if the word is spelt as one; other words of digits, such as ids, stay text.

    In a list IIS writes the blank behind a comma as `+`.
    """
    number = parse_number(word)
    return number.replace(",+", ", ") if isinstance(number, str) else number


def _decode_list(word: str) -> str:
    """Return a list of addresses with a blank behind each comma, for which IIS writes `+`: `192.0.2.1,+10.0.0.1`."""
    return word.replace("+", " ")


def _strip_version(word: str) -> str:
    return word.removeprefix("HTTP/")


def _strip_query(word: str) -> str:
    return word.removeprefix("?")


def _parse_status(word: str) -> int | float | str:
    """Return the status; a cache writes its own result before it: `TCP_HIT/200`."""
    return parse_number(word.rpartition("/")[2])


IIS = (
    "s-sitename s-siteid s-reason s-queuename streamid streamid_ex sc-substatus sc-win32-status x-session x-fullpath "
    "cs-method sc-status"
)
RULES: dict[str, FieldRule] = {
    **dict.fromkeys(("date", "time", "date-time", "timestamp"), ("", str)),
    **{name: (f"iis.{name.replace('-', '_')}", _convert) for name in IIS.split()},
    "s-ip": ("server.address", str),
    "s-port": ("server.port", parse_number),
    "s-computername": ("host.name", str),
    "c-ip": ("client.address", str),
    "client-ip": ("client.address", str),
    "server-ip": ("server.address", str),
    "c-port": ("client.port", parse_number),
    "cs-username": ("user.name", str),
    "cs-uri-stem": ("url.path", str),
    "cs-uri-path": ("url.path", str),
    "cs-uri-query": ("url.query", _strip_query),
    "cs-uri-scheme": ("url.scheme", str),
    "cs-uri-port": ("url.port", parse_number),
    "cs-uri": ("url.full", str),
    "sc-bytes": ("http.response.size", parse_number),
    "cs-bytes": ("http.request.size", parse_number),
    "time-taken": ("iis.time_taken_ms", parse_number),
    "cs-version": ("network.protocol.version", _strip_version),
    "cs-host": ("http.request.header.host", str),
    "cs(User-Agent)": ("user_agent.original", _decode),
    "c-user-agent": ("user_agent.original", _decode),
    "c-referrer": ("http.request.header.referer", str),
    "cs(Cookie)": ("http.request.header.cookie", _decode),
}
HTTP: dict[str, FieldRule] = {
    "cs-method": ("http.request.method", str),
    "sc-status": ("http.response.status_code", _parse_status),
}
FTP_ALONE = frozenset({"x-session", "x-fullpath"})


def choose_rules(columns: list[str]) -> list[FieldRule]:
    """Return the name and type of each column.

    Methods and statuses are HTTP's, except in a log of IIS's FTP service.
    """
    rules: dict[str, FieldRule] = RULES if FTP_ALONE.intersection(columns) else RULES | HTTP
    return [rules.get(column) or _name_other(column) for column in columns]


def _name_other(column: str) -> tuple[str, Callable[[str], Any]]:
    named = HEADER.fullmatch(column)
    lower = named[2].lower() if named else column.lower()
    if named or lower in LISTS:
        way = WAYS[named[1]] if named else "request"
        return f"http.{way}.header.{lower}", _decode_list if lower in LISTS else str
    name = UNNAMED.sub("_", column.lower()).strip("_")
    return (f"w3c.{name}", _convert) if name else ("", str)
