"""Lines of blank-separated fields, some in quotes or brackets, and the rules by which their words become values."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?= |$)|\[([^\]]*)\](?= |$)|(\S+)')
Rule = tuple[str, Callable[[str], Any]]
ABSENT = frozenset({"-", ""})
MOST_DIGITS = 30


def words(text: str) -> list[str]:
    """The fields of a line: quotes and brackets taken off, escapes left as they stand."""
    return [quoted or bracketed or bare for quoted, bracketed, bare in TOKEN.findall(text)]


def number(word: str) -> int | float | str:
    """A whole or decimal number; what is none stays text."""
    if word.removeprefix("-").isdecimal() and len(word) <= MOST_DIGITS:
        return int(word)
    try:
        value = float(word)
    except ValueError:
        return word
    return value if value - value == 0 else word  # infinities and NaN stay text


def fields_of(found: Iterable[str], rules: Iterable[Rule | None]) -> dict[str, Any]:
    """Name and type words by position; `-` and the empty word are absent, a rule of None leaves its word out."""
    return {rule[0]: rule[1](word) for word, rule in zip(found, rules, strict=False) if rule and word not in ABSENT}


@dataclass(frozen=True, slots=True)
class Layout:
    """A format of words in fixed places: what a line begins with, its rules, and the fewest words that it has."""

    start: re.Pattern[str]
    fewest: int
    rules: tuple[Rule | None, ...]

    def read(self, text: str) -> tuple[list[str], dict[str, Any]] | None:
        """The words of `text` and its fields, with words beyond the rules as `extra`; None where it is another's."""
        if self.start.match(text) is None or len(found := words(text)) < self.fewest:
            return None
        fields = fields_of(found, self.rules)
        if len(found) > len(self.rules):
            fields["extra"] = found[len(self.rules) :]
        return found, fields


def put_address(fields: dict[str, Any], name: str, word: str) -> None:
    """`host:port` (IPv6 with or without brackets) as `<name>.address` and `<name>.port`."""
    if word in ABSENT:
        return
    host, colon, port = word.rpartition(":")
    if colon and port.isdecimal() and len(port) <= MOST_DIGITS:
        fields[f"{name}.address"], fields[f"{name}.port"] = host.strip("[]"), int(port)
    else:
        fields[f"{name}.address"] = word


def put_request(fields: dict[str, Any], request: str) -> None:
    """`GET http://host:80/path?query HTTP/1.1` in its parts; what is no request is kept as `http.request.line`."""
    parts = request.split(" ")
    if len(parts) < 3 or parts[0] == "-" or not (parts[-1].startswith("HTTP/") or parts[-1] == "-"):
        if request not in ABSENT and request.strip(" -"):
            fields["http.request.line"] = request
        return
    target = " ".join(parts[1:-1])
    fields["http.request.method"] = parts[0]
    if parts[-1] != "-":
        fields["network.protocol.version"] = parts[-1][5:]
    put_url(fields, target)


def put_url(fields: dict[str, Any], target: str) -> None:
    """A request's target: `url.path` and `url.query`, with `url.full` where it names a host."""
    if target in ABSENT:
        return
    scheme, mark, rest = target.partition("://")
    if mark and scheme.isalnum():  # and so no path whose query holds an address
        fields["url.full"], fields["url.scheme"] = target, scheme
        target = "/" + rest.partition("/")[2] if "/" in rest else "/"
    path, mark, query = target.partition("?")
    fields["url.path"] = path
    if mark:
        fields["url.query"] = query
