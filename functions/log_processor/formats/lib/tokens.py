"""Words become values: numbers, addresses, requests and their targets."""

import re
from collections.abc import Callable
from typing import Any

from log_processor.formats.lib.request_line import put_target

Rule = tuple[str, Callable[[str], Any]]
"""A field's name and what makes its value of a word."""
ABSENT = frozenset({"-", ""})
MOST_DIGITS = 19  # what fits into 64 bits
WORD = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?= |$)|\[([^\[\]]{0,1000})\](?= |$)|(\S+)')


def words(text: str) -> list[str]:
    """The words of `text`, some in quotes or brackets, which are taken off; escapes are left as they stand."""
    return [quoted or bracketed or bare for quoted, bracketed, bare in WORD.findall(text)]


def number(word: str) -> int | float | str:
    """A whole or decimal number; what is none, or whole and longer than 64 bits, stays text."""
    if word.removeprefix("-").isdecimal():
        return int(word) if len(word) <= MOST_DIGITS else word
    try:
        value = float(word)
    except ValueError:
        return word
    return value if value - value == 0 else word  # infinities and NaN stay text


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
    if target not in ABSENT:
        put_target(fields, target)
