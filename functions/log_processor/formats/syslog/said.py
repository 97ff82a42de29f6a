"""Read what the commonest messages of well-known programs say: who, from where, what was tried, and how it ended.

A program has sayings by a word that stands in them. A saying is an expression whose named groups become fields, the
action, and its outcome where the message tells one. Nothing is taken out of a message: it stays whole.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from log_processor.formats.lib.lazy import compile_lazily
from log_processor.formats.lib.numbers import parse_number

ADDRESS = (
    r"(?P<address>[0-9A-Fa-f]{0,4}[.:][0-9A-Fa-f:.]{1,41}(?:(?<=::)|(?<![.:]))(?![0-9A-Fa-f])(?:%\w{1,16})?|UNKNOWN)"
)
"""An address, without the colon that may stand behind it."""
SUCCESS, FAILURE = "success", "failure"
NAMES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "user": ("user.name", str),
    "effective": ("user.effective.name", str),
    "address": ("client.address", str),
    "port": ("client.port", parse_number),
    "name": ("client.domain", str),
    "server": ("destination.address", str),
    "server_port": ("destination.port", parse_number),
    "pid": ("process.pid", parse_number),
    "command": ("process.command_line", str),
    "directory": ("process.working_directory", str),
    "queue": ("email.local_id", str),
    "id": ("email.message_id", str),
    "sender": ("email.from.address", str),
    "recipient": ("email.to.address", str),
    "protocol": ("network.protocol.name", str),
}
"""The field of each named group."""
UNKNOWN = frozenset(("", "unknown", "UNKNOWN", "<unknown>"))


class Saying(NamedTuple):
    """Describe a message: a text that it holds, its expression, the action, and the outcome if it tells one."""

    sign: str
    pattern: re.Pattern[str]
    action: str = ""
    outcome: str = ""


def say(sign: str, pattern: str, action: str = "", outcome: str = "") -> Saying:
    """Return the description of a message; `pattern` matches its beginning."""
    return Saying(sign, compile_lazily(pattern), action, outcome)


def put_sayings(fields: dict[str, Any], message: str, known: Iterable[Saying]) -> bool:
    """Put what the first of the known sayings that matches tells; fields that are there stay; tell whether one did."""
    for sign, pattern, action, outcome in known:
        if sign in message and (match := pattern.match(message)) is not None:
            for group, word in match.groupdict().items():
                if word and word not in UNKNOWN:
                    name, read = NAMES[group]
                    fields.setdefault(name, read(word))
            if action:
                fields.setdefault("event.action", action)
            if outcome:
                fields.setdefault("event.outcome", outcome)
            return True
    return False
